import type { ReplayRun } from '../shared/pipeline/replay-run.ts';
import { peakMemoryBytes } from './peak-memory.ts';
import type { IntakeCounts } from './replay-intake.ts';
import { quarantineFileOf, type ReplayResults } from './replay-results.ts';

export interface ReplaySummary {
  readonly run: Pick<ReplayRun, 'counts' | 'baselines'>;
  readonly intake: IntakeCounts;
  readonly results: ReplayResults['counts'];
  /** The file of alerts. */
  readonly out: string;
  readonly seconds: number;
}

/** What a replay did, for a terminal. */
export function replaySummary({ run, intake, results, out, seconds }: ReplaySummary): string {
  const { applied, folds, duplicates, unknownActors, unknownRegion } = run.counts;
  const { alerts, quarantined } = results;
  const counted = [
    `${duplicates} duplicates`,
    `${quarantined} quarantined${quarantined ? ` (${quarantineFileOf(out)})` : ''}`,
    `${intake.notConcerned} not concerned`,
    `${unknownActors} by unknown actors`,
    `${unknownRegion} about users of unknown region`,
  ];
  return [
    `${applied} events in ${seconds.toFixed(1)} s (${Math.round(applied / seconds)}/s), ${run.baselines.size} actors, ${folds} folds`,
    `${alerts} alerts told, in ${out}`,
    counted.join(', '),
    ...unmappedLine(intake.unmapped),
    ...(intake.unjoined > 0 ? [`${intake.unjoined} accesses whose session or query never came`] : []),
    `peak memory ${Math.round(peakMemoryBytes() / 1e6)} MB`,
    '',
  ].join('\n');
}

function unmappedLine(unmapped: IntakeCounts['unmapped']): readonly string[] {
  if (unmapped.size === 0) return [];
  const accesses = [...unmapped.values()].reduce((sum, count) => sum + count, 0);
  return [`${accesses} accesses to ${unmapped.size} unmapped resources; borderwatch sources names them`];
}
