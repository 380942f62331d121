import type { Benchmark, Figure, Goal } from './harness/benchmark.ts';
import { repeat } from './harness/benchmark.ts';
import { BATCH_SIZE, batchesByArrival, fullBatches } from './workload/batches.ts';
import { benchmarkCompany } from './workload/companies.ts';
import { type Detected, meteredDetection } from './workload/metered-detection.ts';
import { multiplyStaff } from './workload/settled-company.ts';

/** Events of each distinct employee and batch, and what is asked for there. */
const FULL: readonly { readonly k: number; readonly units?: Goal; readonly perSecond?: Goal }[] = [
  { k: 1, units: { atMost: 1.05 }, perSecond: { atLeast: 10_000 } },
  { k: 5, units: { atMost: 0.22 }, perSecond: { atLeast: 20_000 } },
  { k: 30 },
];
/** Serialised and signed. */
const PER_SECOND_AT_ONE: Goal = { atLeast: 2_000 };
const OWN_TIMING = 'own timing';

export const detectMetered: Benchmark = {
  name: 'detect-metered',
  about: 'detect with the real stores over tables that count request units as DynamoDB bills them',
  run: async ({ quick, runs }) => {
    const company = benchmarkCompany({ quick, runs });
    const enough = multiplyStaff(company, Math.ceil((1.1 * BATCH_SIZE) / company.baselines.size));
    const withoutWire = await meteredDetection(enough, 'call');
    const withWire = await meteredDetection(enough, 'wire');
    const figures: Figure[] = [];
    for (const { k, units, perSecond } of FULL) {
      const batches = fullBatches(enough.deliveries, k, quick ? 3 : 6);
      const atCall = await repeat(runs, () => withoutWire.run(batches));
      const atWire = await repeat(runs, () => withWire.run(batches));
      figures.push(
        ...countFigures(`k = ${k}`, atCall, units),
        ...timeFigures(`k = ${k}`, 'without the wire', atCall, perSecond),
        ...timeFigures(`k = ${k}`, 'with the wire', atWire, k === 1 ? PER_SECOND_AT_ONE : undefined),
      );
    }
    const ownTiming = batchesByArrival(company.deliveries.slice(0, quick ? 1_000 : 4_000));
    for (const [at, how] of [
      ['call', 'without the wire'],
      ['wire', 'with the wire'],
    ] as const) {
      const detection = await meteredDetection(company, at);
      const own = await repeat(runs, () => detection.run(ownTiming));
      if (at === 'call') figures.push(...countFigures(OWN_TIMING, own));
      figures.push(...timeFigures(OWN_TIMING, how, own));
    }
    return figures;
  },
};

function countFigures(of: string, detected: readonly Detected[], units?: Goal): readonly Figure[] {
  const [first] = detected;
  if (!first) return [];
  const { events, bytes, employees, calls, alerts, baselines, links, linkLog, directory } = first;
  const figure = (name: string, unit: string, value: number, goal?: Goal): Figure => ({
    of,
    name,
    unit,
    // Counts are the same in every run.
    runs: [value],
    ...(goal && { goal }),
  });
  const { employee, source } = baselines.kinds;
  const linkItems = [links, linkLog].flatMap(({ kinds }) => Object.values(kinds).flatMap(({ written }) => written));
  const linkBytes = linkItems.reduce((sum, bytes) => sum + bytes, 0);
  return [
    figure('events', '', events),
    figure('bytes of an event', '', bytes / events),
    figure('events an employee and batch', '', events / employees),
    // Sources are counted once a minute, however many events there are.
    figure(
      'write units an event',
      '',
      (baselines.writeUnits + links.writeUnits + linkLog.writeUnits - (source?.writeUnits ?? 0)) / events,
      units,
    ),
    figure('of which for employees', '', (employee?.writeUnits ?? 0) / events),
    figure('write units of links an event', '', (links.writeUnits + linkLog.writeUnits) / events),
    figure('items of links an event', '', linkItems.length / events),
    figure('bytes of links an event', '', linkBytes / events),
    figure('write units a count of a source', '', (source?.writeUnits ?? 0) / (source?.written.length ?? 1)),
    figure('read units an event', '', (baselines.readUnits + links.readUnits + linkLog.readUnits) / events, units),
    figure('read units of links an event', '', (links.readUnits + linkLog.readUnits) / events),
    figure('read units of what is judged by', '', directory.readUnits),
    figure('calls an event', '', calls / events),
    figure('alerts', '', alerts),
  ];
}

function timeFigures(of: string, how: string, detected: readonly Detected[], perSecond?: Goal): readonly Figure[] {
  return [
    {
      of,
      name: `events a second of one processor, ${how}`,
      unit: '',
      runs: detected.map(({ events, cpuSeconds }) => events / cpuSeconds),
    },
    {
      of,
      // By the clock: one invocation at a time, whatever its garbage collector does beside it.
      name: `events a second of one lane, ${how}`,
      unit: '',
      runs: detected.map(({ events, seconds }) => events / seconds),
      ...(perSecond && { goal: perSecond }),
    },
    {
      of,
      name: `processor time an event, ${how}`,
      unit: 'µs',
      runs: detected.map(({ events, cpuSeconds }) => (1e6 * cpuSeconds) / events),
    },
  ];
}
