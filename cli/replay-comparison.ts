import type { AccessEvent } from '../shared/model/access-event.ts';
import type { Alert } from '../shared/model/alert.ts';
import { compareAlerts } from '../shared/pipeline/compare-alerts.ts';
import type { EnrichmentContext } from '../shared/pipeline/enrich.ts';
import { startReplay } from '../shared/pipeline/replay-run.ts';
import { comparisonReport } from './comparison-report.ts';
import { startSpan } from './judged-span.ts';

/** A second run under other settings, beside the one whose alerts are written. */
export interface ReplayComparison {
  readonly take: (event: AccessEvent, time: number) => void;
  /** Told what the first run told. */
  readonly told: (alerts: readonly Alert[]) => void;
  /** Ends the second run. @returns which cases its settings would add and remove, for a terminal */
  readonly finish: () => string;
}

/** @param context with the other settings */
export function startComparison(context: EnrichmentContext): ReplayComparison {
  const span = startSpan();
  const run = startReplay(context, undefined, span.take);
  const before: Alert[] = [];
  const after: Alert[] = [];
  return {
    take: (event, time) => {
      after.push(...run.take(event, time));
    },
    told: (alerts) => {
      before.push(...alerts);
    },
    finish: () => {
      after.push(...run.finish());
      return comparisonReport(compareAlerts(before, after), span.from(), span.to());
    },
  };
}
