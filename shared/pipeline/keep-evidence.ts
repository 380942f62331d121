import type { Access } from '../model/access.ts';
import type { Evidence } from '../model/baseline.ts';

/** Accesses that are kept as evidence at most, newest last. */
const EVIDENCE_KEPT = 10;
/** The most bytes of each text (UTF-8): real names are shorter, and what nobody would read must not fill the baseline. */
const MOST_BYTES = { id: 128, action: 48, dataset: 128, store: 64 } as const;

/** Adds an access to the evidence. */
export const keepEvidence = (evidence: readonly Evidence[], access: Access): readonly Evidence[] =>
  [...evidence, evidenceOf(access)].slice(-EVIDENCE_KEPT);

/** An access as evidence: no raw subject ids, and no text longer than somebody would read. */
export function evidenceOf(access: Access): Evidence {
  return {
    id: cut(access.id, MOST_BYTES.id),
    time: access.time,
    action: cut(access.action, MOST_BYTES.action),
    dataset: cut(access.dataset, MOST_BYTES.dataset),
    ...(access.store === undefined ? {} : { store: cut(access.store, MOST_BYTES.store) }),
    ...(access.subjectCount === undefined ? {} : { count: access.subjectCount }),
    outcome: access.allowed ? 'allowed' : 'denied',
    ...(access.location.locatedIn === undefined ? {} : { country: access.location.locatedIn }),
    approved: access.approved,
  };
}

const encoder = new TextEncoder();
const ELLIPSIS = '…';
const ELLIPSIS_BYTES = 3;

/** A text of at most so many bytes; where it was longer, it ends in an ellipsis and between two characters. */
function cut(text: string, bytes: number): string {
  // No UTF-16 unit takes more than three bytes, so short texts need not be measured.
  if (text.length * 3 <= bytes || encoder.encode(text).length <= bytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(bytes - ELLIPSIS_BYTES));
  return text.slice(0, read) + ELLIPSIS;
}
