import { describe, expect, it } from 'vitest';
import { parseNetworks } from '../../shared/model/networks.ts';
import { isForeign, locate } from '../../shared/pipeline/locate.ts';

const parsed = parseNetworks([
  { cidr: '198.18.10.0/24', label: 'corp-vpn-us', kind: 'vpn', country: 'US' },
  { cidr: '52.0.0.0/8', label: 'aws', kind: 'cloud', country: 'US' },
  { cidr: '10.20.0.0/16', label: 'shanghai', kind: 'office', country: 'CN' },
  { cidr: '10.30.0.0/16', label: 'austin', kind: 'office', country: 'US' },
]);
if (!parsed.ok) throw new Error(parsed.errors.join());
const { networks } = parsed;

const COUNTRIES: Readonly<Record<string, string>> = {
  '8.8.8.8': 'US',
  '36.110.4.7': 'CN',
  '103.1.1.1': 'SG',
  '52.1.1.1': 'IE',
  '198.18.10.5': 'US',
};
const addressCountry = (ip: string) => COUNTRIES[ip];

const US_ADDRESS = { ip: '8.8.8.8' };
const CHINESE_ADDRESS = { ip: '36.110.4.7' };
const VPN = { ip: '198.18.10.5' };
const CLOUD = { ip: '52.1.1.1' };
const SHANGHAI = { ip: '10.20.1.1' };
const AUSTIN = { ip: '10.30.1.1' };
const UNRESOLVABLE = { ip: '192.168.0.1' };
const UNKNOWN = undefined;

describe('locating an access', () => {
  it.each([
    ['an address decides', US_ADDRESS, 'CN', 'US', true, 'address'],
    ['also for unknown actors', US_ADDRESS, UNKNOWN, 'US', true, 'address'],
    ['an address beats what the producer declares', { ...US_ADDRESS, country: 'CN' }, 'US', 'US', true, 'address'],
    ['a VPN says nothing', VPN, 'CN', 'CN', false, 'home'],
    ['a VPN says nothing of unknown actors either', VPN, UNKNOWN, undefined, false, 'unknown'],
    ['a VPN beats what the producer declares', { ...VPN, country: 'US' }, 'CN', 'CN', false, 'home'],
    ['a cloud says nothing', CLOUD, 'US', 'US', false, 'home'],
    ['an office says where it is', SHANGHAI, 'US', 'CN', true, 'address'],
    ['an office beats what the producer declares', { ...SHANGHAI, country: 'US' }, 'US', 'CN', true, 'address'],
    ['an unresolvable address falls back to the home country', UNRESOLVABLE, 'SG', 'SG', false, 'home'],
    ['and to nothing for unknown actors', UNRESOLVABLE, UNKNOWN, undefined, false, 'unknown'],
    [
      'a declared country counts where no address resolves',
      { ...UNRESOLVABLE, country: 'CN' },
      'US',
      'CN',
      true,
      'declared',
    ],
    ['a declared country counts where there is no address', { country: 'CN' }, 'US', 'CN', true, 'declared'],
    ['a declared code of no country says nothing', { country: 'XX' }, 'US', 'US', false, 'home'],
    ['a declared country counts for unknown actors', { country: 'US' }, UNKNOWN, 'US', true, 'declared'],
    ['without a network the home country is assumed', undefined, 'SG', 'SG', false, 'home'],
    ['without anything nothing is', undefined, UNKNOWN, undefined, false, 'unknown'],
    ['a device alone says nothing', { deviceId: 'd-1' }, 'SG', 'SG', false, 'home'],
  ] as const)('%s', (_, network, home, locatedIn, trusted, basis) => {
    const location = locate(Object.freeze(network), home, networks, addressCountry);
    expect(location).toMatchObject({ homeCountry: home, locatedIn, trusted, basis });
  });

  it.each([
    [VPN, { label: 'corp-vpn-us', kind: 'vpn' }],
    [CLOUD, { label: 'aws', kind: 'cloud' }],
    [SHANGHAI, { label: 'shanghai', kind: 'office' }],
    [US_ADDRESS, undefined],
    [undefined, undefined],
  ])('names the network of %j: %j', (network, expected) => {
    expect(locate(network, 'US', networks, addressCountry).network).toEqual(expected);
  });
});

describe('who is foreign', () => {
  it.each([
    ['home abroad, at home', 'CN', CHINESE_ADDRESS, true],
    ['home abroad, visiting the US', 'CN', US_ADDRESS, true],
    ['home abroad, in the Austin office', 'CN', AUSTIN, true],
    ['home abroad, on the US VPN', 'CN', VPN, true],
    ['home abroad, no address', 'CN', undefined, true],
    ['US resident at home', 'US', US_ADDRESS, false],
    ['US resident abroad', 'US', CHINESE_ADDRESS, true],
    ['US resident in a third country', 'US', { ip: '103.1.1.1' }, true],
    ['US resident in the Shanghai office', 'US', SHANGHAI, true],
    ['US resident on the VPN', 'US', VPN, false],
    ['US resident on a cloud machine that the table puts abroad', 'US', CLOUD, false],
    ['US resident at an unresolvable address', 'US', UNRESOLVABLE, false],
    ['US resident, no address', 'US', undefined, false],
    ['US resident whom the producer sees abroad', 'US', { country: 'CN' }, true],
    ['US resident at a US address whom the producer sees abroad', 'US', { ...US_ADDRESS, country: 'CN' }, false],
    ['US resident on the VPN whom the producer sees abroad', 'US', { ...VPN, country: 'CN' }, false],
    ['unknown at a US address', UNKNOWN, US_ADDRESS, false],
    ['unknown in the Austin office', UNKNOWN, AUSTIN, false],
    ['unknown whom the producer sees in the US', UNKNOWN, { country: 'US' }, false],
    ['unknown abroad', UNKNOWN, CHINESE_ADDRESS, true],
    ['unknown on the US VPN', UNKNOWN, VPN, true],
    ['unknown on a cloud machine', UNKNOWN, CLOUD, true],
    ['unknown at an unresolvable address', UNKNOWN, UNRESOLVABLE, true],
    ['unknown, no address', UNKNOWN, undefined, true],
  ] as const)('%s', (_, home, network, foreign) => {
    const location = locate(network, home, networks, addressCountry);
    expect(isForeign(location, { homeCountries: ['US'] })).toBe(foreign);
  });

  it('believes only trusted locations, of whomever', () => {
    const assumed = { trusted: false, network: undefined, basis: 'home' } as const;
    expect(isForeign({ ...assumed, homeCountry: 'US', locatedIn: 'CN' }, { homeCountries: ['US'] })).toBe(false);
    expect(isForeign({ ...assumed, homeCountry: undefined, locatedIn: 'US' }, { homeCountries: ['US'] })).toBe(true);
  });

  it('knows several home countries', () => {
    const inSingapore = locate({ ip: '103.1.1.1' }, 'US', networks, addressCountry);
    expect(isForeign(inSingapore, { homeCountries: ['US', 'SG'] })).toBe(false);
    expect(isForeign(locate(US_ADDRESS, 'SG', networks, addressCountry), { homeCountries: ['US', 'SG'] })).toBe(false);
  });
});
