import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderReportPage } from '../shared/report/report-page.ts';
import { type WeeklyInput, weeklyReport } from '../shared/report/weekly-report.ts';
import { archivePlace } from './archived-lines.ts';
import { loadContext, loadSettings } from './load-folder.ts';
import { loadSourceContext } from './load-source-context.ts';
import { contextFilesIn, refuseOverwriting } from './output-files.ts';
import { type Io, progressBar } from './progress.ts';
import { writeOrFail } from './quarantine-file.ts';
import { type TruncatedFile, untilCutOff } from './read-bytes.ts';
import { readLines } from './read-lines.ts';
import { recordedAccesses } from './recorded-access.ts';
import { deployedWeek } from './report-from-deployment.ts';
import { recordedWeek } from './report-from-recording.ts';
import { SETTINGS_STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const REPORT_HELP = `usage: borderwatch report --week [--from FOLDER | --archive s3://BUCKET] [--settings FILE] [--out FILE] [--stage STAGE]

Sums up a week on a page for the head of security: volumes, cases and their fate, precision, budget, quality of the sources.

  --week            the last seven whole days (UTC)
  --from FOLDER     of a recording: its accesses are judged as replay does; without it the tables of a system are read
  --archive s3://BUCKET   of a deployment: what its sources sent, and how late, from a sample of an object an hour
  --settings FILE   with --from: JSON object with the names of the parameters
  --out FILE        (default: .borderwatch/report.html)
${SETTINGS_STAGE_HELP.replace('settings instead', 'tables instead')};
                    the role borderwatch-STAGE-reporter may read them
  --help            this text

Exit codes: 0 done, 1 something can't be read or written, 2 wrong usage.
`;

const DEFAULT_OUT = join('.borderwatch', 'report.html');

/** The command `report`. @returns the exit code */
export async function report(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      week: { type: 'boolean' },
      from: { type: 'string' },
      archive: { type: 'string' },
      settings: { type: 'string' },
      out: { type: 'string', default: DEFAULT_OUT },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.stdout.write(REPORT_HELP);
    return 0;
  }
  if (!values.week) throw new UsageError('report needs --week: there is no other span yet');
  if (values.from === undefined && values.settings !== undefined)
    throw new UsageError('--settings goes with --from: a system has its own');
  const archive = values.archive === undefined ? undefined : archivePlace(values.archive);
  if (values.archive !== undefined && (!archive || values.from !== undefined))
    throw new UsageError('--archive takes s3://BUCKET, and no --from: a recording has its events');
  const cutOff: string[] = [];
  const week =
    values.from === undefined
      ? await deployedWeek(values.stage, archive, Date.now())
      : await weekOfFolder(values.from, values.settings, values.out, io, ({ message }) =>
          cutOff.push(`${message}; everything before it was judged`),
        );
  const page = renderReportPage(weeklyReport({ ...week, notes: [...week.notes, ...cutOff] }));
  writeOrFail(values.out, () => {
    mkdirSync(dirname(values.out), { recursive: true });
    writeFileSync(values.out, page);
  });
  io.stdout.write(`the week is summed up in ${values.out}\n`);
  for (const message of cutOff) io.stderr.write(`borderwatch report: ${message}\n`);
  return cutOff.length > 0 ? 1 : 0;
}

/** @param out is not to be one of the files that the week is read from @param onCutOff told where its accesses are cut off */
async function weekOfFolder(
  folder: string,
  settingsFile: string | undefined,
  out: string,
  io: Io,
  onCutOff: (file: TruncatedFile) => void,
): Promise<WeeklyInput> {
  const file = ['events.ndjson', 'events.ndjson.gz'].map((name) => join(folder, name)).find(existsSync);
  if (!file) throw new CommandFailure(`${folder}: has neither events.ndjson nor events.ndjson.gz`);
  refuseOverwriting([out], [file, ...contextFilesIn(folder), settingsFile]);
  const context = loadContext(folder, loadSettings(settingsFile), (message) =>
    io.stderr.write(`warning: ${message}\n`),
  );
  const bar = progressBar(io.stderr, 'reading', () => performance.now());
  try {
    const source = loadSourceContext({ unmapped: 'not-concerned' }, folder).context;
    return await recordedWeek(untilCutOff(recordedAccesses(readLines(file), source), onCutOff), context);
  } finally {
    bar.done();
  }
}
