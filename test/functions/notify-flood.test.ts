import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NotifyPorts, notify } from '../../functions/notify/notify.ts';
import { LONGEST_HOLD_MS, noBacklog } from '../../functions/notify/tell.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { SEVERITIES } from '../../shared/model/settings.ts';
import { alertJson } from '../../shared/stores/alert-message.ts';
import { createMemoryAlertTopic } from '../../shared/stores/memory-alert-topic.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemorySuppressionStore } from '../../shared/stores/memory-suppression-store.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const A_BATCH = 10;

/** A queue in front of `notify`, on a clock of its own, whose index of untold cases may show nothing yet. */
function aFlood(alerts: readonly Alert[], { indexLags = false } = {}) {
  const queue = alerts.map((alert, index) => ({ messageId: `m-${index}`, body: alertJson(alert) }));
  const cases = createMemoryCaseStore();
  const suppressions = createMemorySuppressionStore();
  const topic = createMemoryAlertTopic();
  const counts = new Map<string, number>();
  const clock = { now: 1_000_000 };
  const publishedAt: number[] = [];
  const ports: NotifyPorts = {
    cases: {
      ...cases,
      untold: async function* (known) {
        for await (const stored of cases.untold(known)) if (!indexLags || known.includes(stored.alertId)) yield stored;
      },
    },
    suppressions,
    topic: {
      publish: async (alert) => {
        publishedAt.push(clock.now);
        await topic.publish(alert);
      },
      publishDigest: async (digest) => {
        publishedAt.push(clock.now);
        await topic.publishDigest(digest);
      },
    },
    backlog: noBacklog(),
    waiting: async () => queue.length,
    deadLetter: async () => {},
    pause: async () => {
      clock.now += 1_000;
    },
    now: () => clock.now,
    count: (metric, value) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    warn: () => {},
  };
  /** @param milliseconds how long an invocation takes */
  const drain = async (milliseconds = 0, change: Partial<NotifyPorts> = {}) => {
    while (queue.length > 0) {
      const batch = queue.splice(0, A_BATCH);
      const { batchItemFailures } = await notify(batch, { ...ports, ...change });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      queue.unshift(...batch.filter(({ messageId }) => failed.has(messageId)));
      clock.now += milliseconds;
    }
  };
  const named = () => [
    ...topic.published().map(({ alertId }) => alertId),
    ...topic.digests().flatMap((digest) => digest.cases.map(({ alertId }) => alertId)),
  ];
  return { queue, cases, suppressions, topic, counts, clock, publishedAt, ports, drain, named };
}

const alertsOf = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    anAlert({ alertId: `a-${String(i).padStart(5, '0')}`, severity: SEVERITIES[(i * 7) % 4] ?? 'low', score: i % 9 }),
  );

