import { hash64 } from '../stats/hash64.ts';

/**
 * An id for a record whose source gives it none: the same whenever the same record comes again, for it is made of the record itself.
 *
 * @param parts what tells this record from all others of its source
 */
export function recordId(source: string, ...parts: readonly unknown[]): string {
  const halves = hash64(JSON.stringify(parts)).map((half) => half.toString(16).padStart(8, '0'));
  return `${source}-${halves.join('')}`;
}
