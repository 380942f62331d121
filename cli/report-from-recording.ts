import type { AccessEvent } from '../shared/model/access-event.ts';
import type { Alert } from '../shared/model/alert.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import {
  type PersonDay,
  QUALITY_FIELDS,
  type QualityField,
  type ReportedCase,
  type SourceQuality,
  type WeeklyInput,
} from '../shared/report/weekly-report.ts';
import type { RecordedAccess } from './recorded-access.ts';
import { CommandFailure } from './usage-error.ts';

const DAY_MS = 86_400_000;
const WEEK = 7;

interface Counted {
  events: number;
  missing: Record<QualityField, number>;
}

/**
 * The last whole week of a recording, judged from empty baselines as `replay` does it.
 *
 * @throws CommandFailure when there is no access in it
 */
export async function recordedWeek(
  accesses: AsyncIterable<RecordedAccess>,
  context: EnrichmentContext,
): Promise<WeeklyInput> {
  const reads = new Map<string, PersonDay>();
  const run = startReplay(context, undefined, (access) => {
    if (!access.protected || !access.allowed) return;
    const day = Math.floor(access.time / DAY_MS);
    const key = `${day} ${access.actorId}`;
    const country = access.location.homeCountry ?? 'unknown';
    const known = reads.get(key) ?? { person: access.actorId, country, team: access.team, day, reads: 0 };
    reads.set(key, { ...known, reads: known.reads + 1 });
  });
  const alerts: Alert[] = [];
  const bySourceAndDay = new Map<string, Map<number, Counted>>();
  let invalid = 0;
  let latest = 0;
  for await (const reading of accesses) {
    if (reading.kind === 'invalid') invalid++;
    if (reading.kind !== 'event') continue;
    alerts.push(...run.take(reading.value, reading.time));
    latest = Math.max(latest, reading.time);
    const source = reading.value.source ?? 'no source named';
    const days = bySourceAndDay.get(source) ?? new Map<number, Counted>();
    bySourceAndDay.set(source, days);
    countFields(days, Math.floor(reading.time / DAY_MS), reading.value);
  }
  alerts.push(...run.finish());
  if (latest === 0) throw new CommandFailure('there is not one access in it');
  // A day that is cut off counts as a day: a recording that ends in the evening has its last day.
  const endDay = Math.floor(latest / DAY_MS) + 1;
  return {
    endDay,
    personDays: [...reads.values()],
    cases: casesOf(alerts),
    alertsPerDay: context.settings.alertsPerDay,
    suppressions: [],
    quality: qualityOf(bySourceAndDay, endDay, invalid),
    notes: [
      'A recording, judged from empty baselines: nobody has worked on its cases, so all of them are open.',
      'A recording does not say when an access arrived, so lags are not known.',
      ...(invalid > 0 ? [`Lines of the whole recording that are no accesses: ${invalid}.`] : []),
    ],
  };
}

function countFields(days: Map<number, Counted>, day: number, event: AccessEvent): void {
  const { network, resource, subjects } = event;
  const lacking: { readonly [field in QualityField]: boolean } = {
    address: network?.ip === undefined,
    device: network?.deviceId === undefined,
    'data class': resource.dataClass === undefined,
    store: resource.store === undefined,
    'users counted': subjects.count === undefined && subjects.ids === undefined,
    'user region': subjects.region === 'unknown',
  };
  const counted = days.get(day) ?? { events: 0, missing: noneMissing() };
  days.set(day, counted);
  counted.events++;
  for (const field of QUALITY_FIELDS) if (lacking[field]) counted.missing[field]++;
}

const noneMissing = (): Record<QualityField, number> => ({
  address: 0,
  device: 0,
  'data class': 0,
  store: 0,
  'users counted': 0,
  'user region': 0,
});

function qualityOf(
  sources: ReadonlyMap<string, ReadonlyMap<number, Counted>>,
  endDay: number,
  invalid: number,
): readonly SourceQuality[] {
  const rows = [...sources].map(([source, days]): SourceQuality => {
    const week = [...days].filter(([day]) => day >= endDay - WEEK && day < endDay).map(([, counted]) => counted);
    const missing = noneMissing();
    for (const field of QUALITY_FIELDS) missing[field] = week.reduce((sum, each) => sum + each.missing[field], 0);
    const events = week.reduce((sum, each) => sum + each.events, 0);
    return { source, events, missing, invalid: 0, longestLagHours: undefined };
  });
  // What is no event names no source.
  const unreadable = { source: 'unreadable', events: 0, missing: noneMissing(), invalid, longestLagHours: undefined };
  return [...rows.sort((a, b) => b.events - a.events), ...(invalid > 0 ? [unreadable] : [])];
}

/** The newest revision of each case, opened when its first was. */
export function casesOf(alerts: readonly Alert[]): readonly ReportedCase[] {
  const byId = Map.groupBy(alerts, ({ alertId }) => alertId);
  return [...byId.values()].flatMap((told) => {
    const [first] = told;
    const newest = told.at(-1);
    return first && newest ? [{ alert: newest, openedAt: Date.parse(first.time), fate: 'open' as const }] : [];
  });
}
