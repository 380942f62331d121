import { decodeBaseline, encodeBaseline } from '../model/baseline-codec.ts';
import { type BaselineStore, WriteConflict } from './ports.ts';

/**
 * Baselines in memory, for replay and tests. They are kept encoded: the stored form rounds estimates, so a replay that
 * kept objects would not predict what the deployment decides; and nobody can change what is stored by accident.
 */
export function createMemoryBaselineStore(): BaselineStore {
  const stored = new Map<string, { readonly version: number; readonly bytes: Uint8Array }>();
  return {
    load: async (actorIds) =>
      new Map(
        actorIds.flatMap((actorId) => {
          const item = stored.get(actorId);
          return item ? [[actorId, decodeBaseline(item.bytes)] as const] : [];
        }),
      ),
    save: async (actorId, baseline, previousVersion) => {
      const expected = previousVersion === 0 ? undefined : previousVersion;
      if (stored.get(actorId)?.version !== expected) {
        throw new WriteConflict(`baseline of ${actorId}: stored version is no longer ${previousVersion}`);
      }
      stored.set(actorId, { version: baseline.version, bytes: encodeBaseline(baseline) });
    },
    scan: async function* () {
      for (const [actorId, { bytes }] of stored) yield { actorId, baseline: decodeBaseline(bytes) };
    },
  };
}
