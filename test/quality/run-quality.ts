import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SIGNAL_NAMES } from '../../shared/model/signal-names.ts';
import { addBurdens, falseAlertBurden } from './false-alerts.ts';
import {
  EVAL_MISSING,
  FULL_RUN,
  isEvalThere,
  judgedRun,
  type RunOptions,
  replayedRun,
  SMALL_RUN,
  simulatedRun,
} from './labelled-run.ts';
import {
  AS_RAISED_AT,
  assertSameCount,
  budgetRows,
  CEILING_AT,
  countryRows,
  headlineRows,
  kindRows,
  mean,
  type Rows,
  type Trial,
  table,
  unevenBurdens,
} from './quality-report.ts';
import { twoAtATime } from './two-at-a-time.ts';

const HELP = `usage: npm run quality -- [options]

Simulates labelled companies, replays them, has the alerts judged, and prints what was found and what it cost.
Two processes run at a time; five seeds take some four minutes and 1.3 GB in the cache.

  --seeds 1,2,3,4,5   which companies
  --budgets 8,2       values of alerts-per-day: 8 for the ceiling, 2 for what people get, 0.5 to test the knob
  --small             ${SMALL_RUN.employees} people, ${SMALL_RUN.days} days, ${SMALL_RUN.each} attacks of each kind
  --quiet             also companies with no attacks at all
  --ablation          also what is lost without each signal (as many replays again as there are signals)
  --set NAME=VALUE    a setting for all replays; may be repeated
  --cache DIR         simulated runs are kept here          (default: borderwatch-quality in the temporary folder)
  --alerts DIR        keep the alerts here                  (default: not kept)
  --help
`;

