import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NotifyPorts, notify, type QueuedRecord } from '../../functions/notify/notify.ts';
import { noBacklog } from '../../functions/notify/tell.ts';
import type { Alert, AlertSignal } from '../../shared/model/alert.ts';
import type { Suppression } from '../../shared/model/suppression.ts';
import { alertJson } from '../../shared/stores/alert-message.ts';
import { createMemoryAlertTopic, type MemoryAlertTopic } from '../../shared/stores/memory-alert-topic.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemorySuppressionStore } from '../../shared/stores/memory-suppression-store.ts';
import type { CaseStore, SuppressionStore } from '../../shared/stores/ports.ts';
import { anAlert } from '../contracts/alert-factory.ts';

/** What outlives a crash: the store, the topic's subscribers, the counts. */
interface World {
  readonly cases: CaseStore;
  readonly suppressions: SuppressionStore;
  readonly topic: MemoryAlertTopic;
  readonly counts: Map<string, number>;
  readonly warnings: string[];
  /** Messages by id. */
  readonly deadLetters: Map<string, string>;
  readonly ports: NotifyPorts;
}

function aWorld(): World {
  const cases = createMemoryCaseStore();
  const suppressions = createMemorySuppressionStore();
  const topic = createMemoryAlertTopic();
  const counts = new Map<string, number>();
  const warnings: string[] = [];
  const deadLetters = new Map<string, string>();
  let time = 1_000;
  const ports: NotifyPorts = {
    cases,
    suppressions,
    topic,
    backlog: noBacklog(),
    waiting: async () => 0,
    deadLetter: async (message, messageId) => void deadLetters.set(messageId, message),
    pause: async () => {},
    now: () => time++,
    count: (metric, value) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    warn: (message) => void warnings.push(message),
  };
  return { cases, suppressions, topic, counts, warnings, deadLetters, ports };
}

/** `refused`: the call fails and nothing happens; `lost`: it happens and fails; `dead`: the function ends there. */
type Fault = 'refused' | 'lost' | 'dead before' | 'dead after';
const FAULTS: readonly Fault[] = ['refused', 'lost', 'dead before', 'dead after'];
const never = new Promise<never>(() => {});

/** Ports that fail at one of their calls, counted over all of them, and work before and after it. */
function faultyPorts(ports: NotifyPorts, atCall: number, fault: Fault) {
  const { promise: died, resolve: die } = Promise.withResolvers<'dead'>();
  const state = { calls: 0 };
  const wrap =
    <Arguments extends readonly unknown[], Result>(call: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      if (++state.calls !== atCall) return call(...given);
      if (fault === 'refused') throw new Error('refused');
      if (fault !== 'dead before') await call(...given);
      if (fault === 'lost') throw new Error('the response was lost');
      die('dead');
      return never;
    };
  const { cases, suppressions, topic } = ports;
  const look = wrap(async () => {});
  const faulty: NotifyPorts = {
    ...ports,
    waiting: wrap(ports.waiting),
    suppressions: { of: wrap(suppressions.of) },
    cases: {
      ...cases,
      get: wrap(cases.get),
      untold: async function* (known) {
        await look();
        yield* cases.untold(known);
      },
      storeRevision: wrap(cases.storeRevision),
      markNotified: wrap(cases.markNotified),
      probe: wrap(cases.probe),
    },
    topic: { publish: wrap(topic.publish), publishDigest: wrap(topic.publishDigest) },
  };
  return { faulty, died, state };
}

