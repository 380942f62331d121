import { NodeHttpHandler } from '@smithy/node-http-handler';

/** To one service; more requests than these wait for each other. */
export const CONNECTIONS = 50;

/**
 * HTTP/1.1 with kept-alive connections for every service, on AWS and on one machine alike.
 *
 * By default the SDK waits for ever: a dead address or a hung connection would use up the whole Lambda time-out instead
 * of being tried again. Connecting takes milliseconds inside a region; three seconds let an event loop that is busy for a
 * moment not look like a dead address. The handler's `requestTimeout` is left alone: it also counts the time that a
 * request waits for a free connection.
 *
 * @param silence milliseconds for which a connection in use may stay silent, in either direction
 */
export const httpHandler = (silence: number): NodeHttpHandler =>
  new NodeHttpHandler({
    connectionTimeout: 3_000,
    socketTimeout: silence,
    httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
    httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
  });
