import type { StoredBaselineVersion } from '../model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../model/baseline-codec.ts';
import { type BaselineStore, WriteConflict } from './ports.ts';

/** The same baselines, as releases that write one stored form or another reach them. */
export interface MemoryBaselineStore extends BaselineStore {
  readonly writing: (version: StoredBaselineVersion) => Pick<BaselineStore, 'save'>;
}

/**
 * Baselines in memory, for replay and tests. They are kept encoded: the stored form rounds estimates, so a replay that
 * kept objects would not predict what the deployment decides; and nobody can change what is stored by accident.
 */
export function createMemoryBaselineStore(): MemoryBaselineStore {
  const stored = new Map<string, { readonly version: number; readonly bytes: Uint8Array }>();
  const saving =
    (version?: StoredBaselineVersion): BaselineStore['save'] =>
    async (actorId, baseline, previousVersion, encoded) => {
      const expected = previousVersion === 0 ? undefined : previousVersion;
      if (stored.get(actorId)?.version !== expected) {
        throw new WriteConflict(`baseline of ${actorId}: stored version is no longer ${previousVersion}`);
      }
      const bytes = version === undefined && encoded ? encoded : encodeBaseline(baseline, version);
      stored.set(actorId, { version: baseline.version, bytes });
    };
  return {
    load: async (actorIds) =>
      new Map(
        actorIds.flatMap((actorId) => {
          const item = stored.get(actorId);
          return item ? [[actorId, decodeBaseline(item.bytes)] as const] : [];
        }),
      ),
    save: saving(),
    writing: (version) => ({ save: saving(version) }),
    scan: async function* () {
      for (const [actorId, { bytes }] of stored) yield { actorId, baseline: decodeBaseline(bytes) };
    },
  };
}
