import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAddressTable } from '../../shared/pipeline/address-country.ts';
import { packagedAddressFile } from '../../shared/stores/packaged-address-file.ts';
import { oneRecordTable } from './one-record-table.ts';

describe('the packaged address table', () => {
  const table = makeAddressTable(readFileSync(packagedAddressFile()));

  it.each([
    ['8.8.8.8', 'US'],
    ['36.110.4.7', 'CN'],
    ['::ffff:36.110.4.7', 'CN'],
    ['::ffff:246e:407', 'CN'],
    ['240e::1', 'CN'],
    ['2a00:1450:4001::1', 'DE'],
  ])('puts %s into %s', (ip, country) => {
    expect(table(ip)).toBe(country);
  });

  it('never throws, and answers with a country or nothing', () => {
    const texts = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(texts, (ip) => {
        expect(table(ip) ?? 'US').toMatch(/^[A-Z]{2}$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives no country by the IPv4 part of it to an IPv6 address', () => {
    const version4Only = makeAddressTable(readFileSync(packagedAddressFile().replace('.mmdb', '-ipv4.mmdb')));
    expect(version4Only('8.8.8.8')).toBe('US');
    expect(version4Only('2001:4860:4860::8888')).toBeUndefined();
    expect(version4Only('::ffff:8.8.8.8')).toBe('US');
  });
});

describe('an address table that lists every address', () => {
  const table = makeAddressTable(oneRecordTable({ country_code: 'FR' }));

  it('answers for ordinary addresses', () => {
    for (const ip of ['8.8.8.8', '2a00:1450:4001::1', '::ffff:8.8.8.8']) expect(table(ip)).toBe('FR');
  });

  it.each([
    ...[
      '0.0.0.0',
      '10.255.0.1',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.8',
    ],
    ...[
      '192.0.2.1',
      '192.88.99.1',
      '192.168.1.1',
      '198.18.10.5',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '240.0.0.1',
    ],
    ...[
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:10.0.0.1',
      '64:ff9b::808:808',
      '64:ff9b:1::1',
      '100::1',
      '2001::1',
      '2001:db8::1',
    ],
    ...['2002:808:808::1', '3fff::1', '5f00::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'ff02::1'],
  ])('is not believed about %s, which sits nowhere', (ip) => {
    expect(table(ip)).toBeUndefined();
  });

  it.each(['', 'ec2.amazonaws.com', '1.2.3', '1.2.3.4.5', '01.2.3.4', '8.8.8.8 ', '1:2', 'AWS Internal'])(
    'has no country for %j',
    (ip) => {
      expect(table(ip)).toBeUndefined();
    },
  );
});

describe("other makers' tables", () => {
  const countryIn = (record: Parameters<typeof oneRecordTable>[0]) =>
    makeAddressTable(oneRecordTable(record))('8.8.8.8');

  it.each([
    [{ country: { iso_code: 'SG' }, registered_country: { iso_code: 'CN' } }, 'SG'],
    [{ country: 'SG' }, 'SG'],
    [{ country_code: 'SG' }, 'SG'],
    [{ registered_country: { iso_code: 'CN' } }, undefined],
    [{ country_code: 'ZZ' }, undefined],
    [{ country: { iso_code: 'EU' } }, undefined],
    [{ country: { iso_code: 'Singapore' } }, undefined],
    [{ autonomous_system_number: 15169 }, undefined],
    ['SG', undefined],
  ])('%j means %s', (record, country) => {
    expect(countryIn(record)).toBe(country);
  });

  it('says so when a file is no address table', () => {
    expect(() => makeAddressTable(Buffer.from('employeeId,type\n'))).toThrow('not an address table in MaxMind format');
  });
});
