import { setTimeout as sleep } from 'node:timers/promises';
import { REPLAY_SUBJECT_KEY } from '../cli/load-folder.ts';
import { type LocalStack, startLocalStack } from '../infra/local/local-stack.ts';
import { putRecords } from '../shared/stores/put-records.ts';
import { type Benchmark, type Figure, quantile } from './harness/benchmark.ts';

const OFFERED = [100, 1_000];
/** So many employees share the ordinary accesses. */
const EMPLOYEES = 200;
/** People are told once a second at most, so breaches come further apart. */
const BREACH_EVERY_MS = 1_500;
const PUT_EVERY_MS = 100;
const DATA_CLASS = 'bench';
/** Settings take effect within two minutes; records that claim to arrive later need not wait for that. */
const ARRIVAL_AHEAD_MS = 120_000;
const LAST_WAIT_MS = 30_000;
const SECONDS_GOAL = 3;

export const alertLatency: Benchmark = {
  name: 'alert-latency',
  about:
    'from putting an access on the stream to its published alert, through the whole stack on one machine in one process',
  run: async ({ quick, runs }) => {
    const figures: Figure[] = [];
    for (const perSecond of quick ? OFFERED.slice(0, 1) : OFFERED) {
      // Each run is a measurement of so many breaches; its quantiles are of them.
      const measured: Waits[] = [];
      for (let run = 0; run < runs; run++) measured.push(await waits(perSecond, quick ? 6 : 30));
      const of = `${perSecond.toLocaleString('en-US')} events a second offered`;
      const seconds = (share: number) =>
        measured.map(
          ({ milliseconds }) =>
            quantile(
              milliseconds.toSorted((a, b) => a - b),
              share,
            ) / 1e3,
        );
      figures.push(
        { of, name: 'p50', unit: 's', runs: seconds(0.5) },
        { of, name: 'p99', unit: 's', runs: seconds(0.99), goal: { atMost: SECONDS_GOAL } },
        {
          of,
          name: 'alerts that did not come',
          unit: '',
          runs: measured.map(({ missing }) => missing),
          goal: { atMost: 0 },
        },
        { of, name: 'events a second put', unit: '', runs: measured.map(({ perSecond }) => perSecond) },
      );
    }
    return figures;
  },
};

interface Waits {
  readonly milliseconds: readonly number[];
  readonly missing: number;
  readonly perSecond: number;
}

async function waits(perSecond: number, breaches: number): Promise<Waits> {
  const putAt = new Map<string, number>();
  const milliseconds: number[] = [];
  const stack = await startLocalStack({
    subjectKey: REPLAY_SUBJECT_KEY,
    now: Date.now,
    settings: { 'require-approval': DATA_CLASS },
    arrivalOf: () => Date.now() + ARRIVAL_AHEAD_MS,
    onAlert: ({ subject }) => {
      const put = putAt.get(subject.id);
      if (put === undefined) return;
      milliseconds.push(performance.now() - put);
      putAt.delete(subject.id);
    },
    onDigest: () => {
      throw new Error('alerts were folded into a digest: their times can’t be told');
    },
  });
  const listening = new AbortController();
  try {
    await stack.assess();
    stack.startMappings();
    const listener = listen(stack, listening.signal);
    const put = await offer(stack, perSecond, breaches, putAt);
    for (let waited = 0; putAt.size > 0 && waited < LAST_WAIT_MS; waited += PUT_EVERY_MS) await sleep(PUT_EVERY_MS);
    listening.abort();
    await listener;
    return { milliseconds, missing: putAt.size, perSecond: put };
  } finally {
    listening.abort();
    await stack.stop();
  }
}

async function listen(stack: LocalStack, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    await stack.printPublished();
    await sleep(20);
  }
}

/** Ordinary accesses at an even pace, and a breach of policy by somebody new every now and then. @returns how many a second were put */
async function offer(
  stack: LocalStack,
  perSecond: number,
  breaches: number,
  putAt: Map<string, number>,
): Promise<number> {
  const started = performance.now();
  let [events, told] = [0, 0];
  while (told < breaches) {
    const elapsed = performance.now() - started;
    const due = Math.floor((elapsed * perSecond) / 1e3);
    const records = Array.from({ length: Math.min(500, due - events) }, () => {
      const number = events++;
      return recordOf(`ev-${number}`, `e-${number % EMPLOYEES}`, {});
    });
    if (elapsed > (told + 1) * BREACH_EVERY_MS) {
      const actorId = `b-${told++}`;
      records.push(recordOf(`breach-${told}`, actorId, { dataClass: DATA_CLASS }));
      putAt.set(actorId, performance.now());
    }
    if (records.length > 0) await putRecords(stack.clients.kinesis, stack.resources.streamName, records);
    await sleep(PUT_EVERY_MS);
  }
  return (1e3 * events) / (performance.now() - started);
}

function recordOf(id: string, actorId: string, resource: { readonly dataClass?: string }) {
  const event = {
    id,
    time: new Date().toISOString(),
    actor: { id: actorId },
    network: { country: resource.dataClass ? 'CN' : 'US' },
    action: 'read',
    resource: { dataset: 'user.profile', ...resource },
    subjects: { region: resource.dataClass ? 'US' : 'GB', count: 1 },
    outcome: 'allowed',
  };
  return { partitionKey: actorId, data: new TextEncoder().encode(JSON.stringify(event)) };
}
