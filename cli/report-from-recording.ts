import type { Alert } from '../shared/model/alert.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import type { PersonDay, ReportedCase, WeeklyInput } from '../shared/report/weekly-report.ts';
import { startSpan } from './judged-span.ts';
import type { RecordedAccess } from './recorded-access.ts';
import { startSourceQuality } from './source-quality.ts';
import { CommandFailure } from './usage-error.ts';

const DAY_MS = 86_400_000;
const WEEK = 7;

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
  const span = startSpan();
  const run = startReplay(context, undefined, (access) => {
    span.take(access);
    if (!access.protected || !access.allowed) return;
    const day = Math.floor(access.time / DAY_MS);
    const key = `${day} ${access.actorId}`;
    const country = access.location.homeCountry ?? 'unknown';
    const known = reads.get(key) ?? { person: access.actorId, country, team: access.team, day, reads: 0 };
    reads.set(key, { ...known, reads: known.reads + 1 });
  });
  const alerts: Alert[] = [];
  const quality = startSourceQuality();
  for await (const reading of accesses) {
    quality.take(reading);
    if (reading.kind !== 'event') continue;
    alerts.push(...run.take(reading.value, reading.time));
  }
  alerts.push(...run.finish());
  if (span.to() === 0) throw new CommandFailure('there is not one access in it');
  // A day that is cut off counts as a day: a recording that ends in the evening has its last day.
  const endDay = Math.floor(span.to() / DAY_MS) + 1;
  return {
    endDay,
    personDays: [...reads.values()],
    cases: casesOf(alerts),
    alertsPerDay: context.settings.alertsPerDay,
    suppressions: undefined,
    quality: quality.ofDays(endDay - WEEK, endDay),
    notes: [
      'A recording, judged from empty baselines: nobody has worked on its cases, so all of them are open.',
      'A recording does not say when an access arrived, so lags are not known.',
      ...(quality.invalid() > 0 ? [`Lines of the whole recording that are no accesses: ${quality.invalid()}.`] : []),
    ],
  };
}

/** The newest revision of each case, opened when its first was. */
export function casesOf(alerts: readonly Alert[]): readonly ReportedCase[] {
  const byId = Map.groupBy(alerts, ({ alertId }) => alertId);
  return [...byId.values()].flatMap((told) => {
    const [first] = told;
    const newest = told.at(-1);
    return first && newest
      ? [{ alert: newest, openedAt: Date.parse(first.time), fate: 'open' as const, history: [], toldAt: undefined }]
      : [];
  });
}
