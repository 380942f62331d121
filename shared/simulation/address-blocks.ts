import { formatVersion4, parseAddressBlock } from '../model/ip-address.ts';
import { below, type Random } from './random.ts';

/** A block of public addresses to draw from. */
export interface AddressRange {
  readonly cidr: string;
  /** Its first word: 32 bits, the whole first address of IPv4. */
  readonly first: number;
  /** How many /24 it has; nothing for IPv6, where only the first 32 bits are given. */
  readonly rows: number | undefined;
}

/**
 * @param cidr IPv4 of at most 23 bits, or IPv6 of exactly 32
 * @throws RangeError when it is neither
 */
export function addressRange(cidr: string): AddressRange {
  const block = parseAddressBlock(cidr);
  if (typeof block === 'string') throw new RangeError(`${cidr}: ${block}`);
  const { address, prefixLength } = block;
  const [first = 0] = address;
  if (address.length === 4 && prefixLength === 32) return { cidr, first, rows: undefined };
  if (address.length === 1 && prefixLength <= 23) return { cidr, first, rows: 2 ** (24 - prefixLength) };
  throw new RangeError(`${cidr} is too small a block, or an IPv6 block of another length than 32`);
}

/** Any address of a block but those that end in 0 or 255; the last /24 stays free for the office. */
export function addressIn(random: Random, { first, rows }: AddressRange): string {
  if (rows === undefined) {
    // Groups without zeros need no shortening but the one in front of the last.
    const group = () => (1 + below(random, 0xfffe)).toString(16);
    const network = [first >>> 16, first & 0xffff].map((word) => word.toString(16)).join(':');
    return `${network}:${group()}:${group()}::${group()}`;
  }
  return formatVersion4(first + 256 * below(random, rows - 1) + 1 + below(random, 254));
}
