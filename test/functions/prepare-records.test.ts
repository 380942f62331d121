import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInputsInForce } from '../../functions/detect/inputs-in-force.ts';
import { prepareRecords } from '../../functions/detect/prepare-records.ts';
import { readBatch } from '../../functions/detect/read-batch.ts';
import { createLinkMemory } from '../../shared/pipeline/link-memory.ts';
import { linkEntryOf, linkedWith, linkKindOf } from '../../shared/pipeline/links.ts';
import type { LinkStore } from '../../shared/stores/link-ports.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { FIXED } from '../simulation/people.ts';

const BOTH = { region: 'US', count: 2, ids: ['us-1', 'us-2'] };

const recordsOf = (events: readonly AccessEventChanges[]) => {
  const { byActor } = readBatch(
    events.map((changes, place) => {
      const event = anAccessEvent(changes);
      return aStreamRecord(JSON.stringify(event), {
        place,
        partitionKey: event.actor.id,
        arrival: Date.parse(timeOn(0, 12)) + place,
      });
    }),
  );
  return [...byActor.values()].flat();
};

const prepare = (
  events: readonly AccessEventChanges[],
  { links = createMemoryLinkStore(), references = createMemoryReferenceStore() }: Partial<Surroundings> = {},
) =>
  prepareRecords(recordsOf(events), new Map(), createInputsInForce(references, FIXED), links, {
    cases: createMemoryCaseStore(),
    held: createMemoryHeldWindowStore(),
  });
interface Surroundings {
  readonly links: LinkStore;
  readonly references: ReferenceStore;
}

/** Answers late, and says what it was asked and how much of it at once. */
function slowLinks() {
  const links = createMemoryLinkStore();
  const asked: string[] = [];
  let under = 0;
  let most = 0;
  const later = async <Answer>(question: string, answer: () => Promise<Answer>): Promise<Answer> => {
    most = Math.max(most, ++under);
    await setImmediate();
    asked.push(question);
    under--;
    return answer();
  };
  const store: LinkStore = {
    meet: (accesses) => later(`users of ${accesses.length}`, () => links.meet(accesses)),
    late: (named) => later(`late links of ${named.length}`, () => links.late(named)),
    meetDevice: (...question) => later(`${question[0]} ${question[1].actorId}`, () => links.meetDevice(...question)),
  };
  return { store, asked, most: () => most };
}

