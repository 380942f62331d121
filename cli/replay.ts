import { closeSync, existsSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { readRecord } from '../shared/formats/read-records.ts';
import type { Alert } from '../shared/model/alert.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { loadContext, loadSettings } from './load-folder.ts';
import { type Io, progressBar } from './progress.ts';
import { type Line, readLines, TruncatedFile } from './read-lines.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const REPLAY_HELP = `usage: borderwatch replay FOLDER --out FILE [--settings FILE] [--scores FILE]

Runs the detector over recorded accesses, from empty baselines, as a deployment would have run it.
FOLDER holds events.ndjson (or events.ndjson.gz), directory.csv and, optionally, networks.json.

  --out FILE        one line per time that people would have been told, in the order raised
  --settings FILE   JSON object with the names of the parameters, e.g. {"alerts-per-day": 0.5}
  --scores FILE     each employee-day's top score, as NDJSON
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
  const file = ['events.ndjson', 'events.ndjson.gz'].map((name) => join(folder, name)).find(existsSync);
  if (!file) throw new CommandFailure(`${folder}: has neither events.ndjson nor events.ndjson.gz`);
  const context = loadContext(folder, settings, (message) => io.stderr.write(`warning: ${message}\n`));

  mkdirSync(dirname(out), { recursive: true });
  const quarantineFile = `${out}.quarantine.ndjson`;
  rmSync(quarantineFile, { force: true });
  const alertsFile = openSync(out, 'w');
  const scores = new Map<string, number>();
  const counts = { lines: 0, quarantined: 0, notConcerned: 0, alerts: 0 };
  const quarantine = (line: number | undefined, reason: string, data: string) => {
    counts.quarantined++;
    writeFileSync(quarantineFile, `${JSON.stringify({ line, reason, data })}\n`, { flag: 'a' });
  };
  const run = startReplay(
    context,
    (event) => quarantine(undefined, 'more than a day ahead of everybody else', JSON.stringify(event)),
    options.scores === undefined
      ? undefined
      : (access, { score }) => {
          const key = `${new Date(access.local.day * 86_400_000).toISOString().slice(0, 10)} ${access.actorId}`;
          if (score > (scores.get(key) ?? 0)) scores.set(key, score);
        },
  );
  const tell = (alerts: readonly Alert[]) => {
    for (const alert of alerts) writeSync(alertsFile, `${JSON.stringify(alert)}\n`);
    counts.alerts += alerts.length;
  };
  const takeLine = (line: Line) => {
    counts.lines++;
    if (line.kind === 'unreadable')
      return quarantine(line.number, line.reason, Buffer.from(line.bytes).toString('base64'));
    let value: unknown;
    try {
      value = JSON.parse(line.text);
    } catch (error) {
      return quarantine(line.number, `not JSON: ${error instanceof Error ? error.message : error}`, line.text);
    }
    const reading = readRecord(value);
    if (reading.kind === 'invalid') quarantine(line.number, reading.reason, line.text);
    else if (reading.kind === 'not-concerned') counts.notConcerned++;
    else tell(run.take(reading.value, reading.time));
  };

  const size = statSync(file).size;
  const bar = progressBar(io.stderr, 'replay', () => performance.now());
  const started = performance.now();
  let bytes = 0;
  let truncated: TruncatedFile | undefined;
  try {
    for await (const lines of readLines(file, (read) => (bytes = read))) {
      for (const line of lines) takeLine(line);
      bar.update(bytes / size, `${counts.lines} lines, ${counts.alerts} alerts`);
    }
  } catch (error) {
    if (!(error instanceof TruncatedFile)) throw error;
    truncated = error;
  }
  tell(run.finish());
  closeSync(alertsFile);
  bar.done();
  if (options.scores !== undefined) writeScores(options.scores, scores);

  const seconds = (performance.now() - started) / 1000;
  const applied = run.counts.applied;
  io.stdout.write(
    [
      `${applied} events in ${seconds.toFixed(1)} s (${Math.round(applied / seconds)}/s), ${run.baselines.size} actors, ${run.counts.folds} folds`,
      `${counts.alerts} alerts told, in ${out}`,
      `${run.counts.duplicates} duplicates, ${counts.quarantined} quarantined${counts.quarantined ? ` (${quarantineFile})` : ''}, ${counts.notConcerned} not concerned, ${run.counts.unknownActors} by unknown actors, ${run.counts.unknownRegion} about users of unknown region`,
      `peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
      '',
    ].join('\n'),
  );
  if (!truncated) return 0;
  io.stderr.write(`borderwatch replay: ${truncated.message}; everything before it was replayed\n`);
  return 1;
}

function writeScores(file: string, scores: ReadonlyMap<string, number>): void {
  const lines = [...scores]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, score]) => {
      const [day, employee] = key.split(' ');
      return JSON.stringify({ day, employee, score: Math.round(score * 1000) / 1000 });
    });
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      settings: { type: 'string' },
      scores: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length) throw new UsageError('replay takes one FOLDER');
  if (values.out === undefined) throw new UsageError('replay needs --out FILE for the alerts');
  return { folder, out: values.out, settings: values.settings, scores: values.scores };
}
