import { type Baseline, type StoredBaselineVersion, WRITTEN_BASELINE_VERSION } from '../../shared/model/baseline.ts';
import { fitItem } from '../../shared/pipeline/fit-item.ts';

/** A baseline as a release leaves it: what its stored form has no room for is not kept, as on the way down (`rewriteBaseline`). */
export const asWritten = (baseline: Baseline, actorId: string, version: StoredBaselineVersion): Baseline =>
  version === WRITTEN_BASELINE_VERSION ? baseline : fitItem(baseline, actorId, version);
