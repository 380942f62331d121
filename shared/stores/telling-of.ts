import type { CaseTelling } from '../model/case.ts';
import type { NotifiedAs } from './ports.ts';

/** What a case keeps of a revision that counts as notified. @param at epoch milliseconds */
export function tellingOf(revision: number, at: number, { told, suppressedBy }: NotifiedAs): CaseTelling {
  const as = suppressedBy !== undefined ? 'suppressed' : !told ? 'shadow' : told.signals ? 'alert' : 'digest';
  return { at: new Date(at).toISOString(), revision, as };
}
