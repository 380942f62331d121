import { hash64Hex } from '../stats/hash64.ts';

/**
 * An id for a record whose source gives it none: the same whenever the same record comes again, for it is made of the record itself.
 *
 * @param parts what tells this record from all others of its source
 */
export function recordId(source: string, ...parts: readonly unknown[]): string {
  return `${source}-${hash64Hex(JSON.stringify(parts))}`;
}