const RESULTS = '.borderwatch';

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1,2,3,4,5' },
      budgets: { type: 'string', default: `${CEILING_AT},${AS_RAISED_AT}` },
      small: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
      ablation: { type: 'boolean', default: false },
      set: { type: 'string', multiple: true, default: [] },
      cache: { type: 'string', default: join(tmpdir(), 'borderwatch-quality') },
      alerts: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const seeds = numbers(values.seeds);
  const budgets = numbers(values.budgets);
  if (!seeds || !budgets) {
    process.stderr.write('--seeds and --budgets take numbers, separated by commas\n');
    return 2;
  }
  if (!isEvalThere()) {
    process.stdout.write(`${EVAL_MISSING}\n`);
    return 0;
  }
  const settings = Object.fromEntries(values.set.map((text) => text.split('=', 2)));
  const size = values.small ? SMALL_RUN : FULL_RUN;
  const kept = values.alerts;
  if (kept !== undefined) mkdirSync(kept, { recursive: true });
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'quality-')));
  try {
    const workshop = { cache: values.cache, folder, settings };
    const trials = await judge(workshop, size, seeds, budgets);
    print(headlineRows(trials), kindRows(trials), budgetRows(trials));
    const asRaised = trials.filter(({ alertsPerDay }) => alertsPerDay === AS_RAISED_AT);
    const [first] = asRaised;
    if (first) {
      const burden = addBurdens(asRaised.map((trial) => trial.burden));
      print(countryRows(burden, first.judgement.days));
      for (const uneven of unevenBurdens(burden)) process.stdout.write(`${uneven}\n\n`);
    }
    if (values.quiet) print(await quietRows(workshop, size, seeds));
    if (values.ablation) print(await ablationRows(workshop, size, seeds, trials));
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, 'quality.json'), resultsText(trials));
    return 0;
  } finally {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

interface Workshop {
  readonly cache: string;
  /** For the alerts. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

type Size = Omit<RunOptions, 'seed'>;

async function judge(
  { cache, folder, settings }: Workshop,
  size: Size,
  seeds: readonly number[],
  budgets: readonly number[],
  name = 'alerts',
): Promise<Trial[]> {
  const say = counter(seeds.length * (budgets.length + 1), name);
  const runs = await twoAtATime(
    seeds.map((seed) => async () => {
      const run = await simulatedRun(cache, { ...size, seed });
      say(`seed ${seed} is there`);
      return { seed, run };
    }),
  );
  const jobs = budgets.flatMap((alertsPerDay) => runs.map(({ seed, run }) => ({ seed, run, alertsPerDay })));
  return twoAtATime(
    jobs.map(({ seed, run, alertsPerDay }) => async (): Promise<Trial> => {
      const out = join(folder, `${name}-seed-${seed}-at-${alertsPerDay}.ndjson`);
      await replayedRun(run, out, { ...settings, 'alerts-per-day': String(alertsPerDay) });
      const trial = { seed, alertsPerDay, judgement: await judgedRun(run, out), burden: falseAlertBurden(run, out) };
      assertSameCount(trial);
      say(`seed ${seed} at ${alertsPerDay}`);
      return trial;
    }),
  );
}

/** With nothing to find, no more than the budget may be raised. */
async function quietRows(workshop: Workshop, size: Size, seeds: readonly number[]): Promise<Rows> {
  const trials = await judge(workshop, { ...size, each: 0 }, seeds, [AS_RAISED_AT], 'quiet');
  const raised = trials.map(({ judgement }) => judgement.asRaised.falseAlertsPerDay);
  return [
    ['no attacks hidden', ...trials.map(({ seed }) => `seed ${seed}`), 'mean'],
    [`alerts a day at ${AS_RAISED_AT}`, ...[...raised, mean(raised)].map((perDay) => perDay.toFixed(2))],
  ];
}

/** What each signal adds: attacks no longer found once it is switched off. */
async function ablationRows(
  workshop: Workshop,
  size: Size,
  seeds: readonly number[],
  whole: readonly Trial[],
): Promise<Rows> {
  const found = (trials: readonly Trial[]) => {
    const ceiling = trials.filter(({ alertsPerDay }) => alertsPerDay === CEILING_AT).map(({ judgement }) => judgement);
    return [
      ceiling.reduce((sum, { atBudget }) => sum + atBudget.found, 0),
      ceiling.reduce((sum, { atTightBudget }) => sum + atTightBudget.found, 0),
    ];
  };
  const base = found(
    whole.some(({ alertsPerDay }) => alertsPerDay === CEILING_AT)
      ? whole
      : await judge(workshop, size, seeds, [CEILING_AT]),
  );
  const rows: (readonly string[])[] = [
    ['found, all seeds', 'at 2 a day', 'at 0.2'],
    ['all signals', ...base.map(String)],
  ];
  for (const signal of SIGNAL_NAMES) {
    const settings = { ...workshop.settings, [`signals/${signal}/enabled`]: 'false' };
    const without = found(await judge({ ...workshop, settings }, size, seeds, [CEILING_AT], `without-${signal}`));
    rows.push([`without ${signal}`, ...without.map((count, i) => signed(count - (base[i] ?? 0)))]);
  }
  return rows;
}

const signed = (change: number) => (change > 0 ? `+${change}` : String(change));

function resultsText(trials: readonly Trial[]): string {
  const results = trials.map(({ burden, ...trial }) => ({
    ...trial,
    falseAlerts: Object.fromEntries(burden.byCountry),
  }));
  return `${JSON.stringify(results, null, 2)}\n`;
}

const print = (...tables: readonly Rows[]) => {
  for (const rows of tables) process.stdout.write(`${table(rows)}\n\n`);
};

function counter(total: number, name: string): (what: string) => void {
  let done = 0;
  return (what) => process.stderr.write(`${name} ${++done}/${total}: ${what}\n`);
}

function numbers(text: string): readonly number[] | undefined {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  return values.every((value) => Number.isFinite(value) && value >= 0) ? values : undefined;
}

process.exitCode = await main(process.argv.slice(2));
