import { below, chance, draw, pick, type Random, randomSource, weigh } from '../../shared/simulation/random.ts';
import type { SettingTexts } from '../../shared/stores/settings-value.ts';
import { PEOPLE } from './people.ts';
import { plannedAccess, plannedBlunder } from './plan-events.ts';
import { CALL_FAULTS, type Fault, type FunctionName, type Schedule, type Step } from './schedule.ts';
import { FIRST_START } from './settled-company.ts';

const DEMANDS_APPROVAL = { 'require-approval': 'covered-personal-identifiers' };
/** What operators write; the last two hold a value that is refused. */
const SETTINGS: readonly SettingTexts[] = [
  { ...DEMANDS_APPROVAL, 'alerts-per-day': '5' },
  { ...DEMANDS_APPROVAL, 'alerts-per-day': '12' },
  { 'alerts-per-day': '15' },
  { ...DEMANDS_APPROVAL, 'alerts-per-day': '8', scope: 'everyone' },
  { ...DEMANDS_APPROVAL, 'alerts-per-day': '8', mode: 'shadow' },
  { ...DEMANDS_APPROVAL, 'alerts-per-day': '-1' },
  { 'alerts-per-day': '6', mode: 'loud' },
];

/** Between two records, in milliseconds. */
const GAPS = weigh([
  [3_000, 60],
  [4 * 60_000, 25],
  [40 * 60_000, 10],
  [30 * 3_600_000, 6],
] as const);

/** How much there is of everything. */
interface Extent {
  readonly records: readonly [least: number, spread: number];
  readonly faults: number;
  readonly operations: number;
  /** How many invocations of a function there are about, so that most faults are met. */
  readonly invocations: Readonly<Record<FunctionName, number>>;
}

/**
 * What goes wrong, goes wrong between a few records, deliveries and writes, so most schedules are short and more of them can be
 * played. The long ones are for what takes many: a full ring, fences that were forgotten, batches that are halved again and again.
 */
const EXTENTS = weigh<Extent>([
  [{ records: [2, 8], faults: 5, operations: 2, invocations: { detect: 7, notify: 3, assess: 2 } }, 9],
  [{ records: [8, 28], faults: 10, operations: 3, invocations: { detect: 18, notify: 4, assess: 3 } }, 1],
]);

const FUNCTIONS = weigh([
  ['detect', 6],
  ['notify', 3],
  ['assess', 2],
] as const);

/** The schedule of a seed. */
export function planSchedule(seed: number): Schedule {
  const random = randomSource(seed, 1);
  const start = FIRST_START + below(random, 20 * 3_600_000);
  const people = [...PEOPLE].sort(() => random() - 0.5).slice(0, 2 + below(random, 4));
  const extent = draw(random, EXTENTS);
  const records = plannedRecords(random, start, people, extent);
  return {
    seed,
    start,
    mapping: {
      batchSize: 1 + below(random, 10),
      maximumBatchingWindowSeconds: below(random, 4),
      parallelizationFactor: pick(random, [1, 2, 2, 3]),
      bisectBatchOnFunctionError: chance(random, 0.7),
      maximumRetryAttempts: chance(random, 0.8) ? -1 : 1 + below(random, 4),
      maximumRecordAgeInSeconds: pick(random, [-1, 3_600, 3_600, 300, 60]),
      reportBatchItemFailures: true,
    },
    parentsFirst: chance(random, 0.7),
    settled: chance(random, 0.7),
    twoReleases: chance(random, 0.3),
    settings: pick(random, SETTINGS.slice(0, 5)),
    steps: [...records, ...plannedOperations(random, start, records, extent)],
    faults: plannedFaults(random, extent),
  };
}

function plannedRecords(random: Random, start: number, people: readonly string[], extent: Extent): Step[] {
  const records: Extract<Step, { kind: 'put' }>[] = [];
  const [least, spread] = extent.records;
  const count = least + below(random, spread);
  let at = start;
  for (let number = 0; number < count; number++) {
    at += below(random, draw(random, GAPS));
    const actorId = pick(random, people);
    const earlier = chance(random, 0.08) ? records[below(random, records.length)] : undefined;
    // What came from the future may be of the present when it comes again.
    if (earlier) records.push({ ...earlier, at, fate: earlier.fate === 'applied' ? 'applied' : 'either' });
    else if (chance(random, 0.08)) records.push(plannedBlunder(random, at, actorId, number));
    else records.push(plannedAccess(random, at, actorId, number));
  }
  return records;
}

function plannedOperations(random: Random, start: number, records: readonly Step[], { operations }: Extent): Step[] {
  const instants = records.map(({ at }) => at);
  const end = instants.at(-1) ?? start;
  const during = () => start + below(random, end - start + 60_000);
  const steps: Step[] = [];
  for (let runs = 1 + below(random, operations); runs > 0; runs--)
    steps.push({ kind: 'assess', at: during(), clockSkew: chance(random, 0.3) ? below(random, 10_000) - 5_000 : 0 });
  for (let changes = below(random, operations); changes > 0; changes--)
    steps.push({ kind: 'settings', at: during(), texts: pick(random, SETTINGS) });
  if (chance(random, 0.4))
    for (let verdicts = 1 + below(random, operations); verdicts > 0; verdicts--)
      steps.push({
        kind: 'verdict',
        // Mostly when its subject works on, days later or in the same moment.
        at: chance(random, 0.3) ? during() : pick(random, instants) - 1_500 + below(random, 3_000),
        where: random(),
        verdict: pick(random, ['confirmed', 'dismissed', 'dismissed'] as const),
        isLost: chance(random, 0.2),
      });
  if (chance(random, 0.2)) {
    const at = during();
    steps.push({ kind: 'settings store down', at, until: at + below(random, 40 * 60_000) });
  }
  if (chance(random, 0.4))
    for (let changes = 1 + below(random, operations); changes > 0; changes--)
      steps.push({ kind: chance(random, 0.7) ? 'split' : 'merge', at: during(), where: random() });
  return steps;
}

function plannedFaults(random: Random, { faults: most, invocations }: Extent): Fault[] {
  if (chance(random, 0.1)) return [];
  const faults: Fault[] = [];
  for (let count = chance(random, 0.1) ? 4 * most : 1 + below(random, most); count > 0; count--)
    faults.push(plannedCallFault(random, invocations));
  const invocation = () => below(random, invocations.detect);
  const delivery = () => below(random, invocations.notify);
  for (let count = below(random, 3); count > 0; count--)
    faults.push(
      pick<() => Fault>(random, [
        () => ({ on: 'checkpoint', invocation: invocation(), back: 1 + below(random, 12) }),
        () => ({ on: 'poller', invocation: invocation() }),
        () => ({ on: 'deletion', invocation: delivery() }),
        () => ({ on: 'visibility', invocation: delivery() }),
      ])(),
    );
  return faults;
}

/** How many calls an invocation makes about. */
const CALLS: Readonly<Record<FunctionName, number>> = { detect: 7, notify: 6, assess: 10 };

function plannedCallFault(random: Random, invocations: Extent['invocations']): Fault {
  const on = draw(random, FUNCTIONS);
  return {
    on,
    invocation: below(random, invocations[on]),
    call: below(random, CALLS[on]),
    fault: pick(random, CALL_FAULTS),
    // From a slow answer to one that comes long after the time-out.
    delay: chance(random, 0.3) ? 5_000 + below(random, 50_000) : 60_000 + below(random, 20 * 60_000),
  };
}
