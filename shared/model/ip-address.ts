/** An address as unsigned 32-bit words, the most significant first: one word for IPv4, four for IPv6. */
export type Address = readonly number[];

/** A block of addresses: those that agree with `address` in the first `prefixLength` bits. */
export interface AddressBlock {
  readonly address: Address;
  readonly prefixLength: number;
}

const ZERO = 48;
const DOT = 46;
const HEXADECIMAL = /^[0-9a-fA-F]{1,4}$/;
/** The longest text of an address: `0000:0000:0000:0000:0000:ffff:255.255.255.255`. */
const MAXIMUM_LENGTH = 45;

/**
 * Reads an address: IPv4 in four decimal parts without leading zeros, IPv6 as RFC 4291 writes it (no zone).
 * An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address that it stands for.
 *
 * @returns undefined for anything else
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAXIMUM_LENGTH) return undefined;
  if (!text.includes(':')) {
    const word = parseVersion4(text);
    return word === undefined ? undefined : [word];
  }
  const words = parseVersion6(text);
  const last = words?.[3];
  return last !== undefined && words?.[0] === 0 && words[1] === 0 && words[2] === 0xffff ? [last] : words;
}

/**
 * Reads a CIDR block. A block within `::ffff:0:0/96` becomes the IPv4 block that it stands for.
 *
 * @returns the block, or why the text isn't one
 */
export function parseAddressBlock(text: string): AddressBlock | string {
  const [base = '', length = '', ...rest] = text.split('/');
  if (rest.length || !/^(0|[1-9]\d{0,2})$/.test(length)) return 'not a block such as 198.51.100.0/24';
  const address = parseAddress(base);
  if (!address) return `${base} is not an address`;
  const mapped = address.length === 1 && base.includes(':');
  const bits = address.length * 32;
  const prefixLength = Number(length) - (mapped ? 96 : 0);
  if (prefixLength < 0 || prefixLength > bits) return `/${length} is out of range`;
  if (address.some((word, index) => word !== maskedWord(word, index, prefixLength)))
    return 'has bits set beyond its prefix';
  return { address, prefixLength };
}

/**
 * A word of an address with the bits beyond the prefix cleared.
 *
 * @param index the word's place in its address, from 0
 */
export function maskedWord(word: number, index: number, prefixLength: number): number {
  const kept = prefixLength - 32 * index;
  if (kept >= 32) return word;
  return kept <= 0 ? 0 : (word & (-1 << (32 - kept))) >>> 0;
}

/** The text of an IPv4 word. */
export const formatVersion4 = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;

function parseVersion4(text: string): number | undefined {
  let word = 0;
  let part = 0;
  let digits = 0;
  let parts = 1;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++parts > 4) return undefined;
      word = word * 256 + part;
      part = 0;
      digits = 0;
    } else {
      // A leading zero means octal to some readers and nothing to others, so it is no address here.
      if (code < ZERO || code > ZERO + 9 || (digits === 1 && part === 0)) return undefined;
      part = part * 10 + code - ZERO;
      digits++;
      if (part > 255) return undefined;
    }
  }
  return parts === 4 && digits > 0 ? word * 256 + part : undefined;
}

function parseVersion6(text: string): Address | undefined {
  const [left = '', right, ...rest] = text.split('::');
  if (rest.length) return undefined;
  const head = parseGroups(left, right === undefined);
  const tail = right === undefined ? [] : parseGroups(right, true);
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return [0, 2, 4, 6].map((i) => (groups[i] ?? 0) * 0x10000 + (groups[i + 1] ?? 0));
}

/** The 16-bit groups of one side of `::`; only the last part of an address may be written in dotted decimal. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (HEXADECIMAL.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      const word = mayEndDotted && index === parts.length - 1 ? parseVersion4(part) : undefined;
      if (word === undefined) return undefined;
      groups.push(Math.floor(word / 0x10000), word % 0x10000);
    }
  }
  return groups;
}