describe('questions about others', () => {
  const onMachine = (deviceId: string, actor: string): AccessEventChanges => ({
    id: `${actor} on ${deviceId}`,
    actor: { id: actor },
    network: { deviceId },
  });

  it('are asked at once where they have nothing to do with one another', async () => {
    const links = slowLinks();

    await prepare(
      Array.from({ length: 30 }, (_, i) => onMachine(`d-${i}`, 'e-1')),
      { links: links.store },
    );

    expect(links.asked).toHaveLength(30);
    expect(links.most()).toBe(30);
  });

  it('wait for one another, in the order of the stream, where they are about the same machine', async () => {
    const links = slowLinks();
    const refused = (actor: string) => ({ ...of('us-1', actor), outcome: 'denied' as const });
    const of = (subject: string, actor: string): AccessEventChanges => ({
      id: `${actor} and ${subject}`,
      actor: { id: actor },
      network: undefined,
      subjects: { region: 'US', count: 1, ids: [subject] },
    });

    const prepared = await prepare(
      [onMachine('d-1', 'e-1'), refused('e-8'), onMachine('d-1', 'e-2'), of('us-1', 'e-9'), onMachine('d-1', 'e-3')],
      { links: links.store },
    );

    expect(links.asked.filter((question) => question.startsWith('d-1'))).toEqual(['d-1 e-1', 'd-1 e-2', 'd-1 e-3']);
    const hits = [...prepared.values()].map((ready) => ('linkHits' in ready ? ready.linkHits : []));
    expect(hits).toEqual([
      [],
      [],
      [expect.objectContaining({ kind: 'device', actorId: 'e-1', users: 1 })],
      [expect.objectContaining({ kind: 'subject', actorId: 'e-8' })],
      [expect.objectContaining({ kind: 'device', actorId: 'e-1', users: 2 })],
    ]);
  });

  const about = (subject: string, actor: string, changes: AccessEventChanges = {}): AccessEventChanges => ({
    actor: { id: actor },
    network: undefined,
    subjects: { region: 'US', count: 1, ids: [subject] },
    ...changes,
  });

  it('are one about all users of a batch', async () => {
    const links = slowLinks();

    await prepare(
      ['e-1', 'e-1', 'e-2'].map((actor, i) => about(`us-${i}`, actor, { id: `ev-${i}` })),
      { links: links.store },
    );

    expect(links.asked).toEqual(['users of 3']);
  });

  it('have the answers that accesses would have had one after the other, and leave behind what each would have left', async () => {
    const step = fc.record({
      actor: fc.constantFrom('e-1', 'e-2', 'e-3'),
      subjects: fc.uniqueArray(fc.constantFrom('us-1', 'us-2'), { minLength: 1, maxLength: 2 }),
      outcome: fc.constantFrom('allowed' as const, 'denied' as const),
      minute: fc.integer({ min: 0, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const [together, oneByOne] = [createMemoryLinkStore(), createMemoryLinkStore()];
        const memory = createLinkMemory();
        const events = steps.map(({ actor, subjects, outcome, minute }, i) =>
          about('', actor, {
            id: `ev-${i}`,
            time: timeOn(0, 8 + Math.floor(minute / 60), minute % 60),
            outcome,
            subjects: { region: 'US', count: subjects.length, ids: subjects },
          }),
        );

        const prepared = await prepare(events, { links: together });
        for (const ready of prepared.values()) {
          if (!('access' in ready)) throw new Error('an access was not prepared');
          const { access, linkHits } = ready;
          const kind = linkKindOf(access);
          if (!kind) throw new Error('an access leaves no link');
          const alone = [];
          for (const subject of access.subjectHashes) {
            const other = linkedWith(access, kind, memory.meet(subject, kind, linkEntryOf(access)));
            if (other) alone.push({ kind: 'subject', subject, actorId: other.actorId });
          }
          expect(linkHits).toEqual(alone);
          await oneByOne.meet([access]);
        }
        for (const hour of [9, 11, 13]) {
          const later = [anAccess(about('us-1', 'e-9', { time: timeOn(0, hour), subjects: BOTH }))];
          expect(await together.meet(later)).toEqual(await oneByOne.meet(later));
        }
      }),
    );
  });

  it('are all over before a batch fails with one of them', async () => {
    const links = slowLinks();
    const meetDevice: LinkStore['meetDevice'] = (deviceId, user) =>
      deviceId === 'd-0' ? Promise.reject(new Error('the table is away')) : links.store.meetDevice(deviceId, user);

    const failure = prepare(
      Array.from({ length: 5 }, (_, i) => onMachine(`d-${i}`, 'e-1')),
      { links: { ...links.store, meetDevice } },
    );

    await expect(failure).rejects.toThrow('the table is away');
    expect(links.asked).toHaveLength(4);
  });

  it('are all over before a batch fails, users and machines', async () => {
    let underWay = 0;
    const fail = async () => {
      underWay++;
      await setImmediate();
      if (underWay === 1) await setImmediate();
      underWay--;
      throw new Error('the table is away');
    };

    const failure = prepare(
      [
        about('us-1', 'e-1', { id: 'a' }),
        about('us-2', 'e-4', { id: 'b', network: { deviceId: 'd-1' } }),
        onMachine('d-2', 'e-5'),
      ],
      { links: { meet: fail, late: fail, meetDevice: fail } },
    );

    await expect(failure).rejects.toThrow('the table is away');
    expect(underWay).toBe(0);
  });
});

describe('what accesses are judged by', () => {
  it('is asked for once a batch, and so is that there is nothing yet', async () => {
    const references = createMemoryReferenceStore();
    let questions = 0;
    const newest: ReferenceStore['newest'] = (...question) => {
      questions++;
      return references.newest(...question);
    };

    await prepare(
      Array.from({ length: 20 }, (_, i) => ({ id: `ev-${i}` })),
      { references: { ...references, newest } },
    );

    expect(questions).toBe(2);
  });
});
