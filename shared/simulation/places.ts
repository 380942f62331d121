import type { Network } from '../model/networks.ts';
import { type AddressRange, addressIn, addressRange } from './address-blocks.ts';
import { pick, type Random, type Weighted, weigh } from './random.ts';

/** A country in which the company has people: their clocks, their addresses and the users they look after. */
export interface Place {
  readonly country: string;
  readonly timeZones: readonly string[];
  /** Local hour at which most people begin. */
  readonly opens: number;
  /** Lines to homes and hotels, by carrier. */
  readonly broadband: readonly AddressRange[];
  readonly mobile: readonly AddressRange[];
  readonly office: Network;
  /** Countries of the users, outside the US, that this office serves. */
  readonly audience: Weighted<string>;
  /** Where the data of those users is kept. */
  readonly store: string;
}

const place = (
  country: string,
  timeZones: string,
  opens: number,
  store: string,
  office: string,
  networks: { readonly broadband: string; readonly mobile: string },
  audience: Readonly<Record<string, number>>,
): Place => ({
  country,
  timeZones: timeZones.split(' '),
  opens,
  broadband: networks.broadband.split(' ').map(addressRange),
  mobile: networks.mobile.split(' ').map(addressRange),
  office: { cidr: office, label: `office-${country.toLowerCase()}`, kind: 'office', country },
  audience: weigh(Object.entries(audience)),
  store,
});

/** Blocks of carriers that sell to the public. Every one of them resolves to its country in DB-IP's country table. */
export const PLACES: readonly Place[] = [
  // Comcast, Verizon Fios; T-Mobile, Verizon Wireless.
  place(
    'US',
    'America/New_York America/Los_Angeles',
    9,
    'us-vault',
    '24.60.255.0/24',
    { broadband: '24.60.0.0/16 71.192.0.0/16 96.224.0.0/16', mobile: '172.56.0.0/16 70.192.0.0/16 2600:1000::/32' },
    { CA: 4, MX: 4, GB: 1 },
  ),
  // China Telecom Shanghai, China Unicom Beijing; China Mobile.
  place(
    'CN',
    'Asia/Shanghai',
    10,
    'apac-lake',
    '58.32.255.0/24',
    { broadband: '58.32.0.0/16 101.80.0.0/16 221.216.0.0/16', mobile: '112.10.0.0/16 120.192.0.0/16 2409:8a00::/32' },
    { ID: 5, VN: 4, TH: 3, JP: 3, BR: 2 },
  ),
  // SingNet, StarHub; M1.
  place(
    'SG',
    'Asia/Singapore',
    9,
    'apac-lake',
    '219.74.255.0/24',
    { broadband: '219.74.0.0/16 121.6.0.0/16 58.182.0.0/16', mobile: '49.245.0.0/16' },
    { ID: 5, MY: 3, TH: 3, VN: 3, JP: 2 },
  ),
  // Virgin Media, Vodafone, eir; Three.
  place(
    'IE',
    'Europe/Dublin',
    9,
    'emea-lake',
    '89.100.255.0/24',
    { broadband: '89.100.0.0/16 109.76.0.0/16 87.32.0.0/16', mobile: '92.251.128.0/17 178.167.128.0/17' },
    { GB: 4, FR: 4, DE: 3, ES: 3, PL: 2 },
  ),
  // BSNL, Airtel; Vi, Jio.
  place(
    'IN',
    'Asia/Kolkata',
    10,
    'apac-lake',
    '122.160.255.0/24',
    { broadband: '59.92.0.0/16 122.160.0.0/16', mobile: '42.104.0.0/16 49.32.0.0/16 2409:4000::/32' },
    { ID: 3, PH: 2, AU: 2, AE: 2, GB: 1 },
  ),
  // Virgin Media, Sky, BT; Three, EE.
  place(
    'GB',
    'Europe/London',
    9,
    'emea-lake',
    '109.144.255.0/24',
    { broadband: '82.0.0.0/16 90.192.0.0/16 109.144.0.0/16', mobile: '188.28.0.0/16 31.64.0.0/16' },
    { GB: 6, FR: 2, ES: 2, NL: 1 },
  ),
  // PLDT, Globe; Smart.
  place(
    'PH',
    'Asia/Manila',
    9,
    'apac-lake',
    '124.104.255.0/24',
    { broadband: '124.104.0.0/16 122.52.0.0/16 120.28.0.0/16', mobile: '121.54.0.0/17 203.87.128.0/17' },
    { PH: 4, AU: 4, CA: 3, GB: 2 },
  ),
  // Claro.
  place(
    'BR',
    'America/Sao_Paulo',
    9,
    'latam-lake',
    '201.80.255.0/24',
    { broadband: '201.80.0.0/16 189.60.0.0/16 186.220.0.0/16', mobile: '179.240.0.0/16 187.24.0.0/16' },
    { BR: 7, MX: 2, AR: 2, PT: 1 },
  ),
  // Deutsche Telekom, Vodafone; O2.
  place(
    'DE',
    'Europe/Berlin',
    9,
    'emea-lake',
    '79.192.255.0/24',
    { broadband: '79.192.0.0/16 91.0.0.0/16 95.88.0.0/16', mobile: '176.0.0.0/16 176.4.0.0/16' },
    { DE: 6, AT: 2, CH: 1, PL: 2 },
  ),
];

const byCountry = new Map(PLACES.map((one) => [one.country, one]));

/** @throws RangeError when the company has nobody there */
export function placeIn(country: string): Place {
  const found = byCountry.get(country);
  if (!found) throw new RangeError(`the company has nobody in ${country}`);
  return found;
}

/** A home's or a hotel's address. */
export const broadbandAddress = (random: Random, { broadband }: Place): string =>
  addressIn(random, pick(random, broadband));

/** Mobile carriers hand out another address nearly every time. */
export const mobileAddress = (random: Random, { mobile }: Place): string => addressIn(random, pick(random, mobile));

/** The whole office leaves through one of four addresses. */
export function officeAddress(random: Random, { office }: Place): string {
  return office.cidr.replace(/\.0\/24$/, `.${10 + Math.floor(random() * 4)}`);
}

/** Blocks reserved for documentation (RFC 5737): they belong to nobody and resolve to no country. */
export const VPN_EXITS: readonly Network[] = [
  { cidr: '192.0.2.0/24', label: 'vpn-ashburn', kind: 'vpn', country: 'US' },
  { cidr: '198.51.100.0/24', label: 'vpn-singapore', kind: 'vpn', country: 'SG' },
];
export const BATCH_CLOUD: Network = {
  cidr: '203.0.113.0/24',
  label: 'batch-cloud',
  kind: 'cloud',
  country: 'US',
};

/** Everything that networks.json says. */
export const KNOWN_NETWORKS: readonly Network[] = [...VPN_EXITS, BATCH_CLOUD, ...PLACES.map(({ office }) => office)];
