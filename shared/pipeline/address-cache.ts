import type { AddressTable } from './address-country.ts';

/** People have few addresses and use them often: so many look-ups stay in memory, about 5 MB. */
export const ADDRESSES_KEPT = 50_000;

/**
 * Remembers an address table's answers, so that a repeated address costs a Map hit. Two generations: when the younger is half
 * of the whole, it becomes the elder and the old elder is dropped; a hit in the elder moves its address to the younger.
 * An address in use thus stays, and a flood of new ones costs no more than the maximum. Answers are the table's own.
 *
 * @param maximum how many addresses are kept at most, at least 2
 */
export function cacheAddresses(table: AddressTable, maximum: number = ADDRESSES_KEPT): AddressTable {
  const generation = Math.floor(maximum / 2);
  if (!(generation >= 1)) throw new RangeError(`too few addresses to keep: ${maximum}`);
  let younger = new Map<string, string | undefined>();
  let elder = new Map<string, string | undefined>();
  return (ip) => {
    const known = younger.get(ip);
    if (known !== undefined || younger.has(ip)) return known;
    const country = elder.has(ip) ? elder.get(ip) : table(ip);
    if (younger.size >= generation) {
      elder = younger;
      younger = new Map();
    }
    younger.set(ip, country);
    return country;
  };
}
