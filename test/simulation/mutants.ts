/** A defect, made by changing the text of one product file as it is loaded. The product itself has no switches for defects. */
export interface Mutant {
  readonly name: string;
  /** Below the project's folder. */
  readonly file: string;
  readonly edits: readonly { readonly find: string; readonly replace: string }[];
}

const DETECT = 'functions/detect/detect.ts';

/** Defects that the simulation has to find, each of them a way in which such systems really lose or double things. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'commit before alert',
    file: DETECT,
    edits: [
      {
        find: 'if (folded.alerts.length) await ports.alerts.send(folded.alerts.map(({ alert }) => alert));',
        replace: '',
      },
      {
        find: 'return { ...folded, conflicts: attempt, failed: [] };',
        replace: `if (folded.alerts.length) await ports.alerts.send(folded.alerts.map(({ alert }) => alert));
          return { ...folded, conflicts: attempt, failed: [] };`,
      },
    ],
  },
  {
    name: 'fence across keys',
    file: DETECT,
    edits: [
      {
        find: 'loaded.intact.get(actorId), prepared',
        replace: 'withEverybodysFences(loaded.intact, loaded.intact.get(actorId)), prepared',
      },
      {
        find: 'const allFailed =',
        replace: `function withEverybodysFences(loaded, stored) {
            if (!stored) return stored;
            const highest = new Map();
            for (const { fences } of loaded.values())
              for (const { shard, sequenceNumber } of fences)
                if (!(highest.get(shard) >= sequenceNumber)) highest.set(shard, sequenceNumber);
            return { ...stored, fences: stored.fences.map(({ shard }) => ({ shard, sequenceNumber: highest.get(shard) })) };
          }
          const allFailed =`,
      },
    ],
  },
  {
    name: 'no version check',
    file: 'shared/stores/memory-baseline-store.ts',
    edits: [{ find: 'stored.get(actorId)?.version !== expected', replace: 'stored.size < 0' }],
  },
  {
    name: 'ring dropped',
    file: 'shared/pipeline/apply-event.ts',
    edits: [{ find: 'isRecent(before.recent, access.hash)', replace: 'isRecent([], access.hash)' }],
  },
  {
    name: 'retry from highest',
    file: DETECT,
    edits: [
      {
        find: 'batchItemFailures: [...failed].map(',
        replace: 'batchItemFailures: [...failed].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).slice(-1).map(',
      },
    ],
  },
  {
    name: 'parse error fails the batch',
    file: 'functions/detect/read-batch.ts',
    edits: [{ find: "if ('reason' in read) {", replace: "if ('reason' in read) { throw new Error(read.reason);" }],
  },
  {
    name: 'notify marks before publishing',
    file: 'functions/notify/tell.ts',
    edits: [
      {
        find: 'await topic.publish({ ...(await withOtherCases(alert, ports)), ...toldBeforeOf(stored) });',
        replace:
          'await ports.cases.markNotified(alertId, revision, ports.now());\nawait topic.publish({ ...(await withOtherCases(alert, ports)), ...toldBeforeOf(stored) });',
      },
    ],
  },
  {
    name: 'looks beside a refusal not noted',
    file: 'shared/stores/meet-subjects.ts',
    edits: [
      {
        find: 'if (looks.length > 0) await',
        replace: "if (looks.length > 0 && !accesses.some((access) => linkKindOf(access) === 'refused')) await",
      },
    ],
  },
  {
    name: 'employee item cached between invocations',
    file: DETECT,
    edits: [
      { find: 'await loadAll([...byActor.keys()], ports)', replace: 'await loadCached([...byActor.keys()], ports)' },
      {
        find: 'return { ...folded, conflicts: attempt, failed: [] };',
        replace: `cacheOf(ports).set(actorId, folded.baseline);
          return { ...folded, conflicts: attempt, failed: [] };`,
      },
      {
        find: 'const allFailed =',
        replace: `const caches = new WeakMap();
          function cacheOf({ inputsFor }) {
            if (!caches.has(inputsFor)) caches.set(inputsFor, new Map());
            return caches.get(inputsFor);
          }
          async function loadCached(actorIds, ports) {
            const cache = cacheOf(ports);
            const unknown = actorIds.filter((actorId) => !cache.has(actorId));
            const loaded = unknown.length > 0 ? await loadAll(unknown, ports) : new Map();
            if (!loaded) return undefined;
            return new Map([...actorIds.filter((actorId) => cache.has(actorId)).map((actorId) => [actorId, cache.get(actorId)]), ...loaded]);
          }
          const allFailed =`,
      },
    ],
  },
];
