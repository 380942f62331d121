import { type Baseline, MOST_FENCES, type StoredBaselineVersion, WRITTEN_BASELINE_VERSION } from '../model/baseline.ts';
import { FENCE_BYTES } from '../model/baseline-codec.ts';
import { evidenceBytes } from '../model/evidence-codec.ts';
import { itemBytes, MOST_ITEM_BYTES, WRITE_UNIT_BYTES } from '../model/item-size.ts';
import { OTHER_SUBJECT_BYTES } from '../model/subject-codec.ts';
import { keepMostTold } from './observe-subjects.ts';

/** Evidence may cost a second write unit down to so many accesses; what is older has to fit into the first. */
const EVIDENCE_WORTH_A_UNIT = 4;
/** So many other subjects are remembered whatever the item costs; more of them where it leaves this much of the first write unit free. */
const OTHERS_ALWAYS_KEPT = 8;
const LEFT_FREE_BYTES = 128;
/** With an id of no more bytes, everything but evidence fits by its own bounds, unless many users and a borrowed machine are remembered. */
const SURELY_FITTING_ID_BYTES = 40;

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
  if (surelyFits(baseline, actorId)) return baseline;
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

/** What nearly every baseline is, which then need not be measured. */
const surelyFits = ({ evidence, otherSubjects, day }: Baseline, actorId: string) =>
  evidence.length === 0 &&
  (otherSubjects.length <= OTHERS_ALWAYS_KEPT || day.borrowed === undefined) &&
  Buffer.byteLength(actorId) <= SURELY_FITTING_ID_BYTES;

/**
 * Forgets the users beside the top ones that the item has no room for. To be done when one was added: what else grows has the room left
 * free. Evidence doesn't count, or an odd access would be a way to have users forgotten.
 *
 * @param version of the stored form that has to fit. @default the one that this release writes
 */
export function fitSubjects(
  baseline: Baseline,
  actorId: string,
  version: StoredBaselineVersion = WRITTEN_BASELINE_VERSION,
): Baseline {
  const { otherSubjects } = baseline;
  if (otherSubjects.length <= OTHERS_ALWAYS_KEPT) return baseline;
  const bytes = fullItemBytes(actorId, { ...baseline, evidence: [] }, version);
  const tooMany = Math.ceil((bytes - (WRITE_UNIT_BYTES - LEFT_FREE_BYTES)) / OTHER_SUBJECT_BYTES);
  const most = Math.max(OTHERS_ALWAYS_KEPT, otherSubjects.length - tooMany);
  return { ...baseline, otherSubjects: keepMostTold(otherSubjects, most) };
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
