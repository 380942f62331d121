import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { AccessEvent } from '../shared/model/access-event.ts';
import type { Alert } from '../shared/model/alert.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { loadContext, loadSettings } from './load-folder.ts';
import { loadSourceContext, SOURCE_HELP, SOURCE_OPTIONS } from './load-source-context.ts';
import { contextFilesIn, refuseOverwriting } from './output-files.ts';
import { type Io, progressBar } from './progress.ts';
import type { TruncatedFile } from './read-bytes.ts';
import { readRecording } from './read-recording.ts';
import { startComparison } from './replay-comparison.ts';
import { openReplayIntake, type ReplayIntake } from './replay-intake.ts';
import { openReplayResults, quarantineFileOf, type ReplayResults } from './replay-results.ts';
import { replaySummary } from './replay-summary.ts';
import { passedOverText, type SourceFiles, sourceFiles } from './source-files.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const REPLAY_HELP = `usage: borderwatch replay FOLDER --out FILE [--settings FILE] [--compare FILE] [--scores FILE] [--pages DIR]

Runs the detector over recorded accesses, from empty baselines, as a deployment would have run it.
FOLDER holds directory.csv, optionally networks.json, and the accesses: events.ndjson (or events.ndjson.gz) in the order of their
arrival, or else files of any formats, in folders of their own or not, which are read in order of event time.

  --out FILE        one line per time that people would have been told, in the order raised, whatever the mode and
                    the channels' minimum severities
  --settings FILE   JSON object with the names of the parameters, e.g. {"alerts-per-day": 0.5}
  --compare FILE    other settings: prints which cases they would add and remove; --out still holds those of --settings
  --scores FILE     each employee-day's top score, as NDJSON
  --pages DIR       a page of its own for each case, as analysts see it
${SOURCE_HELP}
  --help            this text
`;

/** @returns the exit code: 0 done, 1 the input is cut off @throws CommandFailure when there is no access in it */
export async function replay(args: readonly string[], io: Io): Promise<number> {
  const options = readArguments(args);
  if (options === 'help') {
    io.stdout.write(REPLAY_HELP);
    return 0;
  }
  const settings = loadSettings(options.settings);
  const recording = findRecording(options, io);
  const context = loadContext(options.folder, settings, (message) => io.stderr.write(`warning: ${message}\n`));
  const { truncated, isEmpty } = await replayRecording(recording, context, options, io);
  for (const { message } of truncated)
    io.stderr.write(`borderwatch replay: ${message}; everything before it was replayed\n`);
  if (isEmpty) throw new CommandFailure(`${options.folder}: there is not one access in it`);
  return truncated.length > 0 ? 1 : 0;
}

/** @throws CommandFailure when there is nothing to read @throws UsageError when results would be written over what is read */
function findRecording({ folder, out, scores, settings, compare, source }: ReplayOptions, io: Io): SourceFiles {
  const outputs = [out, ...(scores === undefined ? [] : [scores])];
  const recording = sourceFiles([folder], outputs);
  io.stderr.write(passedOverText(recording.passedOver));
  if (recording.files.length === 0) throw new CommandFailure(`${folder}: has neither events.ndjson nor other records`);
  refuseOverwriting(
    [...outputs, quarantineFileOf(out)],
    [...recording.files, ...contextFilesIn(folder), ...source.contextFiles, settings, compare],
  );
  return recording;
}

/** @returns which files are cut off, and whether there was no access in any */
async function replayRecording(
  { files, inOrderOfArrival }: SourceFiles,
  context: EnrichmentContext,
  options: ReplayOptions,
  io: Io,
): Promise<{ readonly truncated: readonly TruncatedFile[]; readonly isEmpty: boolean }> {
  const { out, source, compare } = options;
  const results = openReplayResults(options);
  const { run, judge, finish } = startRuns(context, compare, results);
  const orderFolder = inOrderOfArrival ? undefined : `${out}.in-order`;
  const intake = openReplayIntake(source, orderFolder, { judge, quarantine: results.quarantine });
  const bar = progressBar(io.stderr, 'replay', () => performance.now());
  const started = performance.now();
  const truncated = await takeAll(files, intake, (share) =>
    bar.update(share, `${intake.counts.lines} lines, ${results.counts.alerts} alerts`),
  );
  const comparison = finish();
  bar.done();
  results.close();
  const seconds = (performance.now() - started) / 1000;
  io.stdout.write(replaySummary({ run, intake: intake.counts, results: results.counts, out, seconds }));
  if (comparison !== undefined) io.stdout.write(`\n${comparison}`);
  return { truncated, isEmpty: run.counts.applied === 0 && intake.counts.notConcerned === 0 };
}

/** The run whose alerts are written, and beside it the one under the settings to compare, where there are any. */
function startRuns(context: EnrichmentContext, compare: string | undefined, results: ReplayResults) {
  const run = startReplay(
    context,
    (event) => results.quarantine(undefined, 'more than a day ahead of everybody else', JSON.stringify(event)),
    results.judged,
  );
  const comparison =
    compare === undefined ? undefined : startComparison({ ...context, settings: loadSettings(compare) });
  const tell = (alerts: readonly Alert[]) => {
    results.tell(alerts);
    comparison?.told(alerts);
  };
  return {
    run,
    judge: (event: AccessEvent, time: number) => {
      tell(run.take(event, time));
      comparison?.take(event, time);
    },
    /** @returns what the other settings change */
    finish: (): string | undefined => {
      tell(run.finish());
      return comparison?.finish();
    },
  };
}

async function takeAll(files: readonly string[], intake: ReplayIntake, onShare: (share: number) => void) {
  try {
    const truncated = await readRecording(files, intake.take, onShare);
    await intake.finish();
    return truncated;
  } finally {
    intake.close();
  }
}

type ReplayOptions = Exclude<ReturnType<typeof readArguments>, 'help'>;

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SOURCE_OPTIONS,
      out: { type: 'string' },
      settings: { type: 'string' },
      compare: { type: 'string' },
      scores: { type: 'string' },
      pages: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length) throw new UsageError('replay takes one FOLDER');
  if (values.out === undefined) throw new UsageError('replay needs --out FILE for the alerts');
  const source = loadSourceContext(values, folder);
  const { out, settings, compare, scores, pages } = values;
  return { folder, out, settings, compare, scores, pages, source };
}
