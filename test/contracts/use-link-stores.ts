import { beforeEach } from 'vitest';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import type { LinkLog, LinkStore } from '../../shared/stores/link-ports.ts';
import { createMemoryLinkLog, createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { HOUR_MS, NOON } from './link-factory.ts';
import { useTable } from './test-table.ts';

export interface LinkStoreUnderTest {
  readonly name: string;
  readonly make: () => { readonly store: LinkStore; readonly log: LinkLog };
}

/** Link stores with their logs, for the tests of a file. Each test has a time of its own, so what is noted then is its own. */
export function useLinkStores(): { readonly stores: readonly LinkStoreUnderTest[]; readonly now: () => number } {
  const table = useTable('links', 'for all');
  const logTable = useTable('linkLog', 'for all');
  let time = NOON + HOUR_MS;
  const now = () => time;
  beforeEach(() => {
    time += 1_000;
  });
  return {
    now,
    stores: [
      {
        name: 'memory',
        make: () => {
          const log = createMemoryLinkLog(now);
          return { log, store: createMemoryLinkStore(now, log) };
        },
      },
      {
        name: 'DynamoDB',
        make: () => ({
          log: createDynamoLinkLog({ ...logTable, now }),
          store: createDynamoLinkStore({ ...table, logTableName: logTable.tableName, now }),
        }),
      },
    ],
  };
}