describe('notify in a flood', () => {
  it('tells ten that wait one by one', async () => {
    const flood = aFlood(alertsOf(10));

    await flood.drain();

    expect(flood.topic.published()).toHaveLength(10);
    expect(flood.topic.digests()).toEqual([]);
  });

  it.each([false, true])(
    'folds eleven that wait into a digest, the worst first (the index lags: %s)',
    async (indexLags) => {
      const flood = aFlood(alertsOf(11), { indexLags });

      await flood.drain();

      expect(flood.topic.published()).toEqual([]);
      const [digest, ...more] = flood.topic.digests();
      expect(more).toEqual([]);
      expect(digest?.cases.map(({ severity }) => severity)).toEqual([
        ...['critical', 'critical', 'critical'],
        ...['high', 'high', 'high'],
        ...['medium', 'medium'],
        ...['low', 'low', 'low'],
      ]);
      expect(new Set(flood.named()).size).toBe(11);
      const [{ alertId = '', headline, ...line } = {}] = digest?.cases ?? [];
      expect((await flood.cases.get(alertId))?.told).toEqual(line);
      expect(flood.counts.get('AlertsPublished')).toBe(11);
      expect(flood.counts.get('AlertsPublishedCritical')).toBe(3);
      expect(flood.counts.get('DigestsPublished')).toBe(1);
    },
  );

  it('names each of 10,000 once, and publishes no faster than one a second', async () => {
    const flood = aFlood(alertsOf(10_000), { indexLags: true });

    await flood.drain(100);

    expect(flood.named().toSorted()).toEqual(alertsOf(10_000).map(({ alertId }) => alertId));
    expect(flood.publishedAt.length).toBeLessThan(60);
    for (const [i, at] of flood.publishedAt.slice(1).entries())
      expect(at - (flood.publishedAt[i] ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(await flood.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('does not hold the first case back for longer than a minute while more keep coming', async () => {
    const flood = aFlood(alertsOf(1_000));

    await flood.drain(LONGEST_HOLD_MS / 20);

    expect(flood.topic.digests().length).toBeGreaterThan(4);
    expect(flood.publishedAt[0]).toBeLessThanOrEqual(1_000_000 + LONGEST_HOLD_MS + 3_000);
  });

  it('goes on one by one after a flood', async () => {
    const flood = aFlood(alertsOf(30));
    await flood.drain();

    flood.queue.push({ messageId: 'later', body: alertJson(anAlert({ alertId: 'later' })) });
    await flood.drain();

    expect(flood.topic.published().map(({ alertId }) => alertId)).toEqual(['later']);
  });

  it('keeps channels apart that are to be spared some', async () => {
    const alerts = alertsOf(12).map((alert, i) => (i < 5 ? { ...alert, quietChannels: ['email' as const] } : alert));
    const flood = aFlood(alerts);

    await flood.drain();

    expect(flood.topic.digests().map(({ quietChannels, cases }) => [quietChannels, cases.length])).toEqual([
      [undefined, 7],
      [['email'], 5],
    ]);
  });

  it('tells nobody of what was raised in shadow mode, and holds it for told', async () => {
    const flood = aFlood(alertsOf(25).map((alert, i) => ({ ...alert, shadow: i % 2 === 0 })));

    await flood.drain();

    expect(flood.named()).toHaveLength(12);
    expect(await flood.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('names nothing that an analyst suppressed, counts it, and holds it for told', async () => {
    const alerts = alertsOf(240).map((alert, i) =>
      anAlert({ ...alert, subject: { type: 'employee', id: `e-${i % 3}` } }),
    );
    const flood = aFlood(alerts);
    await flood.suppressions.add({
      id: '00000000000000c1',
      subject: { type: 'employee', id: 'e-1' },
      signals: ['volume'],
      from: new Date(0).toISOString(),
      until: new Date(9_000_000).toISOString(),
      reason: 'a project',
      by: 'jane',
    });

    await flood.drain();

    const ids = alerts.filter(({ subject }) => subject.id !== 'e-1').map(({ alertId }) => alertId);
    expect(flood.named().toSorted()).toEqual(ids);
    expect(flood.counts.get('AlertsPublished')).toBe(160);
    expect(flood.counts.get('AlertsSuppressed')).toBe(80);
    expect(await flood.cases.get('a-00001')).toMatchObject({ notifiedRevision: 1, suppressedBy: '00000000000000c1' });
    expect(await flood.cases.get('a-00002')).not.toHaveProperty('suppressedBy');
    expect(await flood.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it('reminds people one by one at once, and names in no digest what they are reminded of', async () => {
    const critical = Array.from({ length: 12 }, (_, i) => anAlert({ alertId: `old-${i}`, severity: 'critical' }));
    const flood = aFlood([]);
    for (const alert of critical) {
      await flood.cases.storeRevision(alert, 0);
      await flood.cases.markNotified(alert.alertId, 1, 0);
    }
    const reminders = critical.map((alert) => ({ ...alert, reminder: true as const }));
    for (const alert of [...reminders, ...alertsOf(30)])
      flood.queue.push({ messageId: `m-${flood.queue.length}`, body: alertJson(alert) });

    await flood.drain();

    expect(flood.topic.published().map(({ alertId, reminder }) => [alertId, reminder])).toEqual(
      critical.map(({ alertId }) => [alertId, true]),
    );
    expect(flood.counts.get('RemindersPublished')).toBe(12);
    const named = flood.topic.digests().flatMap(({ cases }) => cases.map(({ alertId }) => alertId));
    expect(named.toSorted()).toEqual(alertsOf(30).map(({ alertId }) => alertId));
    for (const [i, at] of flood.publishedAt.slice(1).entries())
      expect(at - (flood.publishedAt[i] ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('names no canary, and hears each', async () => {
    const canary = anAlert({ alertId: 'canary', canary: true });
    const flood = aFlood([...alertsOf(15), canary, ...alertsOf(30).slice(15)]);

    await flood.drain();

    expect(flood.named().toSorted()).toEqual(alertsOf(30).map(({ alertId }) => alertId));
    expect(flood.counts.get('CanaryHeard')).toBe(1);
    expect(await flood.cases.get('canary')).toBeUndefined();
  });

  it('tells people although the queue does not say how many wait', async () => {
    const flood = aFlood(alertsOf(25));

    await flood.drain(0, { waiting: () => Promise.reject(new Error('throttled')) });

    expect(new Set(flood.named()).size).toBe(25);
  });

  it('loses none when a digest is refused, or its function dies, at any publication and mark', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 11, max: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.boolean(),
        fc.boolean(),
        async (count, atCall, happens, newProcess) => {
          const flood = aFlood(alertsOf(count), { indexLags: true });
          let calls = 0;
          const failing =
            <Given extends readonly unknown[]>(act: (...given: Given) => Promise<void>) =>
            async (...given: Given) => {
              if (++calls !== atCall) return act(...given);
              if (happens) await act(...given);
              throw new Error('refused');
            };
          const { topic, cases } = flood.ports;
          const faulty = {
            topic: { publish: failing(topic.publish), publishDigest: failing(topic.publishDigest) },
            cases: { ...cases, markNotified: failing(cases.markNotified) },
            ...(newProcess ? { backlog: noBacklog() } : {}),
          };

          await flood.drain(0, faulty);
          // What `assess` does with what was left behind: the messages of those held are gone by then.
          for (const { alert } of await flood.cases.leftBehind(Number.POSITIVE_INFINITY))
            flood.queue.push({ messageId: `again-${alert.alertId}`, body: alertJson(alert) });
          await flood.drain(0, { backlog: noBacklog() });

          expect(new Set(flood.named()).size).toBe(count);
          expect(await flood.cases.leftBehind(Number.POSITIVE_INFINITY)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