/** A queue: it delivers what was not done again, until all of it is. @returns how many deliveries that took */
async function deliver(records: readonly QueuedRecord[], world: World, faults: readonly [number, Fault][] = []) {
  let pending = records;
  let deliveries = 0;
  while (pending.length > 0) {
    const [atCall, fault] = faults[deliveries] ?? [0, 'refused'];
    if (++deliveries > faults.length + 1) throw new Error('the queue is never empty');
    const { faulty, died } = faultyPorts(world.ports, atCall, fault);
    const outcome = await Promise.race([notify(pending, faulty), died]);
    if (outcome === 'dead') continue;
    const failed = new Set(outcome.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    pending = pending.filter(({ messageId }) => failed.has(messageId));
  }
  return deliveries;
}

const asRecord = (alert: Alert, index: number): QueuedRecord => ({
  messageId: `m-${index}`,
  body: alertJson(alert),
});
const revisionOf = (alertId: string, revision: number) =>
  anAlert({ alertId, revision, headline: `${alertId} revision ${revision}` });
const published = (world: World, alertId: string) =>
  world.topic
    .published()
    .filter((alert) => alert.alertId === alertId)
    .map(({ revision }) => revision);

/** What must hold at the end, whatever happened on the way. */
async function expectAllTold(world: World, alerts: readonly Alert[]) {
  for (const [alertId, revisions] of Object.entries(Object.groupBy(alerts, (alert) => alert.alertId))) {
    const highest = Math.max(...(revisions ?? []).map(({ revision }) => revision));
    const told = published(world, alertId);
    expect(told.at(-1)).toBe(highest);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await world.cases.get(alertId)).toMatchObject({
      revision: highest,
      notifiedRevision: highest,
      alert: { headline: `${alertId} revision ${highest}` },
    });
  }
  expect(await world.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
}

describe('notify', () => {
  it('stores a case, tells people of it and notes that they were told', async () => {
    const world = aWorld();
    const alert = revisionOf('a', 1);

    const response = await notify([asRecord(alert, 0)], world.ports);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.topic.published()).toEqual([alert]);
    expect(await world.cases.get('a')).toMatchObject({ revision: 1, notifiedRevision: 1, storedAt: 1_000 });
    expect(world.counts).toEqual(
      new Map([
        ['AlertsPublishedHigh', 1],
        ['AlertsPublished', 1],
        ['DigestsPublished', 0],
        ['AlertsMalformed', 0],
        ['AlertsPostponed', 0],
      ]),
    );
  });

  it('tells of the subject’s other open cases, and of nobody else’s', async () => {
    const world = aWorld();
    const earlier = { ...revisionOf('a', 1), time: '2026-11-20T08:00:00.000Z' };
    const somebodyElse = anAlert({ alertId: 'c', subject: { type: 'employee', id: 'e-00099' } });
    await notify([asRecord(earlier, 0), asRecord(somebodyElse, 1)], world.ports);

    await notify([asRecord(revisionOf('b', 1), 2)], world.ports);

    expect(world.topic.published().at(-1)).toEqual({
      ...revisionOf('b', 1),
      otherCases: [{ alertId: 'a', openedAt: earlier.time, severity: 'high', headline: 'a revision 1' }],
    });
    expect((await world.cases.get('b'))?.alert).toEqual(revisionOf('b', 1));
  });

  it('keeps in the case when people were told, by the clock and not by the access, once the topic had it', async () => {
    const world = aWorld();
    const publish = async (alert: Alert) => {
      await world.topic.publish(alert);
      world.ports.now();
    };

    await notify([asRecord(revisionOf('a', 2), 0)], { ...world.ports, topic: { ...world.topic, publish } });

    const after = world.ports.now();
    const { storedAt, tellings } = (await world.cases.get('a')) ?? {};
    expect(tellings).toMatchObject([{ revision: 2, as: 'alert' }]);
    expect(Date.parse(tellings?.[0]?.at ?? '')).toBeGreaterThan((storedAt ?? Infinity) + 1);
    expect(Date.parse(tellings?.[0]?.at ?? '')).toBeLessThan(after);
  });

  describe('when people were told of the case before', () => {
    const [volume] = anAlert().signals;
    const odd = { ...volume, signal: 'odd-hours' } as NonNullable<typeof volume>;
    const first = anAlert({ alertId: 'a', revision: 1, severity: 'medium', score: 4.1 });
    const third = { ...revisionOf('a', 3), signals: [...anAlert().signals, odd] };
    const toldBefore = { revision: 1, time: first.time, severity: 'medium', score: 4.1, signals: ['volume'] };
    const lastTold = async (...batches: (readonly Alert[])[]) => {
      const world = aWorld();
      for (const [i, alerts] of batches.entries())
        await deliver(
          alerts.map((alert, j) => asRecord(alert, 10 * i + j)),
          world,
        );
      return world.topic.published().at(-1);
    };

    it('says what they were told, not what overtook itself', async () => {
      expect(await lastTold([first], [third])).toEqual({ ...third, toldBefore });
      expect(await lastTold([first], [revisionOf('a', 2), third])).toEqual({ ...third, toldBefore });
      expect(await lastTold([first], [revisionOf('a', 2)], [third])).toMatchObject({ toldBefore: { revision: 2 } });
    });

    it('says nothing where they were told nothing', async () => {
      expect(await lastTold([first, revisionOf('a', 2), third])).toEqual(third);
      expect(await lastTold([{ ...first, shadow: true }], [third])).toEqual(third);
    });

    it('says it again when they are told again after a crash', async () => {
      const world = aWorld();
      await deliver([asRecord(first, 0)], world);
      const markNotified = async () => Promise.reject(new Error('gone'));
      await notify([asRecord(third, 1)], { ...world.ports, cases: { ...world.cases, markNotified } });

      await deliver([asRecord(third, 1)], world);

      expect(world.topic.published().slice(1)).toEqual([
        { ...third, toldBefore },
        { ...third, toldBefore },
      ]);
    });

    it('is not part of the case', async () => {
      const world = aWorld();
      await deliver([asRecord(first, 0)], world);
      await deliver([asRecord(third, 1)], world);

      expect((await world.cases.get('a'))?.alert).toEqual(third);
    });
  });

  it('tells people though the other cases cannot be read', async () => {
    const world = aWorld();
    const open = async () => Promise.reject(new Error('throttled'));

    const response = await notify([asRecord(revisionOf('b', 1), 0)], {
      ...world.ports,
      cases: { ...world.cases, open },
    });

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.topic.published()).toEqual([revisionOf('b', 1)]);
    expect(world.warnings).toEqual(["the other cases of b's subject could not be read"]);
  });

  it('stores a case that was raised in shadow mode and tells nobody, now or later', async () => {
    const world = aWorld();
    const alert = anAlert({ alertId: 'a', revision: 1, shadow: true });

    await deliver([asRecord(alert, 0)], world);

    expect(world.topic.published()).toEqual([]);
    expect(await world.cases.get('a')).toMatchObject({ revision: 1, notifiedRevision: 1 });
    expect(await world.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  const aSuppression = (changes: Partial<Suppression> = {}): Suppression => ({
    id: '00000000000000c1',
    subject: { type: 'employee', id: 'e-00042' },
    signals: ['volume'],
    from: new Date(0).toISOString(),
    until: new Date(10_000).toISOString(),
    reason: 'a project',
    by: 'jane',
    ...changes,
  });

  it('stores a case whose signals are suppressed, marks it, and tells nobody, now or later', async () => {
    const world = aWorld();
    await world.suppressions.add(aSuppression());

    await deliver([asRecord(revisionOf('a', 1), 0)], world);

    expect(world.topic.published()).toEqual([]);
    expect(await world.cases.get('a')).toMatchObject({ notifiedRevision: 1, suppressedBy: '00000000000000c1' });
    expect(await world.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
    expect(world.counts.get('AlertsSuppressed')).toBe(1);
  });

  const signal = (name: AlertSignal['signal'], share: number): AlertSignal => ({
    signal: name,
    observed: 1,
    expected: { median: 0, low: 0, high: 0 },
    unit: 'reads',
    score: 3,
    share,
    text: name,
  });
  it.each([
    ['of somebody else', aSuppression({ subject: { type: 'employee', id: 'e-00091' } }), {}],
    ['of another kind of subject', aSuppression({ subject: { type: 'service', id: 'e-00042' } }), {}],
    ['that is over', aSuppression({ until: new Date(500).toISOString() }), {}],
    ['that was lifted', aSuppression({ lifted: { at: '', by: '', reason: '' } }), {}],
    ['of other signals', aSuppression({ signals: ['novelty'] }), {}],
    ['of some of its signals', aSuppression(), { signals: [signal('volume', 0.6), signal('novelty', 0.4)] }],
    ['by somebody whom it concerns', aSuppression({ employeeId: 'e-00091' }), { relatedEmployees: ['e-00091'] }],
    ['beside a breach of policy', aSuppression(), { signals: [signal('unapproved-access', 1), signal('volume', 0)] }],
  ])('tells people in spite of a suppression %s', async (_, suppression, changes: Partial<Alert>) => {
    const world = aWorld();
    await world.suppressions.add(suppression);

    await deliver([asRecord(anAlert({ alertId: 'a', ...changes }), 0)], world);

    expect(published(world, 'a')).toEqual([1]);
    expect(await world.cases.get('a')).not.toHaveProperty('suppressedBy');
    expect((await world.cases.get('a'))?.tellings).toMatchObject([{ revision: 1, as: 'alert' }]);
  });

  const aReminder = (changes: Partial<Alert> = {}): Alert =>
    anAlert({ alertId: 'a', severity: 'critical', ...changes });
  const remindOf = (world: World) => notify([asRecord(aReminder({ reminder: true }), 9)], world.ports);

  it('reminds people of an open case, once', async () => {
    const world = aWorld();
    await notify([asRecord(aReminder(), 0)], world.ports);

    await remindOf(world);
    await remindOf(world);

    expect(world.topic.published().map(({ reminder }) => reminder)).toEqual([undefined, true]);
    expect(world.counts.get('RemindersPublished')).toBe(1);
    expect(await world.cases.unattended(9_999)).toEqual([]);
    const [told, reminded, ...more] = (await world.cases.get('a'))?.tellings ?? [];
    expect([told, reminded, more]).toMatchObject([{ as: 'alert' }, { as: 'reminder', revision: 1 }, []]);
    expect(Date.parse(reminded?.at ?? '')).toBeGreaterThan(Date.parse(told?.at ?? ''));
  });

  it.each([
    [
      'is judged',
      async ({ cases }: World) => {
        const at = '2026-11-24T08:00:00.000Z';
        await cases.change('a', { version: 1, state: 'dismissed', at, by: 'jane', reason: 'x', revision: 1 });
      },
      {},
    ],
    ['was raised in shadow mode', async () => {}, { shadow: true }],
  ])('reminds nobody of a case that %s', async (_, prepare, changes: Partial<Alert>) => {
    const world = aWorld();
    await notify([asRecord(aReminder(changes), 0)], world.ports);
    await prepare(world);

    await remindOf(world);

    expect(world.topic.published().filter(({ reminder }) => reminder)).toEqual([]);
  });

  it('stays silent about each revision that follows one that was suppressed', async () => {
    const world = aWorld();
    await world.suppressions.add(aSuppression());

    for (const revision of [1, 2, 3]) await notify([asRecord(revisionOf('a', revision), 0)], world.ports);

    expect(world.topic.published()).toEqual([]);
    expect(await world.cases.get('a')).toMatchObject({ notifiedRevision: 3, suppressedBy: '00000000000000c1' });
  });

  it('names the suppression of what weighs most, where several are in force', async () => {
    const world = aWorld();
    await world.suppressions.add(aSuppression({ id: 'of-novelty', signals: ['novelty'] }));
    await world.suppressions.add(aSuppression({ id: 'of-volume' }));

    await deliver([asRecord(anAlert({ signals: [signal('novelty', 0.3), signal('volume', 0.7)] }), 0)], world);

    expect((await world.cases.get(anAlert().alertId))?.suppressedBy).toBe('of-volume');
  });

  it('tells people of a revision that overtook another, since that one may have been about what nobody suppressed', async () => {
    const world = aWorld();
    await world.suppressions.add(aSuppression());
    const first = { ...revisionOf('a', 1), signals: [signal('unapproved-access', 1)] };

    await deliver([asRecord(first, 0), asRecord(revisionOf('a', 2), 1)], world);

    expect(published(world, 'a')).toEqual([2]);
  });

  it('tells people again once a suppression is over, of what is new', async () => {
    const world = aWorld();
    await world.suppressions.add(aSuppression());
    await deliver([asRecord(revisionOf('a', 1), 0)], world);
    await world.suppressions.lift(aSuppression(), { at: '', by: 'jane', reason: 'over' });

    await deliver([asRecord(revisionOf('a', 2), 1)], world);

    expect(published(world, 'a')).toEqual([2]);
    expect(await world.cases.get('a')).not.toHaveProperty('suppressedBy');
  });

  it('hears the canary, makes no case of it and tells nobody', async () => {
    const world = aWorld();
    const took: number[] = [];
    const canary = anAlert({ alertId: 'canary', canary: true, time: '1970-01-01T00:00:00.400Z' });

    const response = await notify([asRecord(canary, 0)], {
      ...world.ports,
      measure: (_, milliseconds) => void took.push(milliseconds),
    });

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.counts.get('CanaryHeard')).toBe(1);
    expect(took).toEqual([600]);
    expect(world.topic.published()).toEqual([]);
    expect(await world.cases.get('canary')).toBeUndefined();
  });

  it('does not hear the canary while no case could be written, and tells people all the same', async () => {
    const world = aWorld();
    const canary = anAlert({ alertId: 'canary', canary: true });
    const cases = { ...world.cases, probe: () => Promise.reject(new Error('the table is away')) };

    const response = await notify([asRecord(canary, 0), asRecord(revisionOf('a', 1), 1)], { ...world.ports, cases });

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-0' }] });
    expect(world.counts.get('CanaryHeard')).toBe(0);
    expect(published(world, 'a')).toEqual([1]);
  });

  it('tells people once of a record that is delivered twice', async () => {
    const world = aWorld();

    await notify([asRecord(revisionOf('a', 1), 0)], world.ports);
    await notify([asRecord(revisionOf('a', 1), 1)], world.ports);

    expect(published(world, 'a')).toEqual([1]);
  });

  it('tells people of alerts in the order of the queue', async () => {
    const world = aWorld();

    await notify(['c', 'a', 'b'].map((id) => revisionOf(id, 1)).map(asRecord), world.ports);

    expect(world.topic.published().map(({ alertId }) => alertId)).toEqual(['c', 'a', 'b']);
  });

  it('tells people once, of the newest, when revisions wait behind each other', async () => {
    const world = aWorld();

    await notify([1, 2, 3].map((revision) => revisionOf('a', revision)).map(asRecord), world.ports);

    expect(published(world, 'a')).toEqual([3]);
  });

  it('does not go back to a revision that comes late', async () => {
    const world = aWorld();

    await notify([asRecord(revisionOf('a', 3), 0)], world.ports);
    const response = await notify([asRecord(revisionOf('a', 2), 1)], world.ports);

    expect(response.batchItemFailures).toEqual([]);
    expect(published(world, 'a')).toEqual([3]);
    expect(await world.cases.get('a')).toMatchObject({ revision: 3, notifiedRevision: 3 });
  });

  it('tells of a revision that was stored but never told, whichever record comes next', async () => {
    const world = aWorld();
    await world.cases.storeRevision(revisionOf('a', 5), 1);

    await notify([asRecord(revisionOf('a', 2), 0)], world.ports);

    expect(published(world, 'a')).toEqual([5]);
  });

  it.each([
    ['no JSON', '{"alertId":'],
    ['JSON of something else', '[]'],
    ['an alert with a field missing', JSON.stringify({ ...anAlert(), severity: undefined })],
    ['an alert with an impossible revision', JSON.stringify(anAlert({ revision: 0 }))],
  ])('keeps %s as a dead letter at once, so that no alert waits behind it', async (_, body) => {
    const world = aWorld();
    const records = [asRecord(revisionOf('a', 1), 0), { messageId: 'bad', body }, asRecord(revisionOf('b', 1), 2)];

    const response = await notify(records, world.ports);

    expect(response.batchItemFailures).toEqual([]);
    expect(world.deadLetters).toEqual(new Map([['bad', body]]));
    expect(world.topic.published().map(({ alertId }) => alertId)).toEqual(['a', 'b']);
    expect(world.counts.get('AlertsMalformed')).toBe(1);
    expect(world.warnings).toEqual(['message bad is no alert']);
  });

  it('has what is malformed delivered again where it can’t be kept', async () => {
    const world = aWorld();
    const deadLetter = () => Promise.reject(new Error('the queue is away'));

    const response = await notify([{ messageId: 'bad', body: '' }, asRecord(revisionOf('a', 1), 1)], {
      ...world.ports,
      deadLetter,
    });

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'bad' }]);
    expect(published(world, 'a')).toEqual([1]);
    expect(world.warnings).toEqual(['message bad is no alert', 'message bad could not be kept']);
  });

  it('has stored what could not be told, and asks for the first of it again, which brings the others', async () => {
    const world = aWorld();
    const publish = async (alert: Alert) => {
      if (alert.alertId === 'b') throw new Error('the topic is down');
      await world.topic.publish(alert);
    };

    const response = await notify(['a', 'b', 'c'].map((id) => revisionOf(id, 1)).map(asRecord), {
      ...world.ports,
      topic: { ...world.topic, publish },
    });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-1']);
    expect(world.topic.published().map(({ alertId }) => alertId)).toEqual(['a']);
    expect((await world.cases.leftBehind(9_999)).map(({ alertId }) => alertId)).toEqual(['b', 'c']);
    expect(world.counts.get('AlertsPostponed')).toBe(2);
    expect(world.warnings).toEqual(['alerts have to wait: b, c']);

    await notify([asRecord(revisionOf('b', 1), 1), asRecord(revisionOf('d', 1), 3)], {
      ...world.ports,
      backlog: noBacklog(),
    });

    expect(
      world.topic
        .published()
        .map(({ alertId }) => alertId)
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it('asks for a record again for what an earlier batch left, too', async () => {
    const world = aWorld();
    await world.cases.storeRevision(revisionOf('earlier', 1), 1);
    const publish = async (alert: Alert) => {
      if (alert.alertId === 'earlier') throw new Error('the topic is down');
      await world.topic.publish(alert);
    };

    const response = await notify([asRecord(revisionOf('a', 1), 0)], {
      ...world.ports,
      topic: { ...world.topic, publish },
    });

    expect(published(world, 'a')).toEqual([1]);
    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0']);
  });

  it('asks for everything again that could not be stored', async () => {
    const world = aWorld();
    const storeRevision: CaseStore['storeRevision'] = async (alert, storedAt) => {
      if (alert.alertId === 'b') throw new Error('the store is down');
      return world.cases.storeRevision(alert, storedAt);
    };
    const publish = () => Promise.reject(new Error('the topic is down'));

    const response = await notify(['a', 'b', 'c'].map((id) => revisionOf(id, 1)).map(asRecord), {
      ...world.ports,
      cases: { ...world.cases, storeRevision },
      topic: { ...world.topic, publish },
    });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'm-1', 'm-2']);
    expect(world.counts.get('AlertsPostponed')).toBe(3);
  });

  it('reports failures in the order of the queue, which decides what is delivered first', async () => {
    const world = aWorld();
    const records = [asRecord(revisionOf('a', 1), 0), { messageId: 'bad', body: '' }, asRecord(revisionOf('b', 1), 2)];
    const storeRevision = () => Promise.reject(new Error('the store is down'));
    const deadLetter = () => Promise.reject(new Error('the queue is away'));

    const response = await notify(records, { ...world.ports, deadLetter, cases: { ...world.cases, storeRevision } });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'bad', 'm-2']);
  });

  it('pauses after each publication and not for what was told already', async () => {
    const world = aWorld();
    const steps: string[] = [];
    const ports: NotifyPorts = {
      ...world.ports,
      pause: async () => void steps.push('pause'),
      topic: { ...world.topic, publish: async ({ alertId }) => void steps.push(alertId) },
    };

    await notify([revisionOf('a', 1), revisionOf('b', 1), revisionOf('a', 1)].map(asRecord), ports);

    expect(steps).toEqual(['a', 'pause', 'b', 'pause']);
  });
});

