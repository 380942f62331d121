const ACTIONS: ReadonlyMap<string, string> = new Map([
  ...['find', 'aggregate', 'count', 'distinct', 'mapReduce', 'mapreduce'].map((name) => [name, 'query'] as const),
  ...['insert', 'update', 'findAndModify', 'findandmodify', 'bulkWrite'].map((name) => [name, 'update'] as const),
  ['delete', 'delete'],
]);
/** A command's first field is its name, with the collection as its value; it may be megabytes long, or cut off. */
const HEAD = /^\s*\{\s*"(\w{1,40})"\s*:\s*(?:"([^"\\]{1,255})")?/;

/** What a command of MongoDB does, and with which collection. */
export interface MongoCommand {
  readonly action: string;
  /** Absent where it is about the whole database. */
  readonly collection: string | undefined;
}

/**
 * Reads a command as JSON text (MongoDB's `runCommand`). The batches of a cursor (`getMore`) belong to the command that opened it.
 *
 * @see https://www.mongodb.com/docs/manual/reference/command/
 * @returns undefined for what touches no data: handshakes, transactions, indexes
 */
export function readMongoCommand(text: string): MongoCommand | undefined {
  const [, name = '', collection] = HEAD.exec(text) ?? [];
  const action = ACTIONS.get(name);
  return action === undefined ? undefined : { action, collection };
}
