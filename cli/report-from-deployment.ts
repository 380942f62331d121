import { type Directory, lookUpEmployee } from '../shared/model/directory.ts';
import type { Settings } from '../shared/model/settings.ts';
import type { Suppression } from '../shared/model/suppression.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import type { PersonDay, ReportedCase, WeeklyInput } from '../shared/report/weekly-report.ts';
import { decodeDailyReads } from '../shared/stats/daily-series.ts';
import { makeDynamoClient, makeS3Client, makeSsmClient } from '../shared/stores/clients.ts';
import { createDynamoBaselineStore } from '../shared/stores/dynamo-baseline-store.ts';
import { createDynamoCaseStore } from '../shared/stores/dynamo-case-store.ts';
import { createDynamoSuppressionStore } from '../shared/stores/dynamo-suppression-store.ts';
import type { BaselineStore, CaseStore, SuppressionStore } from '../shared/stores/ports.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import type { ArchivePlace } from './archived-lines.ts';
import { archivedQuality } from './archived-quality.ts';
import { awsFailure } from './aws-failure.ts';
import { loadDeployedInputs } from './deployed-inputs.ts';
import { minuteText } from './minute-text.ts';
import { resourceNameFor, settingsPathFor } from './stage-option.ts';
import { readSettings, settingsWith } from './stored-settings.ts';

const DAY_MS = 86_400_000;
const WEEK = 7;

/**
 * The last whole week of a system, from its tables.
 *
 * @param archive what sources sent is sampled from it. @default nothing is said of sources
 * @param now epoch milliseconds @throws CommandFailure naming what can't be read
 */
export async function deployedWeek(
  stage: string | undefined,
  archive: ArchivePlace | undefined,
  now: number,
): Promise<WeeklyInput> {
  const table = (part: string) => resourceNameFor(part, undefined, stage);
  const client = makeDynamoClient();
  const ssm = makeSsmClient();
  try {
    const settings = settingsWith(await readSettings(ssm, settingsPathFor(stage)), {});
    const { directory } = await loadDeployedInputs(table('directory'));
    const baselines = createDynamoBaselineStore({ call: callsThrough(client), tableName: table('baselines') });
    // Every item is read, at the pace at which baselines are.
    const cases = { call: callsThrough(client), tableName: table('cases'), scan: {} };
    const endDay = Math.floor(now / DAY_MS);
    const sampled = archive && (await sampleArchive(archive, endDay));
    return {
      endDay,
      personDays: await readPersonDays(baselines, directory, now, table('baselines')),
      cases: await readCases(createDynamoCaseStore(cases), cases.tableName),
      alertsPerDay: settings.alertsPerDay,
      suppressions: await readSuppressions(createDynamoSuppressionStore(cases), settings, endDay, cases.tableName),
      quality: sampled?.quality,
      notes: [
        'Reads are those that baselines hold: in days of each person’s own time zone, about right above 64 a day, and without days that people were alerted about until the case is judged.',
        ...(sampled
          ? [
              `What the sources send is a sample: ${sampled.objects} objects of the archive, one for each shard and hour in which something came. Lags are right to five minutes.`,
            ]
          : []),
      ],
    };
  } finally {
    client.destroy();
    ssm.destroy();
  }
}

async function sampleArchive(archive: ArchivePlace, endDay: number) {
  const client = makeS3Client();
  try {
    return await archivedQuality(client, archive, endDay);
  } finally {
    client.destroy();
  }
}

async function readPersonDays(
  baselines: Pick<BaselineStore, 'scan'>,
  directory: Directory,
  now: number,
  table: string,
): Promise<readonly PersonDay[]> {
  const personDays: PersonDay[] = [];
  try {
    for await (const { actorId, baseline } of baselines.scan()) {
      const employee = lookUpEmployee(directory, actorId, now);
      const who = {
        person: actorId,
        country: employee?.homeCountry ?? (baseline.place.country || 'unknown'),
        team: employee?.team ?? 'unknown',
      };
      const { day, dailyReads } = baseline;
      personDays.push({ ...who, day: day.day, reads: day.protectedReads });
      for (const [i, code] of dailyReads.entries())
        personDays.push({ ...who, day: day.day - 1 - i, reads: decodeDailyReads(code) ?? 0 });
    }
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  }
  return personDays;
}

async function readCases(store: Pick<CaseStore, 'scan'>, table: string): Promise<readonly ReportedCase[]> {
  const cases: ReportedCase[] = [];
  try {
    for await (const { alert, openedAt, state, history, suppressedBy, tellings } of store.scan()) {
      const fate = state === 'open' && suppressedBy !== undefined ? 'suppressed' : state;
      const told = tellings.find(({ as }) => as === 'alert' || as === 'digest');
      cases.push({ alert, openedAt, fate, history, toldAt: told && Date.parse(told.at) });
    }
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  }
  return cases;
}

/** What was suppressed in the week, a line each. Where messages are to name nobody, neither whom it is about nor why: a reason may name them. */
async function readSuppressions(
  store: Pick<SuppressionStore, 'heldWithin'>,
  { identity }: Settings,
  endDay: number,
  table: string,
): Promise<readonly string[]> {
  try {
    const held = await store.heldWithin((endDay - WEEK) * DAY_MS, endDay * DAY_MS);
    return [...held].sort((a, b) => (a.until < b.until ? -1 : 1)).map((each) => suppressionLine(each, identity));
  } catch (error) {
    throw awsFailure(error, 'DYNAMODB', `table ${table}`);
  }
}

function suppressionLine(suppression: Suppression, identity: Settings['identity']): string {
  const { subject, signals, from, until, by, reason, lifted } = suppression;
  const what = `${signals.join(', ')} from ${minuteText(from)} until ${minuteText(until)}`;
  const end = lifted ? `lifted at ${minuteText(lifted.at)}` : '';
  if (identity === 'pseudonym') return [`${subject.type}: ${what}`, end].filter(Boolean).join(', ');
  const ending = lifted ? `; ${end} by ${cleanLine(lifted.by)}: ${cleanLine(lifted.reason)}` : '';
  return `${cleanLine(`${subject.type} ${subject.id}`)}: ${what}, by ${cleanLine(by)}: ${cleanLine(reason)}${ending}`;
}
