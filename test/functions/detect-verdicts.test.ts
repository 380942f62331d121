import type { KinesisStreamRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { type Adjudication, anAdjudication } from '../../shared/model/adjudication.ts';
import type { CaseChange } from '../../shared/model/case.ts';
import { createMemoryAlertQueue, type MemoryAlertQueue } from '../../shared/stores/memory-alert-queue.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { createMemoryRecordArchive, type MemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import type { CaseStore } from '../../shared/stores/ports.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { anEnrichmentContext } from '../factories/an-access.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const ACTOR = 'e-00042';
const scoring = aScoringContext({ alertsPerDay: 2 });
const VERDICT_AT = timeOn(3, 9);

interface World {
  readonly ports: DetectPorts;
  readonly cases: CaseStore;
  readonly queue: MemoryAlertQueue;
  readonly archive: MemoryRecordArchive;
  readonly warnings: string[];
}

/** Somebody who has worked for five weeks, in stores that outlive a crash. */
async function aWorld(): Promise<World> {
  const archive = createMemoryRecordArchive();
  const warnings: string[] = [];
  const cases = createMemoryCaseStore();
  const queue = createMemoryAlertQueue(() => 0);
  const ports: DetectPorts = {
    baselines: createMemoryBaselineStore(),
    inputsFor: async () => ({ ...anEnrichmentContext({ settings: scoring.settings }), ...scoring }),
    links: createMemoryLinkStore(),
    cases,
    held: createMemoryHeldWindowStore(),
    sources: createSourceCounter(createMemorySourceDayStore(), (message) => void warnings.push(message)),
    alerts: queue,
    archive,
    warn: (message) => void warnings.push(message),
  };
  await ports.baselines.save(ACTOR, aSettledBaseline(), 0);
  return { ports, cases, queue, archive, warnings };
}

let sequenceNumber = 0;
const aRecord = (value: object, partitionKey = ACTOR, time: string = VERDICT_AT): KinesisStreamRecord => {
  const number = String(++sequenceNumber);
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber: number,
      data: Buffer.from(JSON.stringify(value)).toString('base64'),
      approximateArrivalTimestamp: Date.parse(time) / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${number}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/detect',
    awsRegion: 'us-east-1',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:111122223333:stream/accesses',
  };
};
const asRecord = (event: AccessEvent) => aRecord(event, event.actor.id, event.time);
const burst = Array.from({ length: 60 }, (_, i) => anAccessEvent({ id: `b-${i}`, time: timeOn(0, 10, 0, i * 20) }));
const work = (day: number) => anAccessEvent({ id: `work-${day}`, time: timeOn(day) });

