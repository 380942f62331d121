import { type Address, type AddressBlock, maskedWord } from './ip-address.ts';

/** The blocks of one prefix length by their masked address: a number for IPv4, the four words as text for IPv6. */
interface Level<Value> {
  readonly prefixLength: number;
  readonly blocks: Map<number | string, Value>;
}

/** Blocks of addresses and a value each; the longest prefix that covers an address decides. */
export interface PrefixTable<Value> {
  readonly version4: readonly Level<Value>[];
  readonly version6: readonly Level<Value>[];
}

/**
 * @param entries blocks and their values; of two values for the same block the later one holds
 */
export function buildPrefixTable<Value>(entries: Iterable<readonly [AddressBlock, Value]>): PrefixTable<Value> {
  const levels = { 1: new Map<number, Level<Value>>(), 4: new Map<number, Level<Value>>() };
  for (const [block, value] of entries) {
    const family = levels[block.address.length === 1 ? 1 : 4];
    const level = family.get(block.prefixLength) ?? { prefixLength: block.prefixLength, blocks: new Map() };
    family.set(block.prefixLength, level);
    level.blocks.set(keyOf(block.address, block.prefixLength), value);
  }
  const longestFirst = (family: Map<number, Level<Value>>) =>
    [...family.values()].sort((a, b) => b.prefixLength - a.prefixLength);
  return { version4: longestFirst(levels[1]), version6: longestFirst(levels[4]) };
}

/**
 * The value of the longest prefix that covers an address: one Map look-up for each prefix length that occurs, however
 * many blocks there are. An IPv4 address is never covered by an IPv6 block, not even by `::/0`.
 */
export function lookUpPrefix<Value>(table: PrefixTable<Value>, address: Address): Value | undefined {
  for (const level of address.length === 1 ? table.version4 : table.version6) {
    const value = level.blocks.get(keyOf(address, level.prefixLength));
    if (value !== undefined) return value;
  }
  return undefined;
}

function keyOf(address: Address, prefixLength: number): number | string {
  const [first = 0, second = 0, third = 0, fourth = 0] = address;
  const word = maskedWord(first, 0, prefixLength);
  if (address.length === 1) return word;
  return `${word},${maskedWord(second, 1, prefixLength)},${maskedWord(third, 2, prefixLength)},${maskedWord(fourth, 3, prefixLength)}`;
}