describe('notify, which cannot remind people', () => {
  const reminder = { ...anAlert({ alertId: 'a', severity: 'critical' }), reminder: true as const };

  it('tells what is new, and has every reminder from there on delivered again', async () => {
    const world = aWorld();
    await notify(['a', 'b'].map((alertId) => anAlert({ alertId, severity: 'critical' })).map(asRecord), world.ports);
    const publish = async (alert: Alert) => {
      if (alert.reminder) throw new Error('the topic is down');
      await world.topic.publish(alert);
    };

    const records = [reminder, { ...reminder, alertId: 'b' }, revisionOf('c', 1)].map(asRecord);
    const response = await notify(records, { ...world.ports, topic: { ...world.topic, publish } });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'm-1']);
    expect(published(world, 'c')).toEqual([1]);
    expect((await world.cases.unattended(9_999)).map(({ alertId }) => alertId)).toEqual(['a', 'b']);
  });

  it('reminds of nothing while what is new cannot be stored', async () => {
    const world = aWorld();
    await notify([asRecord(anAlert({ alertId: 'a', severity: 'critical' }), 0)], world.ports);
    const storeRevision: CaseStore['storeRevision'] = async () => {
      throw new Error('the table is away');
    };

    const response = await notify([revisionOf('c', 1), reminder].map(asRecord), {
      ...world.ports,
      cases: { ...world.cases, storeRevision },
    });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'm-1']);
    expect(world.topic.published().map(({ alertId }) => alertId)).toEqual(['a']);
    expect(await world.cases.get('a')).not.toHaveProperty('remindedOf');
  });

  it('reminds of nothing while what is new cannot be told', async () => {
    const world = aWorld();
    await notify([asRecord(anAlert({ alertId: 'a', severity: 'critical' }), 0)], world.ports);
    const publish = async (alert: Alert) => {
      if (!alert.reminder) throw new Error('the topic refuses it');
      await world.topic.publish(alert);
    };

    const response = await notify([revisionOf('c', 1), reminder].map(asRecord), {
      ...world.ports,
      topic: { ...world.topic, publish },
    });

    expect(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m-0', 'm-1']);
    expect(await world.cases.get('a')).not.toHaveProperty('remindedOf');
  });
});

