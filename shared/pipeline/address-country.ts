import { Reader, type Response } from 'mmdb-lib';
import { isCountry } from '../model/country.ts';
import { type Address, formatVersion4, parseAddress, parseAddressBlock } from '../model/ip-address.ts';
import { buildPrefixTable, lookUpPrefix } from '../model/prefix-table.ts';

/** The country that an address is used in, ISO 3166 alpha-2; undefined where nothing is known. */
export type AddressTable = (ip: string) => string | undefined;

/**
 * Addresses that sit nowhere, or nowhere that the address tells: private, shared, documentation, benchmarks, multicast,
 * reserved, and tunnels that carry another address within. IANA's special-purpose address registries (RFC 6890), and multicast.
 */
const NOWHERE = buildPrefixTable(
  (
    '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 ' +
    '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ' +
    '::/128 ::1/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8'
  )
    .split(' ')
    .map((text) => {
      const block = parseAddressBlock(text);
      if (typeof block === 'string') throw new Error(`${text}: ${block}`);
      return [block, true] as const;
    }),
);

/**
 * Reads a country table in MaxMind's format: DB-IP's packaged form (`country_code`), MaxMind's own and those of the same shape
 * (`country.iso_code`), or a plain `country`. Where a network is registered or owned is not where it is used, and isn't read.
 *
 * @param buffer the whole .mmdb file; it is read in place and must not change
 * @returns a look-up of about 2 µs; private, reserved, malformed and unlisted addresses have no country
 * @throws Error when the buffer isn't such a file
 */
export function makeAddressTable(buffer: Buffer): AddressTable {
  let reader: Reader<Response>;
  try {
    reader = new Reader<Response>(buffer);
  } catch (cause) {
    throw new Error('not an address table in MaxMind format', { cause });
  }
  const hasVersion6 = reader.metadata.ipVersion === 6;
  return (ip) => {
    const address = parseAddress(ip);
    if (!address || lookUpPrefix(NOWHERE, address)) return undefined;
    // Asked for an IPv6 address, an IPv4 table would answer with whoever has the first 32 bits.
    if (address.length === 4 && !hasVersion6) return undefined;
    return countryOf(reader.get(addressText(ip, address)));
  };
}

/** Tables list an IPv4-mapped address only as the IPv4 address that it is. */
function addressText(ip: string, address: Address): string {
  const [word = 0] = address;
  return address.length === 1 && ip.includes(':') ? formatVersion4(word) : ip;
}

function countryOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const code =
    'country_code' in record ? record.country_code : 'country' in record ? isoCode(record.country) : undefined;
  return typeof code === 'string' && isCountry(code) ? code : undefined;
}

const isoCode = (country: unknown): unknown =>
  typeof country === 'object' && country !== null && 'iso_code' in country ? country.iso_code : country;
