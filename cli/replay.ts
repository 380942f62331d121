import { appendFileSync, rmSync, statSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { openSignInJoin, openSourceReader } from '../shared/formats/source-reader.ts';
import type { Alert } from '../shared/model/alert.ts';
import { compareAlerts } from '../shared/pipeline/compare-alerts.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { alertPagesIn } from './alert-pages.ts';
import { comparisonReport } from './comparison-report.ts';
import { startSpan } from './judged-span.ts';
import { loadContext, loadSettings } from './load-folder.ts';
import { loadSourceContext, SOURCE_HELP, SOURCE_OPTIONS } from './load-source-context.ts';
import { openTimeOrder } from './order-by-time.ts';
import { contextFilesIn, openOutput, refuseOverwriting } from './output-files.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import { type Io, progressBar } from './progress.ts';
import { writeOrFail } from './quarantine-file.ts';
import { TruncatedFile } from './read-bytes.ts';
import { type FileRecord, readSourceFile } from './read-source-file.ts';
import { passedOverText, sourceFiles } from './source-files.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const REPLAY_HELP = `usage: borderwatch replay FOLDER --out FILE [--settings FILE] [--compare FILE] [--scores FILE] [--pages DIR]

Runs the detector over recorded accesses, from empty baselines, as a deployment would have run it.
FOLDER holds directory.csv, optionally networks.json, and the accesses: events.ndjson (or events.ndjson.gz) in the order of their
arrival, or else files of any formats, in folders of their own or not, which are read in order of event time.

  --out FILE        one line per time that people would have been told, in the order raised
  --settings FILE   JSON object with the names of the parameters, e.g. {"alerts-per-day": 0.5}
  --compare FILE    other settings: prints which cases they would add and remove; --out still holds those of --settings
  --scores FILE     each employee-day's top score, as NDJSON
  --pages DIR       a page of its own for each case, as analysts see it
${SOURCE_HELP}
  --help            this text
`;

/** @returns the exit code: 0 done, 1 the input is cut off */
export async function replay(args: readonly string[], io: Io): Promise<number> {
  const options = readArguments(args);
  if (options === 'help') {
    io.stdout.write(REPLAY_HELP);
    return 0;
  }
  const { folder, out } = options;
  const settings = loadSettings(options.settings);
  const { files, passedOver, inOrderOfArrival } = sourceFiles(
    [folder],
    [out, ...(options.scores === undefined ? [] : [options.scores])],
  );
  io.stderr.write(passedOverText(passedOver));
  if (files.length === 0) throw new CommandFailure(`${folder}: has neither events.ndjson nor other records`);
  const quarantineFile = `${out}.quarantine.ndjson`;
  refuseOverwriting(
    [out, quarantineFile, ...(options.scores === undefined ? [] : [options.scores])],
    [...files, ...contextFilesIn(folder), ...options.source.contextFiles, options.settings, options.compare],
  );
  const context = loadContext(folder, settings, (message) => io.stderr.write(`warning: ${message}\n`));

  const alertsFile = openOutput(out);
  const scoresFile = options.scores === undefined ? undefined : openOutput(options.scores);
  writeOrFail(quarantineFile, () => rmSync(quarantineFile, { force: true }));
  const scores = new Map<string, number>();
  const counts = { lines: 0, quarantined: 0, notConcerned: 0, unjoined: 0, alerts: 0 };
  const unmapped = new Map<string, number>();
  const quarantine = (line: number | undefined, reason: string, data: string) => {
    counts.quarantined++;
    writeOrFail(quarantineFile, () => appendFileSync(quarantineFile, `${JSON.stringify({ line, reason, data })}\n`));
  };
  const run = startReplay(
    context,
    (event) => quarantine(undefined, 'more than a day ahead of everybody else', JSON.stringify(event)),
    scoresFile === undefined
      ? undefined
      : (access, { score }) => {
          const key = `${new Date(access.local.day * 86_400_000).toISOString().slice(0, 10)} ${access.actorId}`;
          if (score > (scores.get(key) ?? 0)) scores.set(key, score);
        },
  );
  const span = startSpan();
  const other =
    options.compare === undefined
      ? undefined
      : startReplay({ ...context, settings: loadSettings(options.compare) }, undefined, span.take);
  const compared = { before: [] as Alert[], after: [] as Alert[] };
  const writePage = options.pages === undefined ? undefined : alertPagesIn(options.pages);
  const tell = (alerts: readonly Alert[]) => {
    for (const alert of alerts) alertsFile.write(`${JSON.stringify(alert)}\n`);
    counts.alerts += alerts.length;
    if (writePage) alerts.forEach(writePage);
    if (options.compare !== undefined) compared.before.push(...alerts);
  };
  const reader = openSourceReader(options.source.context, options.source.format);
  const joinSignIn = openSignInJoin();
  const order = inOrderOfArrival ? undefined : openTimeOrder(`${out}.in-order`);
  const replayOne = (reading: RecordReading) => {
    const joined = joinSignIn(reading);
    if (joined.kind !== 'event') return;
    if (joined.unjoined) counts.unjoined++;
    tell(run.take(joined.value, joined.time));
    if (other) compared.after.push(...other.take(joined.value, joined.time));
  };
  const takeReading = (reading: RecordReading, line: number | undefined, text: string) => {
    if ('unmapped' in reading && reading.unmapped)
      unmapped.set(reading.unmapped.name, (unmapped.get(reading.unmapped.name) ?? 0) + 1);
    if (reading.kind === 'invalid') quarantine(line, reading.reason, text);
    else if (reading.kind !== 'event') counts.notConcerned++;
    if (reading.kind !== 'event' && reading.kind !== 'sign-in') return;
    if (order) order.add(reading);
    else replayOne(reading);
  };
  const takeRecord = (record: FileRecord) => {
    counts.lines++;
    if (record.kind === 'invalid') return quarantine(record.number, record.reason, record.text);
    for (const reading of reader.take(record.value)) takeReading(reading, record.number, record.text);
  };

  const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const bar = progressBar(io.stderr, 'replay', () => performance.now());
  const started = performance.now();
  let bytesBefore = 0;
  const truncated: TruncatedFile[] = [];
  try {
    for (const file of files) {
      let bytes = 0;
      try {
        for await (const records of readSourceFile(file, (read) => (bytes = read))) {
          for (const record of records) takeRecord(record);
          bar.update((bytesBefore + bytes) / size, `${counts.lines} lines, ${counts.alerts} alerts`);
        }
      } catch (error) {
        if (!(error instanceof TruncatedFile)) throw error;
        truncated.push(error);
      }
      bytesBefore += bytes;
    }
    for (const reading of reader.finish()) takeReading(reading, undefined, '');
    for await (const reading of order?.inOrder() ?? []) replayOne(reading);
  } finally {
    // It holds accesses as they are.
    order?.close();
  }
  tell(run.finish());
  if (other) compared.after.push(...other.finish());
  alertsFile.close();
  bar.done();
  scoresFile?.write(scoreLines(scores));
  scoresFile?.close();

  const seconds = (performance.now() - started) / 1000;
  const applied = run.counts.applied;
  io.stdout.write(
    [
      `${applied} events in ${seconds.toFixed(1)} s (${Math.round(applied / seconds)}/s), ${run.baselines.size} actors, ${run.counts.folds} folds`,
      `${counts.alerts} alerts told, in ${out}`,
      `${run.counts.duplicates} duplicates, ${counts.quarantined} quarantined${counts.quarantined ? ` (${quarantineFile})` : ''}, ${counts.notConcerned} not concerned, ${run.counts.unknownActors} by unknown actors, ${run.counts.unknownRegion} about users of unknown region`,
      ...unmappedLine(unmapped),
      ...(counts.unjoined > 0 ? [`${counts.unjoined} accesses whose session or query never came`] : []),
      `peak memory ${Math.round(peakMemoryBytes() / 1e6)} MB`,
      '',
    ].join('\n'),
  );
  if (other)
    io.stdout.write(`\n${comparisonReport(compareAlerts(compared.before, compared.after), span.from(), span.to())}`);
  for (const { message } of truncated)
    io.stderr.write(`borderwatch replay: ${message}; everything before it was replayed\n`);
  return truncated.length > 0 ? 1 : 0;
}

function unmappedLine(unmapped: ReadonlyMap<string, number>): readonly string[] {
  if (unmapped.size === 0) return [];
  const accesses = [...unmapped.values()].reduce((sum, count) => sum + count, 0);
  return [`${accesses} accesses to ${unmapped.size} unmapped resources; borderwatch sources names them`];
}

function scoreLines(scores: ReadonlyMap<string, number>): string {
  return [...scores]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, score]) => {
      const [day, employee] = key.split(' ');
      return `${JSON.stringify({ day, employee, score: Math.round(score * 1000) / 1000 })}\n`;
    })
    .join('');
}

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
