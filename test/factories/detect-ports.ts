import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import type { DetectPorts } from '../../functions/detect/detect.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import { createMemoryAlertQueue } from '../../shared/stores/memory-alert-queue.ts';
import { createMemoryBaselineStore } from '../../shared/stores/memory-baseline-store.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryHeldWindowStore } from '../../shared/stores/memory-held-window-store.ts';
import { createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { createMemoryRecordArchive } from '../../shared/stores/memory-record-archive.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import type { SourceDayStore } from '../../shared/stores/ports.ts';
import { anEnrichmentContext } from './an-access.ts';

/** What `detect` works with, all of it in memory; warnings are kept to be looked at. */
export function detectPorts(scoring: ScoringContext) {
  const warnings: string[] = [];
  const warn = (message: string, error: unknown) => void warnings.push(`${message}: ${error}`);
  const sourceDays = createMemorySourceDayStore();
  const archive = createMemoryRecordArchive();
  const alerts = createMemoryAlertQueue(() => 0);
  const baselines = createMemoryBaselineStore();
  const inputs = { ...anEnrichmentContext({ settings: scoring.settings }), ...scoring };
  return {
    baselines,
    archive,
    alerts,
    warnings,
    links: createMemoryLinkStore(),
    cases: createMemoryCaseStore(),
    held: createMemoryHeldWindowStore(),
    inputsFor: async () => inputs,
    sources: createSourceCounter(sourceDays, warn),
    sourceDays,
    warn,
  } satisfies DetectPorts & { readonly warnings: readonly string[]; readonly sourceDays: SourceDayStore };
}
