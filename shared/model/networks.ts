import * as z from 'zod/mini';
import { countrySchema } from './country.ts';
import { type AddressBlock, parseAddress, parseAddressBlock } from './ip-address.ts';
import { buildPrefixTable, lookUpPrefix, type PrefixTable } from './prefix-table.ts';
import { issueText } from './schema-issue.ts';

/** The version of networks.json. */
export const NETWORKS_VERSION = 1;

const LABEL = 'not a label of 1 to 128 characters';

/** One entry of networks.json: whose block of addresses this is. An address in a `vpn` or `cloud` says nothing about where a person sits. */
export const networkSchema = z.object(
  {
    cidr: z.string('not a block such as 198.51.100.0/24'),
    label: z.string(LABEL).check(z.minLength(1, LABEL), z.maxLength(128, LABEL)),
    kind: z.enum(['vpn', 'office', 'cloud'], 'not vpn, office or cloud'),
    country: countrySchema,
  },
  'not an object',
);

/** The file networks.json. */
export const networksSchema = z.array(networkSchema);

export type Network = z.output<typeof networkSchema>;
/** The company's networks, ready to be asked. */
export type Networks = PrefixTable<Network>;

/** A company that has told us of no network. */
export const NO_NETWORKS: Networks = buildPrefixTable<Network>([]);

export type NetworksResult =
  | { readonly ok: true; readonly networks: Networks }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Reads decoded networks.json. All entries are validated before any is accepted.
 *
 * @returns the networks, or every error, naming the entry by its position (from 0) and its block
 */
export function parseNetworks(value: unknown): NetworksResult {
  if (!Array.isArray(value)) return { ok: false, errors: ['networks: not a list'] };
  const items: readonly unknown[] = value;
  const errors: string[] = [];
  const entries: [AddressBlock, Network][] = [];
  const firstAt = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const name = entryName(index, item);
    const result = networkSchema.safeParse(item);
    if (!result.success) {
      errors.push(...result.error.issues.map((issue) => `${name}: ${issueText(issue, 'entry')}`));
      continue;
    }
    const block = parseAddressBlock(result.data.cidr);
    if (typeof block === 'string') {
      errors.push(`${name}: cidr: ${block}`);
      continue;
    }
    // One block may be written in several ways, so it is told apart by its bits.
    const key = `${block.address}/${block.prefixLength}`;
    const earlier = firstAt.get(key);
    if (earlier !== undefined) errors.push(`${name}: cidr: the same block as networks[${earlier}]`);
    else firstAt.set(key, index);
    entries.push([block, result.data]);
  }
  return errors.length ? { ok: false, errors } : { ok: true, networks: buildPrefixTable(entries) };
}

/**
 * The network that an address belongs to; of nested ones the smallest.
 *
 * @param ip an IPv4 or IPv6 address; anything else belongs to none
 */
export function lookUpNetwork(networks: Networks, ip: string): Network | undefined {
  if (networks.version4.length === 0 && networks.version6.length === 0) return undefined;
  const address = parseAddress(ip);
  return address && lookUpPrefix(networks, address);
}

function entryName(index: number, item: unknown): string {
  const cidr = typeof item === 'object' && item !== null && 'cidr' in item ? item.cidr : undefined;
  return `networks[${index}]${typeof cidr === 'string' ? ` (${cidr.slice(0, 60)})` : ''}`;
}