describe('notify, stopped anywhere', () => {
  const alerts = [revisionOf('a', 1), revisionOf('b', 1), revisionOf('a', 2), revisionOf('c', 4), revisionOf('c', 3)];
  const records = alerts.map(asRecord);

  it('makes a call at every step of a batch', async () => {
    const { faulty, state } = faultyPorts(aWorld().ports, 0, 'refused');

    await notify(records, faulty);

    expect(state.calls).toBe(14);
  });

  describe.each(FAULTS)('by a call that is %s', (fault) => {
    it.each(Array.from({ length: 14 }, (_, call) => call + 1))('at call %i loses nothing', async (call) => {
      const world = aWorld();

      const deliveries = await deliver(records, world, [[call, fault]]);

      // Only the queue's count is not missed when it fails.
      expect(deliveries).toBeLessThanOrEqual(2);
      await expectAllTold(world, alerts);
    });
  });

  it('loses nothing under any deliveries, orders and faults', async () => {
    const anyAlert = fc.record({ id: fc.constantFrom('a', 'b', 'c'), revision: fc.integer({ min: 1, max: 4 }) });
    const anyFault = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(...FAULTS));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyAlert, { minLength: 1, maxLength: 6 }), { maxLength: 4 }),
        fc.array(anyFault, { maxLength: 4 }),
        async (batches, faults) => {
          const world = aWorld();
          const sent = batches.map((batch) => batch.map(({ id, revision }) => revisionOf(id, revision)));
          for (const batch of sent) await deliver(batch.map(asRecord), world, faults);
          await expectAllTold(world, sent.flat());
        },
      ),
      { numRuns: 300 },
    );
  });
});
