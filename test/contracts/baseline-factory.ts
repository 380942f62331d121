import { type Baseline, initialBaseline } from '../../shared/model/baseline.ts';

/** A baseline after so many events; tests name only what they are about. */
export const aBaseline = (version: number, changes: Partial<Baseline> = {}): Baseline => ({
  ...initialBaseline(),
  version,
  updatedAt: 1_795_428_930_123 + version,
  ...changes,
});
