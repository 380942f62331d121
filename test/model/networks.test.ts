import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookUpNetwork, type Network, NO_NETWORKS, parseNetworks } from '../../shared/model/networks.ts';

const entry = (cidr: string, changes: Partial<Network> = {}): Network => ({
  cidr,
  label: cidr,
  kind: 'office',
  country: 'US',
  ...changes,
});

function networksOf(...entries: readonly Network[]) {
  const result = parseNetworks(entries);
  if (!result.ok) throw new Error(result.errors.join('; '));
  return result.networks;
}

describe('looking up a network', () => {
  const networks = networksOf(
    entry('198.18.0.0/16'),
    entry('198.18.10.0/24', { label: 'corp-vpn-us', kind: 'vpn' }),
    entry('198.18.10.7/32', { label: 'the boss' }),
    entry('2001:db8::/32'),
    entry('2001:db8:0:8000::/49', { label: 'half of a /48' }),
  );

  it.each([
    ['198.18.10.7', 'the boss'],
    ['198.18.10.8', 'corp-vpn-us'],
    ['198.18.11.0', '198.18.0.0/16'],
    ['198.19.0.0', undefined],
    ['::ffff:198.18.10.8', 'corp-vpn-us'],
    ['::ffff:c612:a08', 'corp-vpn-us'],
    ['2001:db8:0:8000::1', 'half of a /48'],
    ['2001:db8:0:7fff::1', '2001:db8::/32'],
    ['2001:db9::', undefined],
    ['not an address', undefined],
    ['', undefined],
  ])('finds for %s the smallest one around it: %s', (ip, label) => {
    expect(lookUpNetwork(networks, ip)?.label).toBe(label);
  });

  it('tells kind and country', () => {
    expect(lookUpNetwork(networks, '198.18.10.8')).toMatchObject({ kind: 'vpn', country: 'US' });
  });

  it('never covers an IPv4 address with an IPv6 block', () => {
    const everyVersion6 = networksOf(entry('::/0'));
    expect(lookUpNetwork(everyVersion6, '192.0.2.1')).toBeUndefined();
    expect(lookUpNetwork(everyVersion6, '::ffff:192.0.2.1')).toBeUndefined();
    expect(lookUpNetwork(everyVersion6, '2001:db8::1')?.label).toBe('::/0');
  });

  it('finds nothing where there are no networks', () => {
    expect(lookUpNetwork(NO_NETWORKS, '192.0.2.1')).toBeUndefined();
  });

  const naive = (blocks: readonly (readonly [bigint, number])[], address: bigint, bits: number) =>
    blocks
      .filter(([base, length]) => base >> BigInt(bits - length) === address >> BigInt(bits - length))
      .reduce((longest, [, length]) => Math.max(longest, length), -1);
  const family = (bits: number, write: (value: bigint) => string) =>
    it(`agrees with the definition of the longest prefix, ${bits} bits`, () => {
      // Few distinct bits, so that blocks nest and addresses fall into them.
      const sparse = fc
        .array(fc.nat({ max: bits - 1 }), { maxLength: 4 })
        .map((set) => set.reduce((all, bit) => all | (1n << BigInt(bit)), 0n));
      const block = fc.tuple(sparse, fc.nat({ max: bits })).map(([value, length]) => {
        const rest = BigInt(bits - length);
        return [(value >> rest) << rest, length] as const;
      });
      const blocks = fc.uniqueArray(block, { maxLength: 12, selector: ([base, length]) => `${base}/${length}` });
      fc.assert(
        fc.property(blocks, sparse, (some, address) => {
          const table = networksOf(
            ...some.map(([base, length]) => entry(`${write(base)}/${length}`, { label: `/${length}` })),
          );
          const longest = naive(some, address, bits);
          expect(lookUpNetwork(table, write(address))?.label).toBe(longest < 0 ? undefined : `/${longest}`);
        }),
        { numRuns: 500 },
      );
    });
  family(32, (value) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.'));
  // With at most four bits set no address is an IPv4-mapped one, which needs sixteen.
  family(128, (value) =>
    Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':'),
  );
});

describe('reading networks.json', () => {
  it('names every wrong entry by its position and block, and accepts none', () => {
    const result = parseNetworks([
      entry('10.0.0.0/8'),
      entry('10.0.0.0/33'),
      { ...entry('192.0.2.0/24'), kind: 'home' },
      { ...entry('192.0.2.0/24'), country: 'UK' },
      entry('::ffff:10.0.0.0/104'),
      { cidr: '198.51.100.0/24', kind: 'vpn', country: 'US' },
      null,
    ]);
    expect(result).toEqual({
      ok: false,
      errors: [
        'networks[1] (10.0.0.0/33): cidr: /33 is out of range',
        'networks[2] (192.0.2.0/24): kind: not vpn, office or cloud',
        'networks[3] (192.0.2.0/24): country: not an ISO 3166 alpha-2 country such as US; did you mean GB?',
        'networks[4] (::ffff:10.0.0.0/104): cidr: the same block as networks[0]',
        'networks[5] (198.51.100.0/24): label: not a label of 1 to 128 characters',
        'networks[6]: entry: not an object',
      ],
    });
  });

  it.each([{}, 'x', null, undefined])('refuses %j, which is no list', (value) => {
    expect(parseNetworks(value)).toEqual({ ok: false, errors: ['networks: not a list'] });
  });

  it('takes an empty list', () => {
    expect(parseNetworks([])).toMatchObject({ ok: true });
  });
});
