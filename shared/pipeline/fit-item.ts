import { type Baseline, MOST_FENCES, type StoredBaselineVersion, WRITTEN_BASELINE_VERSION } from '../model/baseline.ts';
import { FENCE_BYTES } from '../model/baseline-codec.ts';
import { evidenceBytes } from '../model/evidence-codec.ts';
import { itemBytes, MOST_ITEM_BYTES, WRITE_UNIT_BYTES } from '../model/item-size.ts';
import { keepMostTold } from './observe-subjects.ts';

/** Evidence may cost a second write unit down to so many accesses; what is older has to fit into the first. */
const EVIDENCE_WORTH_A_UNIT = 4;
/** With an id of no more bytes, everything but evidence fits by its own bounds; longer ones are measured. */
const SURELY_FITTING_ID_BYTES = 36;

/**
 * Keeps an actor's item within its room, whatever the actor did: by losing the oldest evidence and, under a very long id, the name of a
 * borrowed machine's owner, the least used of today's values, and at last the users looked up, the top ones after the others. It is part
 * of the fold, so that what is stored is what was scored with, and the same events always leave the same state.
 *
 * @param version of the stored form that has to fit. @default the one that this release writes
 */
export function fitItem(
  baseline: Baseline,
  actorId: string,
  version: StoredBaselineVersion = WRITTEN_BASELINE_VERSION,
): Baseline {
  if (baseline.evidence.length === 0 && Buffer.byteLength(actorId) <= SURELY_FITTING_ID_BYTES) return baseline;
  if (fullItemBytes(actorId, baseline, version) <= roomWith(baseline.evidence)) return baseline;
  const { fitted: bare, bytes } = fitDay({ ...baseline, evidence: [] }, actorId, version);
  const rest = bytes - evidenceBytes([], version);
  let { evidence } = baseline;
  while (evidence.length > 0) {
    if (rest + evidenceBytes(evidence, version) <= roomWith(evidence)) break;
    evidence = evidence.slice(1);
  }
  return { ...bare, evidence };
}

const roomWith = ({ length }: Baseline['evidence']) =>
  length > EVIDENCE_WORTH_A_UNIT ? WRITE_UNIT_BYTES : MOST_ITEM_BYTES;

/** With the room of fences that are still to come: where a record stands in the stream must not decide what is kept. */
const fullItemBytes = (actorId: string, baseline: Baseline, version: StoredBaselineVersion) =>
  itemBytes(actorId, baseline, version) + FENCE_BYTES * (MOST_FENCES - baseline.fences.length);

/** What is left without evidence, and its bytes: measured once, since hardly anybody has to lose anything. */
function fitDay(baseline: Baseline, actorId: string, version: StoredBaselineVersion) {
  let fitted = baseline;
  let bytes = fullItemBytes(actorId, fitted, version);
  const become = (smaller: Baseline) => {
    fitted = smaller;
    bytes = fullItemBytes(actorId, fitted, version);
  };
  const { borrowed } = baseline.day;
  if (borrowed && bytes > MOST_ITEM_BYTES)
    become({ ...fitted, day: { ...fitted.day, borrowed: { ...borrowed, owner: '' } } });
  while (fitted.day.used.length > 0 && bytes > MOST_ITEM_BYTES) {
    const { used } = fitted.day;
    const least = used.reduce((low, use, i) => (use.reads < (used[low]?.reads ?? 0) ? i : low), 0);
    become({ ...fitted, day: { ...fitted.day, used: used.filter((_, i) => i !== least) } });
  }
  while (fitted.otherSubjects.length > 0 && bytes > MOST_ITEM_BYTES)
    become({ ...fitted, otherSubjects: keepMostTold(fitted.otherSubjects, fitted.otherSubjects.length - 1) });
  while (fitted.topSubjects.length > 0 && bytes > MOST_ITEM_BYTES)
    become({ ...fitted, topSubjects: fitted.topSubjects.slice(1) });
  return { fitted, bytes };
}
