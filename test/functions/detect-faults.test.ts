import { describe, expect, it } from 'vitest';
import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import { createInputsInForce } from '../../functions/detect/inputs-in-force.ts';
import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import { createMemoryAlertQueue } from '../../shared/stores/memory-alert-queue.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { createMemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { breaksOnServices } from '../simulation/broken-fold.ts';
import { FIXED } from '../simulation/people.ts';
import { createStream } from '../simulation/stream-shards.ts';

const ARRIVAL = Date.parse(timeOn(0));

function aWorld() {
  const stream = createStream();
  const archive = createMemoryRecordArchive();
  const baselines = createMemoryBaselineStore();
  const resolve = createInputsInForce(createMemoryReferenceStore(), FIXED);
  const ports: DetectPorts = {
    baselines,
    inputsFor: async (arrival) => breaksOnServices(await resolve(arrival)),
    links: createMemoryLinkStore(),
    alerts: createMemoryAlertQueue(() => ARRIVAL),
    archive,
    cases: createMemoryCaseStore(),
    held: createMemoryHeldWindowStore(),
    sources: createSourceCounter(createMemorySourceDayStore(), () => {}),
    warn: () => {},
  };
  const put = (data: string, partitionKey: string): StreamRecord =>
    stream.put({ partitionKey, data: Buffer.from(data).toString('base64'), arrivedAt: ARRIVAL, payloadBytes: 900 })
      .record;
  const access = (changes: AccessEventChanges): StreamRecord => {
    const event = anAccessEvent(changes);
    return put(JSON.stringify(event), event.actor.id);
  };
  return {
    ports,
    put,
    access,
    /** An access on which the fold throws. */
    poison: (id: string) => access({ id, actor: { id: 'e-5', type: 'service' } }),
    take: (records: readonly StreamRecord[], changed: Partial<DetectPorts> = {}) =>
      detect(
        records.map(({ event }) => event),
        { ...ports, ...changed },
      ),
    putAside: () => [...archive.objects.values()].join('\n'),
    fenceOf: async (actorId: string) => (await baselines.load([actorId])).get(actorId)?.fences[0]?.sequenceNumber,
  };
}

describe('a record on which the fold throws', () => {
  it('is not lost when putting it aside fails at first', async () => {
    const { ports, access, poison, take, putAside } = aWorld();
    const batch = [access({ id: 'a', actor: { id: 'e-5' } }), poison('b'), access({ id: 'c', actor: { id: 'e-5' } })];
    const archive: DetectPorts['archive'] = {
      ...ports.archive,
      quarantine: async () => {
        throw new Error('the bucket is away');
      },
    };

    const first = await Promise.allSettled([take(batch, { archive })]);
    await take(batch);

    expect(first[0]?.status === 'rejected' || first[0]?.value.failed).toBeTruthy();
    expect(putAside()).toContain(batch[1]?.sequenceNumber);
  });

  it('stays put aside when its batch comes again with other bad records', async () => {
    const { access, poison, put, take, putAside } = aWorld();
    const batch = [poison('b'), access({ id: 'c', actor: { id: 'e-5' } }), put('no JSON', 'e-1')];

    await take(batch);
    await take(batch);

    for (const bad of [batch[0], batch[2]]) expect(putAside()).toContain(bad?.sequenceNumber);
  });
});

describe('a batch of nothing but events that were sent before', () => {
  it('never takes back what later ones made known, however late its write comes', async () => {
    const { ports, access, take, fenceOf } = aWorld();
    const original = access({ id: 'a', actor: { id: 'e-5' } });
    const again = access({ id: 'a', actor: { id: 'e-5' } });
    const onceMore = access({ id: 'a', actor: { id: 'e-5' } });
    await take([original]);
    const lateWrites: (() => Promise<void>)[] = [];
    const baselines: DetectPorts['baselines'] = {
      ...ports.baselines,
      save: async (...write) => void lateWrites.push(() => ports.baselines.save(...write)),
    };

    await take([again], { baselines });
    await take([again, onceMore]);
    const before = await fenceOf('e-5');
    for (const write of lateWrites) await write();

    expect(await fenceOf('e-5')).toBe(before);
  });
});
