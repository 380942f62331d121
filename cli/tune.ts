import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Alert } from '../shared/model/alert.ts';
import type { Settings } from '../shared/model/settings.ts';
import { compareAlerts } from '../shared/pipeline/compare-alerts.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { loadAddressTable } from '../shared/stores/address-table.ts';
import { makeS3Client, makeSsmClient } from '../shared/stores/clients.ts';
import { packagedAddressFile } from '../shared/stores/packaged-address-file.ts';
import { archivedLines, archivePlace } from './archived-lines.ts';
import { comparisonReport } from './comparison-report.ts';
import { loadDeployedInputs } from './deployed-inputs.ts';
import { startSpan } from './judged-span.ts';
import { loadContext, replaySubjectKey } from './load-folder.ts';
import { loadSourceContext } from './load-source-context.ts';
import { type Io, progressBar } from './progress.ts';
import { untilCutOff } from './read-bytes.ts';
import { readLines } from './read-lines.ts';
import { type RecordedAccess, recordedAccesses } from './recorded-access.ts';
import { readChanges } from './settings.ts';
import { resourceNameFor, SETTINGS_STAGE_HELP, settingsPathFor } from './stage-option.ts';
import { type Changes, changeSettings, checkChanges, readSettings, settingsWith } from './stored-settings.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const TUNE_HELP = `usage: borderwatch tune (--alerts-per-day N | --set NAME=VALUE)... --from FOLDER|s3://BUCKET[/PREFIX] [--apply] [--stage STAGE]

Shows what other settings would have made of kept accesses: which cases would appear and vanish, by signal, team and country.
The accesses are judged twice from empty baselines, as replay does it: by the settings in force and with the changes.

  --alerts-per-day N   the same as --set alerts-per-day=N
  --set NAME=VALUE     any setting; more than once for several
  --from FOLDER        events.ndjson (or .gz), directory.csv and, optionally, networks.json
  --from s3://BUCKET   a deployment's archive; PREFIX picks a part of it, such as events/2026/11. Directory and networks are
                       those in force in the deployment (--stage). Reading the archive and writing settings are two roles: look as
                       borderwatch-STAGE-redrive, without --apply, then borderwatch settings set as borderwatch-STAGE-operator
  --apply              writes the changes, after showing what they do; of a recording that is cut off it writes nothing
  --force              with --apply: also write what would silence the detector
${SETTINGS_STAGE_HELP.replace('STAGE     ', 'STAGE        ')}
  --help               this text

