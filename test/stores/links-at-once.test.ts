import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryTables } from '../../bench/metering/memory-tables.ts';
import { joinLateLinks } from '../../functions/assess/join-late-links.ts';
import type { Access } from '../../shared/model/access.ts';
import type { LateLinks } from '../../shared/model/late-links.ts';
import {
  type LinkKind,
  linkEntryOf,
  linkedWith,
  linkKindOf,
  otherKind,
  type SubjectHit,
} from '../../shared/pipeline/links.ts';
import type { DynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoLinkLog } from '../../shared/stores/dynamo-link-log.ts';
import { createDynamoLinkStore } from '../../shared/stores/dynamo-link-store.ts';
import type { LinkStore } from '../../shared/stores/link-ports.ts';
import { LAG_MS } from '../../shared/stores/link-times.ts';
import { anAccess } from '../factories/an-access.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const MINUTE = 60_000;

type Batch = readonly Access[];
interface Taken {
  readonly access: Access;
  readonly hits: readonly SubjectHit[];
}

/** Two users, four people abroad, and times that are on time, hours late, or ahead. */
const someAccess = fc
  .record({
    subject: fc.constantFrom('us-1', 'us-2'),
    outcome: fc.constantFrom('denied' as const, 'allowed' as const),
    actorId: fc.constantFrom('e-1', 'e-2', 'e-3', 'e-4'),
    minutes: fc.integer({ min: -300, max: 9 }),
  })
  .map(({ subject, outcome, actorId, minutes }) =>
    anAccess({
      id: `${actorId} ${outcome} ${subject} ${minutes}`,
      time: new Date(NOON + minutes * MINUTE).toISOString(),
      actor: { id: actorId },
      outcome,
      subjects: { region: 'US', count: 1, ids: [subject] },
    }),
  );
const someLane = fc.record({
  /** The function's clock against the true one, milliseconds. */
  skew: fc.integer({ min: -2_000, max: 2_000 }),
  batches: fc.array(fc.array(someAccess, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
});
const someLanes = fc.array(someLane, { minLength: 2, maxLength: 3 });
/** Until a request is there, and until its answer is. Short mostly, and sometimes longer than anybody waits for looks to be noted. */
const someWaits = fc.array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 20_000 })), {
  minLength: 1,
  maxLength: 80,
});
/** Which requests fail, before or after they did what they were to do: then the batch comes again. */
const someFailures = fc.array(fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'before', 'after'), {
  maxLength: 30,
});

interface Play {
  readonly lanes: readonly { readonly skew: number; readonly batches: readonly Batch[] }[];
  readonly waits: readonly number[];
  readonly failures: readonly string[];
}

/**
 * Has all lanes take their batches at the same time, each one after the other, with somebody who joins late beside them. Time passes while
 * requests and answers travel, and what isn't read strongly consistent may be as it was a while before.
 */
async function playAtOnce(scheduler: fc.Scheduler, { lanes, waits, failures }: Play) {
  const tables = createMemoryTables();
  let time = NOON;
  let travelled = 0;
  let asked = 0;
  const before: { readonly at: number; readonly saved: ReturnType<typeof tables.save> }[] = [];
  const travel = async (what: string) => {
    await scheduler.schedule(Promise.resolve(), what);
    time += waits[travelled++] ?? 0;
  };
  const answer = (operation: string, input: unknown) => {
    const saved = tables.save();
    before.push({ at: time, saved });
    if (!isEventual(input)) return tables.answer(operation, input);
    tables.restore(before.find(({ at }) => at >= time - LAG_MS / 2)?.saved ?? saved);
    const stale = tables.answer(operation, input);
    tables.restore(saved);
    return stale;
  };
  const callOf = (name: string, fails: boolean) =>
    (async (operation, input) => {
      const failure = fails ? failures[asked++] : 'none';
      await travel(`${name} asks ${operation}`);
      if (failure === 'before') throw new Error('it never came');
      const answered = answer(operation, input);
      await travel(`${name} is answered ${operation}`);
      if (failure === 'after') throw new Error('the answer was lost');
      return answered;
    }) as DynamoCall;
  const storeOf = (name: string, skew: number): LinkStore =>
    createDynamoLinkStore({
      call: callOf(name, true),
      tableName: 'links',
      logTableName: 'log',
      now: () => time + skew,
    });
  const taken: Taken[] = [];
  const put: LateLinks[] = [];
  const play = async (name: string, skew: number, batches: readonly Batch[]) => {
    const links = storeOf(name, skew);
    for (const batch of batches) {
      const hits = await untilTaken(() => links.meet(batch));
      for (const [i, access] of batch.entries()) taken.push({ access, hits: hits[i] ?? [] });
    }
  };
  const join = () =>
    joinLateLinks({
      linkLog: createDynamoLinkLog({ call: callOf('join', false), tableName: 'log', now: () => time }),
      lateLinks: { put: async (named) => void put.push(named) },
      now: () => time,
    });
  // Or the first time would read the log of days.
  tables.answer('PutItem', {
    TableName: 'log',
    Item: { pk: { S: 'joined' }, sk: { S: 'until' }, time: { N: String(NOON - MINUTE) } },
  });
  const joining = async () => {
    for (let round = 0; round < 3; round++) await join();
  };
  await scheduler.waitFor(
    Promise.all([...lanes.map(({ skew, batches }, lane) => play(`lane ${lane}`, skew, batches)), joining()]),
  );
  time += 5 * MINUTE;
  await scheduler.waitFor(join());
  const links = createDynamoLinkStore({
    call: (async (operation, input) => tables.answer(operation, input)) as DynamoCall,
    tableName: 'links',
    logTableName: 'log',
    now: () => time,
  });
  const late = await links.late(put);
  return { taken, late };
}

