import type { Baseline } from '../shared/model/baseline.ts';
import { itemBytes, WRITE_UNIT_BYTES } from '../shared/model/item-size.ts';
import { linkKindOf } from '../shared/pipeline/links.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { type Benchmark, type Figure, type Goal, quantile } from './harness/benchmark.ts';
import { contextOf, eventsOf, labelledRun } from './workload/labelled-run.ts';

/** A replay has no shards; a deployment's item remembers two. */
const FENCES: Baseline['fences'] = [
  { shard: 'f'.repeat(16), sequenceNumber: 1n << 185n },
  { shard: '7'.repeat(16), sequenceNumber: 1n << 185n },
];

const GOALS: readonly (readonly [name: string, share: number, goal?: Goal])[] = [
  ['p50', 0.5, { atMost: 800 }],
  ['p95', 0.95, { atMost: 1_000 }],
  ['p99', 0.99],
  ['largest', 1, { atMost: 2_048 }],
];

export const itemBytesBenchmark: Benchmark = {
  name: 'item-bytes',
  about:
    'how large the item of an employee is whenever it is written, over a labelled run, and what the traffic is like',
  run: async ({ quick }) => {
    const run = await labelledRun({ quick });
    const sizes: number[] = [];
    const traffic = { events: 0, linked: 0 };
    const windows = [windowsOf(1_000), windowsOf(60_000)];
    const replay = startReplay(contextOf(run), undefined, (access) => {
      const baseline = replay.baselines.get(access.actorId);
      if (!baseline) throw new Error(`${access.actorId} left no baseline`);
      sizes.push(itemBytes(access.actorId, { ...baseline, fences: FENCES }));
      traffic.events++;
      if (linkKindOf(access)) traffic.linked += access.subjectHashes.length;
      for (const window of windows) window.meet(access.actorId, access.time);
    });
    for await (const { event, time } of eventsOf(run)) replay.take(event, time);
    replay.finish();
    const sorted = Float64Array.from(sizes).sort();
    const figure = (name: string, unit: string, value: number, goal?: Goal): Figure => ({
      of: run.origin,
      name,
      unit,
      runs: [value],
      ...(goal && { goal }),
    });
    return [
      ...GOALS.map(([name, share, goal]) => figure(`item, ${name}`, 'bytes', quantile(sorted, share), goal)),
      figure(
        'writes above one unit',
        '%',
        (100 * sizes.filter((size) => size > WRITE_UNIT_BYTES).length) / sizes.length,
      ),
      figure('events', '', traffic.events),
      figure('events an employee and second', '', windows[0]?.perEmployee() ?? 0),
      figure('events an employee and minute', '', windows[1]?.perEmployee() ?? 0),
      figure('writes of links to subjects an event', '', traffic.linked / traffic.events),
    ];
  },
};

/** Events of each employee in each window that has any, where a window begins with its first event. */
function windowsOf(milliseconds: number) {
  const until = new Map<string, number>();
  const counts = { events: 0, windows: 0 };
  return {
    meet: (actorId: string, time: number) => {
      counts.events++;
      if (time < (until.get(actorId) ?? 0)) return;
      counts.windows++;
      until.set(actorId, time + milliseconds);
    },
    perEmployee: () => counts.events / counts.windows,
  };
}
