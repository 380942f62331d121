import type { Access } from '../../shared/model/access.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { initialSnapshot, type Snapshot } from '../../shared/model/snapshot.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { type EnrichmentContext, enrich } from '../../shared/pipeline/enrich.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import { prepareSnapshot } from '../../shared/pipeline/prepare-snapshot.ts';
import { anEnrichmentContext } from './an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from './an-access-event.ts';
import { deepFreeze } from './deep-freeze.ts';

/** Packaged priors and default settings, as on the first day. */
export const aScoringContext = (
  settings: Partial<Settings> = {},
  snapshot: Snapshot = initialSnapshot(0, 'd1', 'n1'),
): ScoringContext => ({ snapshot: prepareSnapshot(snapshot), settings: { ...DEFAULT_SETTINGS, ...settings } });

/** Settings under which ordinary tests are never alerted by statistics. */
export const QUIET: Partial<Settings> = { alertsPerDay: 1e-9 };

/** Folds accesses into a baseline, the one after the other, each state frozen before the next. */
export function fold(
  accesses: readonly Access[],
  scoring: ScoringContext = aScoringContext(QUIET),
  before?: Baseline,
): Baseline | undefined {
  return accesses.reduce<Baseline | undefined>(
    (baseline, access) => deepFreeze(applyEvent(baseline, access, undefined, scoring).baseline),
    before && deepFreeze(before),
  );
}

/** Folds events likewise, after enriching them. */
export const foldEvents = (
  events: readonly AccessEvent[],
  scoring: ScoringContext = aScoringContext(QUIET),
  context: EnrichmentContext = anEnrichmentContext({ settings: scoring.settings }),
): Baseline | undefined =>
  fold(
    events.map((event) => deepFreeze(enrich(event, Date.parse(event.time), context))),
    scoring,
  );

/**
 * The events of ordinary working days: two sittings of five accesses, at ten and at three, one of them about a US user, from
 * one country on one machine. Weekends are free.
 *
 * @param days the first day and the one after the last, of the tests' calendar
 */
export function ordinaryDays(
  days: readonly [from: number, to: number],
  changes: AccessEventChanges = {},
): AccessEvent[] {
  const events: AccessEvent[] = [];
  for (let day = days[0]; day < days[1]; day++) {
    if (((day % 7) + 7) % 7 > 4) continue;
    for (const hour of [10, 15]) {
      for (let i = 0; i < 5; i++) {
        events.push(
          anAccessEvent({
            ...changes,
            id: `ev-${day}-${hour}-${i}`,
            time: timeOn(day, hour, 4 * i),
            subjects: { region: hour === 10 && i === 2 ? 'US' : 'GB', count: 2, ...changes.subjects },
          }),
        );
      }
    }
  }
  return events;
}

/** Somebody who has worked five weeks like that: days −35 to −1. */
export function aSettledBaseline(changes: AccessEventChanges = {}): Baseline {
  const baseline = foldEvents(ordinaryDays([-35, 0], changes));
  if (!baseline) throw new Error('no days');
  return baseline;
}