/** Whether a request's answer may lag. */
const isEventual = (input: unknown): boolean => {
  const { RequestItems = {} } = input as { RequestItems?: Record<string, { readonly ConsistentRead?: boolean }> };
  return Object.values(RequestItems).some(({ ConsistentRead }) => ConsistentRead === false);
};

/** As Lambda does with a batch that failed. */
async function untilTaken<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !/never came|was lost|took longer/.test(error.message)) throw error;
    }
  }
}

describe('batches that are taken at the same time', () => {
  it('leave no refusal and look that belong together without a link, however their requests overtake one another', async () => {
    let linkedLate = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({ lanes: someLanes, waits: someWaits, failures: someFailures }),
        async (scheduler, play) => {
          const { taken, late } = await playAtOnce(scheduler, play);
          linkedLate += late.length;

          const isLinkedLate = (refusal: Access) =>
            late.some((one) => one?.access.actorId === refusal.actorId && one.hits.some(hasSubjectOf(refusal)));
          for (const refused of taken.filter(({ access }) => linkKindOf(access) === 'refused'))
            for (const looked of taken.filter(({ access }) => linkKindOf(access) === 'read')) {
              if (refused.access.subjectHashes[0] !== looked.access.subjectHashes[0]) continue;
              if (!linkedWith(refused.access, 'refused', [linkEntryOf(looked.access)])) continue;
              const isLinked = refused.hits.length > 0 || looked.hits.length > 0 || isLinkedLate(refused.access);
              expect(isLinked, `${refused.access.id} and ${looked.access.id}`).toBe(true);
            }
        },
      ),
      { numRuns: 500 },
    );
    expect(linkedLate).toBeGreaterThan(100);
  }, 60_000);

  it('link nothing that does not belong together', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.record({ lanes: someLanes, waits: someWaits, failures: someFailures }),
        async (scheduler, play) => {
          const { taken, late } = await playAtOnce(scheduler, play);

          expect(late).not.toContain(undefined);
          const of = (actor: string, user: string, kind: LinkKind) =>
            taken
              .map(({ access }) => access)
              .filter(
                (access) => access.actorId === actor && access.subjectHashes[0] === user && linkKindOf(access) === kind,
              );
          for (const { access, hits } of [...taken, ...late.flatMap((one) => one ?? [])])
            for (const { subject, actorId } of hits) {
              const kind = linkKindOf(access) ?? 'read';
              // Late ones are said of the latest of several.
              const own = kind === 'read' ? [access] : of(access.actorId, subject, kind);
              const others = of(actorId, subject, otherKind(kind)).map(linkEntryOf);
              expect(own.some((one) => linkedWith(one, kind, others) !== undefined)).toBe(true);
            }
        },
      ),
    );
  }, 60_000);
});

const hasSubjectOf =
  ({ subjectHashes }: Access) =>
  ({ subject }: SubjectHit) =>
    subject === subjectHashes[0];
