import { CASE_OUTCOMES } from '../../shared/model/case.ts';
import type { CaseFate, ReportedCase, WeeklyInput } from '../../shared/report/weekly-report.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const DAY_MS = 86_400_000;
const END = 20_783;

/** When a case was opened and what became of it, with the change that says so. */
export function aReportedCase(openedDay: number, fate: CaseFate, endedDay: number): Omit<ReportedCase, 'alert'> {
  const at = new Date(endedDay * DAY_MS + 1).toISOString();
  const state = CASE_OUTCOMES.find((outcome) => outcome === fate);
  return {
    openedAt: openedDay * DAY_MS + 1,
    toldAt: fate === 'suppressed' ? undefined : openedDay * DAY_MS + 20_001,
    fate,
    history: state
      ? [{ version: 1, state, at, by: 'arn:aws:iam::111122223333:user/jane', reason: 'known', revision: 1 }]
      : [],
  };
}

/** A week of a company in five countries, with something in every section; tests name only what they are about. */
export function aWeek(changes: Partial<WeeklyInput> = {}): WeeklyInput {
  const countries = ['US', 'IE', 'SG', 'CN', 'BR'];
  const teams = ['recsys', 'ads', 'safety', 'payments'];
  return {
    endDay: END,
    personDays: Array.from({ length: 35 * 20 }, (_, i) => ({
      person: `e-${i % 20}`,
      country: countries[i % 5] ?? '',
      team: teams[i % 4] ?? '',
      day: END - 1 - Math.floor(i / 20),
      reads: (i * 7) % 23,
    })),
    cases: Array.from({ length: 12 }, (_, i) => ({
      alert: anAlert({
        alertId: `case-${i}`,
        severity: (['low', 'medium', 'high', 'critical'] as const)[i % 4] ?? 'low',
        headline: `e-000${10 + i} (recsys, CN): ${20 + i} reads of US users in ${i + 5} minutes; 0 to 9 a sitting is usual`,
      }),
      // Only what was opened a fortnight before it can have expired.
      ...(i % 4 === 3
        ? aReportedCase(END - 17, 'expired', END - 3)
        : aReportedCase(END - 1 - (i % 9), (['open', 'confirmed', 'dismissed'] as const)[i % 3] ?? 'open', END - 1)),
    })),
    alertsPerDay: 2,
    suppressions: ['e-00007: volume, until 2026-12-24, "quarterly export"'],
    quality: [
      {
        source: 'warehouse',
        events: 120_345,
        missing: {
          address: 12,
          device: 60_000,
          'data class': 0,
          store: 3,
          'users counted': 1_500,
          'user region': 9_000,
        },
        invalid: 4,
        longestLagHours: 5.25,
      },
      {
        source: 'support-tool',
        events: 8_012,
        missing: { address: 0, device: 0, 'data class': 8_012, store: 8_012, 'users counted': 0, 'user region': 0 },
        invalid: 0,
        longestLagHours: undefined,
      },
    ],
    notes: ['Reads are those that baselines hold.'],
    ...changes,
  };
}
