import { readFileSync } from 'node:fs';
import { cacheAddresses } from '../pipeline/address-cache.ts';
import { type AddressTable, makeAddressTable } from '../pipeline/address-country.ts';

/**
 * Reads an address table into memory and keeps the answers for recent addresses.
 *
 * @param file a country table in MaxMind format; the packaged one has 8 MB and is read in about 10 ms
 * @throws Error naming the file when it can't be read or isn't an address table
 */
export function loadAddressTable(file: string): AddressTable {
  try {
    return cacheAddresses(makeAddressTable(readFileSync(file)));
  } catch (cause) {
    throw new Error(`cannot load the address table ${file}`, { cause });
  }
}
