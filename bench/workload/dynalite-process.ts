import dynalite from 'dynalite';
import { listen } from '../../infra/local/http-server.ts';

/** Longer than any benchmark: a connection that is closed for its idleness while the client computes would be a failed request. */
const KEEP_ALIVE_MS = 3_600_000;

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.keepAliveTimeout = KEEP_ALIVE_MS;
console.log(await listen(server, 0, '127.0.0.1', 'DynamoDB'));
