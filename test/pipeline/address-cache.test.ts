import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheAddresses } from '../../shared/pipeline/address-cache.ts';

/** Knows every other address, and counts how often it is asked. */
function countingTable() {
  const asked: string[] = [];
  const table = (ip: string) => {
    asked.push(ip);
    return ip.length % 2 ? 'US' : undefined;
  };
  return { asked, table };
}

describe('remembered addresses', () => {
  it('are looked up once, with or without a country', () => {
    const { asked, table } = countingTable();
    const cached = cacheAddresses(table, 10);
    expect(['a', 'bb', 'a', 'bb', 'a', 'bb'].map(cached)).toEqual(['US', undefined, 'US', undefined, 'US', undefined]);
    expect(asked).toEqual(['a', 'bb']);
  });

  it('stay while they are in use, whatever else comes by', () => {
    const { asked, table } = countingTable();
    const cached = cacheAddresses(table, 10);
    for (let i = 0; i < 1000; i++) {
      cached('a');
      cached(`other-${i}`);
    }
    expect(asked.filter((ip) => ip === 'a')).toHaveLength(1);
  });

  it('are forgotten beyond the maximum', () => {
    const { asked, table } = countingTable();
    const cached = cacheAddresses(table, 10);
    for (let i = 0; i <= 10; i++) cached(`${i}`);
    cached('0');
    expect(asked.filter((ip) => ip === '0')).toHaveLength(2);
  });

  it('are what the table says, in whatever order they are asked for', () => {
    const { table } = countingTable();
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.array(fc.string({ maxLength: 2 })), (maximum, ips) => {
        const cached = cacheAddresses(table, maximum);
        expect(ips.map(cached)).toEqual(ips.map(table));
      }),
    );
  });

  it.each([0, 1, -1, Number.NaN])('cannot be %j', (maximum) => {
    expect(() => cacheAddresses(() => undefined, maximum)).toThrow(RangeError);
  });
});
