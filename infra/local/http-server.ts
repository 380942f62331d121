import { once } from 'node:events';
import { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How long requests in flight may take to finish once a server was told to stop. */
const GRACE_MS = 1_000;

/**
 * Listens, or says what to do about it.
 *
 * @param port 0 lets the system choose a free one
 * @param service what a person calls the server, for the error's text
 * @returns the address to reach it at, without a trailing slash
 * @throws Error that names the port, the service and the way out
 */
export async function listen(server: Server, port: number, host: string, service: string): Promise<string> {
  server.listen(port, host);
  try {
    // `once` rejects when the server emits 'error' first.
    await once(server, 'listening');
  } catch (error) {
    throw portError(error, port, service);
  }
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Turns a failed listen into a sentence that helps. */
export function portError(error: unknown, port: number, service: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(
      `Port ${port} for ${service} is in use: stop the program that listens there, or choose another port (0 takes any free one).`,
      { cause: error },
    );
  }
  if (code === 'EACCES') {
    return new Error(`Port ${port} for ${service} may not be opened: choose one above 1023, or 0 for any free one.`, {
      cause: error,
    });
  }
  return new Error(`${service} could not listen on port ${port}.`, { cause: error });
}

/**
 * Stops taking connections, lets requests in flight finish and closes what is left.
 *
 * It goes past a server's own `close`: kinesalite closes its store first there, and a request in flight then throws
 * outside of any handler and takes the process down.
 */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve, reject) => {
    Server.prototype.close.call(server, (error) => (error ? reject(error) : resolve()));
  });
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  try {
    await closed;
  } finally {
    clearTimeout(impatience);
  }
}