Exit codes: 0 done, 1 a value is refused or something can't be read whole or written, 2 wrong usage.
`;

interface Request {
  readonly changes: Changes;
  readonly from: string;
  readonly stage: string | undefined;
  readonly apply: boolean;
  readonly force: boolean;
}

/** The command `tune`. @returns the exit code */
export async function tune(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(TUNE_HELP);
    return 0;
  }
  const { changes, from, stage, apply, force } = request;
  const path = settingsPathFor(stage);
  const ssm = makeSsmClient();
  try {
    const stored = await readSettings(ssm, path);
    // Before the long part: what would not be written needn't be judged.
    if (apply) checkChanges(stored, changes, force);
    const [before, after] = [settingsWith(stored, {}), settingsWith(stored, changes)];
    for (const [name, value] of Object.entries(changes))
      io.stdout.write(`${name}: ${stored.get(name)?.value ?? 'the default'} → ${value}\n`);
    const { context, accesses, done } = await openRecording(from, stage, before, io);
    let cutOff = false;
    const readable = untilCutOff(accesses, ({ message }) => {
      cutOff = true;
      io.stderr.write(`borderwatch tune: ${message}; everything before it was judged\n`);
    });
    try {
      io.stdout.write(await compareOver(readable, context, after, io));
    } finally {
      done();
    }
    if (cutOff) {
      io.stdout.write(
        `\nNothing was written${apply ? ': there may be accesses that would have told otherwise' : ''}.\n`,
      );
      return 1;
    }
    if (!apply) {
      io.stdout.write('\nNothing was written; --apply writes it.\n');
      return 0;
    }
    const written = await changeSettings(ssm, path, changes, force);
    io.stdout.write(`\n${written.length} written below ${path}, in force within two minutes\n`);
    return 0;
  } finally {
    ssm.destroy();
  }
}

/** Judges every access twice, side by side, so that the recording is read once. */
async function compareOver(
  accesses: AsyncIterable<RecordedAccess>,
  context: EnrichmentContext,
  after: Settings,
  io: Io,
): Promise<string> {
  const span = startSpan();
  const runs = [context, { ...context, settings: after }].map((each) => ({
    run: startReplay(each, undefined, span.take),
    alerts: [] as Alert[],
  }));
  let invalid = 0;
  for await (const reading of accesses) {
    if (reading.kind === 'invalid') invalid++;
    if (reading.kind !== 'event') continue;
    for (const { run, alerts } of runs) alerts.push(...run.take(reading.value, reading.time));
  }
  for (const { run, alerts } of runs) alerts.push(...run.finish());
  if (span.to() === 0) throw new CommandFailure('there is not one access in it');
  if (invalid > 0) io.stderr.write(`warning: ${invalid} lines are no accesses and were passed over\n`);
  const [old, other] = runs;
  return `\n${comparisonReport(compareAlerts(old?.alerts ?? [], other?.alerts ?? []), span.from(), span.to())}`;
}

/** Accesses in order, what they are judged with, and what to do when all are read. */
interface Recording {
  readonly context: EnrichmentContext;
  readonly accesses: AsyncIterable<RecordedAccess>;
  readonly done: () => void;
}

async function openRecording(from: string, stage: string | undefined, settings: Settings, io: Io): Promise<Recording> {
  const place = archivePlace(from);
  const bar = progressBar(io.stderr, 'judging', () => performance.now());
  if (!place) return { ...openFolder(from, settings, io, bar.update), done: bar.done };
  const inputs = await loadDeployedInputs(resourceNameFor('directory', undefined, stage));
  const client = makeS3Client();
  return {
    context: {
      ...inputs,
      addressCountry: loadAddressTable(packagedAddressFile()),
      settings,
      subjectKey: replaySubjectKey(),
    },
    accesses: recordedAccesses(
      archivedLines(client, place, (read, all) => bar.update(read / all, `${read} of ${all} objects`)),
    ),
    done: () => {
      bar.done();
      client.destroy();
    },
  };
}

function openFolder(folder: string, settings: Settings, io: Io, update: (share: number) => void) {
  const file = ['events.ndjson', 'events.ndjson.gz'].map((name) => join(folder, name)).find(existsSync);
  if (!file) throw new CommandFailure(`${folder}: has neither events.ndjson nor events.ndjson.gz`);
  const context = loadContext(folder, settings, (message) => io.stderr.write(`warning: ${message}\n`));
  const size = statSync(file).size;
  const lines = readLines(file, (read) => update(size ? read / size : 1));
  const source = loadSourceContext({ unmapped: 'not-concerned' }, folder).context;
  return { context, accesses: recordedAccesses(lines, source) };
}

function readArguments(args: readonly string[]): Request | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'alerts-per-day': { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
      apply: { type: 'boolean' },
      force: { type: 'boolean' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const budget = values['alerts-per-day'];
  const changes = readChanges([...values.set, ...(budget === undefined ? [] : [`alerts-per-day=${budget}`])]);
  if (Object.keys(changes).length === 0) throw new UsageError('tune needs --alerts-per-day N or --set NAME=VALUE');
  if (values.from === undefined) throw new UsageError('tune needs --from FOLDER or --from s3://BUCKET');
  return {
    changes,
    from: values.from,
    stage: values.stage,
    apply: values.apply ?? false,
    force: values.force ?? false,
  };
}