describe('detect and verdicts', () => {
  let world: World;
  let alertId: string;
  const baseline = async () => {
    const found = (await world.ports.baselines.load([ACTOR])).get(ACTOR);
    if (!found) throw new Error('there is no baseline');
    return found;
  };
  const held = () => world.ports.held.load(ACTOR, alertId);
  const waiting = async () => (await baseline()).verdicts.waiting;
  const quarantined = () => [...world.archive.objects.values()].join('');
  /** Judges the case, as casework does. @returns what it puts on the stream */
  const judge = async (state: CaseChange['state'], version = 1): Promise<Adjudication> => {
    const by = 'arn:aws:iam::111122223333:user/jane';
    await world.cases.change(alertId, { version, state, at: VERDICT_AT, by, reason: 'asked', revision: 1 });
    return anAdjudication({ actorId: ACTOR, alertId, verdict: state, by, at: VERDICT_AT, caseVersion: version });
  };

  beforeEach(async () => {
    world = await aWorld();
    const report = await detect([...burst, work(2), work(3)].map(asRecord), world.ports);
    const [first] = report.alerts;
    if (!first) throw new Error('nobody was alerted');
    alertId = first.alert.alertId;
    await world.cases.storeRevision(first.alert, 0);
  });

  it('keeps windows aside that people were alerted about', async () => {
    expect((await held()).map(({ kind }) => kind).toSorted()).toEqual(['day', 'sitting']);
    expect(await waiting()).toHaveLength(2);
  });

  it('learns what was held back when the case is dismissed, and waits for it no more', async () => {
    const { activeDays } = (await baseline()).habits;

    const report = await detect([aRecord(await judge('dismissed'))], world.ports);

    expect(report).toMatchObject({ settled: 1, applied: 0, quarantined: 0, failed: 0 });
    expect((await baseline()).habits.activeDays).toBe(activeDays + 1);
    expect(await waiting()).toEqual([]);
  });

  it('learns nothing that another fold held back, of a past that was never written', async () => {
    const windows = (await held()).map((window) =>
      window.kind === 'day' ? { ...window, day: { ...window.day, day: window.day.day - 1, reads: 9_000 } } : window,
    );
    await world.ports.held.hold(ACTOR, { alertId, windows });
    expect(await held()).toHaveLength(3);
    const { activeDays } = (await baseline()).habits;

    await detect([aRecord(await judge('dismissed'))], world.ports);

    expect((await baseline()).habits.activeDays).toBe(activeDays + 1);
  });

  it('leaves what was learned to whoever still folds the same verdict over an older state', async () => {
    const [before, verdict] = [await baseline(), aRecord(await judge('dismissed'))];
    await detect([verdict], world.ports);
    const after = await baseline();
    const behind: DetectPorts['baselines'] = {
      load: async () => new Map([[ACTOR, before]]),
      save: async (_, saved) => expect(saved).toEqual(after),
    };

    const report = await detect([verdict], { ...world.ports, baselines: behind });

    expect(report).toMatchObject({ settled: 1, failed: 0 });
  });

  it('drops what was held back when the case is confirmed', async () => {
    const { habits } = await baseline();

    await detect([aRecord(await judge('confirmed'))], world.ports);

    expect((await baseline()).habits).toEqual(habits);
    expect(await waiting()).toEqual([]);
  });

  it('puts a verdict aside whose subject’s only accesses were told of and then given up', async () => {
    const verdict = await judge('dismissed');
    const ports = { ...world.ports, baselines: createMemoryBaselineStore() };

    const report = await detect([aRecord(verdict)], ports);

    expect(report).toMatchObject({ settled: 0, quarantined: 1, failed: 0 });
    expect(quarantined()).toContain('adjudication: no access of its subject was applied yet');
    expect(await held()).toHaveLength(2);

    // Both are put back: the accesses, then the verdict.
    await detect([...burst, work(2), work(3)].map(asRecord), { ...ports, links: createMemoryLinkStore() });
    expect(await detect([aRecord(verdict)], ports)).toMatchObject({ settled: 1, quarantined: 0 });
    expect((await ports.baselines.load([ACTOR])).get(ACTOR)?.verdicts.waiting).toEqual([]);
  });

  it('takes a verdict in its order among accesses, with windows that closed in the same batch', async () => {
    world = await aWorld();
    await detect(burst.map(asRecord), world.ports);
    await world.cases.storeRevision({ ...firstAlert(world), alertId }, 0);
    const verdict = aRecord.bind(undefined, await judge('dismissed'));
    const batch = [asRecord(work(2)), verdict(), asRecord(work(3))];

    const report = await detect(batch, world.ports);

    expect(report).toMatchObject({ settled: 1, applied: 2 });
    expect(await waiting()).toEqual([]);
    expect(await held()).toEqual([]);
    const { habits } = await baseline();
    // The Friday before, Monday after all, and Wednesday.
    expect(habits.activeDays).toBe(aSettledBaseline().habits.activeDays + 3);
  });

  it('learns once from a verdict that comes twice, delivered again or put again', async () => {
    const verdict = await judge('dismissed');
    const record = aRecord(verdict);
    await detect([record], world.ports);
    const { habits } = await baseline();

    await detect([record], world.ports);
    const report = await detect([aRecord(verdict), aRecord(verdict)], world.ports);

    expect(report).toMatchObject({ settled: 0, duplicates: 2 });
    expect((await baseline()).habits).toEqual(habits);
  });

  it.each(['hold', 'save'] as const)('learns once when the function dies before or after %s', async (step) => {
    const reference = await baselineAfterVerdict();
    for (const when of ['before', 'after'] as const) {
      world = await aWorld();
      const records = [...burst, work(2), work(3)].map(asRecord);
      await deliverWithCrash(records, step, when);
      await world.cases.storeRevision(firstAlert(world), 0);

      await deliverWithCrash([aRecord(await judge('dismissed'))], step, when);

      expect((await baseline()).habits).toEqual(reference.habits);
      expect(await waiting()).toEqual([]);
    }
  });

  it('learns what somebody faster held back meanwhile', async () => {
    world = await aWorld();
    await detect(burst.map(asRecord), world.ports);
    await world.cases.storeRevision(firstAlert(world), 0);
    const earlier = asRecord(work(2));
    const verdict = aRecord(await judge('dismissed'));
    // The day of the burst is closed by another environment, between this one's reading and its write.
    let isFirst = true;
    const save: DetectPorts['baselines']['save'] = async (...saved) => {
      if (isFirst) {
        isFirst = false;
        await detect([earlier], world.ports);
      }
      return world.ports.baselines.save(...saved);
    };

    const report = await detect([verdict], { ...world.ports, baselines: { ...world.ports.baselines, save } });

    expect(report).toMatchObject({ settled: 1, conflicts: 1, failed: 0 });
    expect(await waiting()).toEqual([]);
    // The Friday before, and Monday after all.
    expect((await baseline()).habits.activeDays).toBe(aSettledBaseline().habits.activeDays + 2);
  });

  it.each([
    ['of another verdict', { verdict: 'confirmed' as const }],
    ['of a change that never was', { caseVersion: 2 }],
    ['by somebody else', { by: 'arn:aws:iam::111122223333:user/mallory' }],
    ['of another time', { at: timeOn(3, 10) }],
    ['of a case that is not there', { alertId: '0000000000000000' }],
  ])('puts a forged verdict aside: one %s', async (_, changes) => {
    const verdict = await judge('dismissed');
    const before = await baseline();

    const report = await detect([aRecord({ ...verdict, ...changes })], world.ports);

    expect(report).toMatchObject({ quarantined: 1, settled: 0 });
    expect(quarantined()).toContain('its case does not say so');
    expect(await baseline()).toEqual(before);
    expect(await held()).toHaveLength(2);
  });

  it('puts a verdict aside that settles somebody else’s case', async () => {
    const verdict = await judge('dismissed');

    const report = await detect([aRecord({ ...verdict, actorId: 'e-00091' }, 'e-00091')], world.ports);

    expect(report).toMatchObject({ quarantined: 1, settled: 0 });
    expect(quarantined()).toContain('its case does not say so');
  });

  it.each([
    ['under another key', {}, 'e-00091', 'partition key is not the actor id'],
    ['of a version to come', { schemaVersion: 2 }, ACTOR, 'schemaVersion'],
    ['without a field', { by: undefined }, ACTOR, 'by'],
  ])('puts a verdict aside that comes %s', async (_, changes, key, reason) => {
    const report = await detect([aRecord({ ...(await judge('dismissed')), ...changes }, key)], world.ports);

    expect(report).toMatchObject({ quarantined: 1, settled: 0 });
    expect(quarantined()).toContain(reason);
  });

  it('takes an access whose fields speak of verdicts for an access', async () => {
    const event = anAccessEvent({ id: 'borderwatch.adjudication', time: timeOn(3, 11) });

    expect(await detect([asRecord(event)], world.ports)).toMatchObject({ applied: 1, quarantined: 0 });
  });

  it('still believes a verdict that a later one overtook', async () => {
    const expired = await judge('expired');
    await judge('confirmed', 2);

    expect(await detect([aRecord(expired)], world.ports)).toMatchObject({ settled: 1 });
  });

  it('applies nothing of a batch whose verdict can’t be checked, and has it delivered again', async () => {
    const verdict = aRecord(await judge('dismissed'));
    const cases = { get: () => Promise.reject(new Error('throttled')) };

    const report = await detect([verdict], { ...world.ports, cases });

    expect(report.response.batchItemFailures).toEqual([{ itemIdentifier: verdict.kinesis.sequenceNumber }]);
    expect(await held()).toHaveLength(2);
  });

  async function baselineAfterVerdict() {
    await detect([aRecord(await judge('dismissed'))], world.ports);
    return baseline();
  }

  /** Delivers a batch, and again after the function died around one of its steps. */
  async function deliverWithCrash(
    records: readonly KinesisStreamRecord[],
    step: 'hold' | 'save',
    when: 'before' | 'after',
  ) {
    const { ports } = world;
    const died = async <Given extends readonly unknown[]>(
      call: (...given: Given) => Promise<void>,
      ...given: Given
    ): Promise<void> => {
      if (when === 'after') await call(...given);
      throw new Error('dead');
    };
    const dying: DetectPorts = {
      ...ports,
      held: {
        ...ports.held,
        ...(step === 'hold' && { hold: (...given) => died(ports.held.hold, ...given) }),
      },
      baselines: {
        ...ports.baselines,
        ...(step === 'save' && { save: (...given) => died(ports.baselines.save, ...given) }),
      },
    };
    await detect(records, dying);
    await detect(records, ports);
  }
});

/** The first alert that was queued. */
function firstAlert({ queue }: World) {
  const [alert] = queue.drain();
  if (!alert) throw new Error('nobody was alerted');
  return alert;
}
