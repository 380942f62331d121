import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatVersion4, parseAddress, parseAddressBlock } from '../../shared/model/ip-address.ts';

describe('reading an address', () => {
  it.each([
    ['0.0.0.0', [0]],
    ['255.255.255.255', [0xffffffff]],
    ['198.51.100.7', [0xc6336407]],
    ['::', [0, 0, 0, 0]],
    ['::1', [0, 0, 0, 1]],
    ['2001:db8::8:800:200C:417a', [0x20010db8, 0, 0x00080800, 0x200c417a]],
    ['1:2:3:4:5:6:7:8', [0x10002, 0x30004, 0x50006, 0x70008]],
    ['1::', [0x10000, 0, 0, 0]],
    ['64:ff9b::192.0.2.33', [0x64ff9b, 0, 0, 0xc0000221]],
  ])('takes %s', (text, words) => {
    expect(parseAddress(text)).toEqual(words);
  });

  it.each(['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1'])(
    'takes %s for the IPv4 address that it stands for',
    (text) => {
      expect(parseAddress(text)).toEqual(parseAddress('192.0.2.1'));
    },
  );

  it.each([
    ...[
      '',
      ' 1.2.3.4',
      '1.2.3',
      '1.2.3.4.5',
      '1.2.3.256',
      '01.2.3.4',
      '1.2.3.04',
      '1..3.4',
      '1.2.3.',
      '.1.2.3',
      '0x1.2.3.4',
    ],
    ...[
      '1.2.3.4/32',
      '1.2.3.-4',
      '1.2.3.4e0',
      '１.2.3.4',
      ':',
      ':::',
      '1:2',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
    ],
    ...[
      '::1::',
      '12345::',
      '::g',
      '::1.2.3',
      '1.2.3.4::',
      '1:2:3:4:5:6:7:1.2.3.4',
      ':1::',
      '1::2:',
      'fe80::1%eth0',
      '[::1]',
    ],
    ...['ec2.amazonaws.com', 'AWS Internal', '1'.repeat(1000), `::${'0'.repeat(100)}1`],
  ])('takes no %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('accepts exactly what Node accepts, zones aside', () => {
    const nearly = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(...'0123456789abF:.'), maxLength: 24 }),
      fc
        .array(fc.constantFrom('0', '1', 'ff', 'ffff', '::', ':', '.', '255', '1.2.3.4'), { maxLength: 14 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads every IPv4 address that it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (word) => {
        expect(parseAddress(formatVersion4(word))).toEqual([word]);
      }),
    );
  });
});

describe('reading a block', () => {
  it.each([
    ['10.0.0.0/8', [0x0a000000], 8],
    ['0.0.0.0/0', [0], 0],
    ['192.0.2.1/32', [0xc0000201], 32],
    ['2001:db8::/33', [0x20010db8, 0, 0, 0], 33],
    ['::/0', [0, 0, 0, 0], 0],
    ['::ffff:10.0.0.0/104', [0x0a000000], 8],
  ])('takes %s', (text, address, prefixLength) => {
    expect(parseAddressBlock(text)).toEqual({ address, prefixLength });
  });

  it.each([
    ['10.0.0.0', 'not a block'],
    ['10.0.0.0/', 'not a block'],
    ['10.0.0.0/8/8', 'not a block'],
    ['10.0.0.0/08', 'not a block'],
    ['10.0.0.0/-1', 'not a block'],
    ['10.0.0/8', '10.0.0 is not an address'],
    ['10.0.0.0/33', '/33 is out of range'],
    ['2001:db8::/129', '/129 is out of range'],
    ['::ffff:10.0.0.0/8', '/8 is out of range'],
    ['10.0.0.1/8', 'bits set beyond its prefix'],
    ['2001:db8::1/64', 'bits set beyond its prefix'],
    ['128.0.0.0/0', 'bits set beyond its prefix'],
  ])('refuses %s: %s', (text, reason) => {
    expect(parseAddressBlock(text)).toContain(reason);
  });
});
