import { parseAccessEventText } from '../shared/model/access-event.ts';
import type { DynamoCall } from '../shared/stores/dynamo-call.ts';
import { type Benchmark, type Figure, repeat } from './harness/benchmark.ts';
import { createMemoryTables } from './metering/memory-tables.ts';
import { answeredOnTheWire, answeringCall, noAnswerTime } from './metering/metered-call.ts';
import { type Batch, fullBatches } from './workload/batches.ts';
import { benchmarkCompany } from './workload/companies.ts';
import { createHalfSpaceTrees } from './workload/half-space-trees.ts';
import { nameNobody } from './workload/metered-detection.ts';
import { multiplyStaff } from './workload/settled-company.ts';

const TABLE = 'z-scores';

export const plainDetectors: Benchmark = {
  name: 'plain-detectors',
  about:
    'the same events through two plain detectors: a z-score with a read and a write an event, and half-space trees',
  run: async (scale) => {
    const company = benchmarkCompany(scale);
    const enough = multiplyStaff(company, Math.ceil(1_100 / company.baselines.size));
    const batches = fullBatches(enough.deliveries, 1, scale.quick ? 2 : 6);
    const events = batches.flat().length;
    const zScores = await repeat(scale.runs, () => runZScores(batches, answeringCall));
    const overWire = await repeat(scale.runs, () => runZScores(batches, answeredOnTheWire));
    const trees = await repeat(scale.runs, () => runTrees(batches));
    const [first] = zScores;
    const perSecond = (name: string, of: string, seconds: readonly number[]): Figure => ({
      of,
      name,
      unit: '',
      runs: seconds.map((each) => events / each),
    });
    const z = 'z-score of reads an hour';
    return [
      { of: z, name: 'write units an event', unit: '', runs: [(first?.writeUnits ?? 0) / events] },
      { of: z, name: 'read units an event', unit: '', runs: [(first?.readUnits ?? 0) / events] },
      { of: z, name: 'calls an event', unit: '', runs: [(first?.calls ?? 0) / events] },
      perSecond(
        'events a second of one processor, without the wire',
        z,
        zScores.map(({ cpuSeconds }) => cpuSeconds),
      ),
      perSecond(
        'events a second of one processor, with the wire',
        z,
        overWire.map(({ cpuSeconds }) => cpuSeconds),
      ),
      perSecond('events a second of one processor, decoding included', 'half-space trees', trees),
    ];
  },
};

async function runZScores(batches: readonly Batch[], callOf: typeof answeringCall) {
  nameNobody();
  const tables = createMemoryTables();
  const time = noAnswerTime();
  const call = callOf(tables, time);
  const before = process.cpuUsage();
  for (const batch of batches) {
    await Promise.all(
      batch.map(async ({ kinesis }) => {
        const parsed = parseAccessEventText(Buffer.from(kinesis.data, 'base64').toString('utf8'));
        if (parsed.ok) await zScore(call, parsed.event.actor.id, Math.floor(parsed.time / 3_600_000));
      }),
    );
  }
  const { user, system } = process.cpuUsage(before);
  const { readUnits, writeUnits, requests } = tables.metered(TABLE);
  const calls = Object.values(requests).reduce((sum, count) => sum + count, 0);
  return { readUnits, writeUnits, calls, cpuSeconds: (user + system) / 1e6 - time.cpuSeconds };
}

/** Reads of the running hour against mean and variance of the hours before (Welford), kept by somebody in a hurry. */
async function zScore(call: DynamoCall, actorId: string, hour: number): Promise<number> {
  const key = { TableName: TABLE, Key: { pk: { S: `z#${actorId}` } } };
  const { Item } = await call('GetItem', { ...key, ConsistentRead: true });
  const number = (name: string) => Number(Item?.[name]?.N ?? 0);
  let [n, mean, m2, count] = [number('n'), number('mean'), number('m2'), number('count')];
  const [last = hour] = Item ? [number('hour')] : [];
  if (hour > last) {
    n++;
    const delta = count - mean;
    mean += delta / n;
    m2 += delta * (count - mean);
    count = 0;
  }
  count++;
  const values = { n, mean, m2, count, hour: Math.max(hour, last) };
  await call('UpdateItem', {
    ...key,
    UpdateExpression: `SET ${Object.keys(values)
      .map((name) => `#${name} = :${name}`)
      .join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(Object.keys(values).map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`:${name}`, { N: String(value) }]),
    ),
  });
  return n > 1 && m2 > 0 ? (count - mean) / Math.sqrt(m2 / (n - 1)) : 0;
}

/** Hour of the day, day of the week, users, and whether it was refused: what comes without any memory. @returns seconds of a processor */
function runTrees(batches: readonly Batch[]): number {
  const trees = createHalfSpaceTrees(4, seededRandom(1));
  const before = process.cpuUsage();
  for (const { kinesis } of batches.flat()) {
    const parsed = parseAccessEventText(Buffer.from(kinesis.data, 'base64').toString('utf8'));
    if (!parsed.ok) throw new Error(parsed.reason);
    const { event, time } = parsed;
    trees.scoreAndLearn([
      (time % 86_400_000) / 86_400_000,
      (Math.floor(time / 86_400_000) % 7) / 7,
      Math.min(1, Math.log1p(event.subjects.count ?? 1) / 10),
      event.outcome === 'denied' ? 1 : 0,
    ]);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** A linear congruential generator, modulus 2³² (Knuth, TAOCP 2, 3.3.4): the same trees in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
