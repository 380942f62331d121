import type { AccessEvent } from '../model/access-event.ts';
import { isCountry } from '../model/country.ts';
import { lookUpNetwork, type Network, type Networks } from '../model/networks.ts';
import type { Settings } from '../model/settings.ts';
import type { AddressTable } from './address-country.ts';

/** Where somebody was at the time of an access, and how we know. */
export interface Location {
  /** From the directory; undefined for somebody it doesn't know. */
  readonly homeCountry: string | undefined;
  /** The country that counts; undefined where there is nothing to go by. */
  readonly locatedIn: string | undefined;
  /** Whether `locatedIn` was observed, not assumed from the directory. */
  readonly trusted: boolean;
  /** The company's own network that the address belongs to. */
  readonly network: Pick<Network, 'label' | 'kind'> | undefined;
  /** What `locatedIn` rests on: the address, the producer's `country`, the directory's home country, or nothing. */
  readonly basis: 'address' | 'declared' | 'home' | 'unknown';
}

/**
 * Says where an access came from. In this order:
 *
 * 1. An address in a `vpn` or `cloud` network says nothing: the home country is assumed. The producer's `country` doesn't
 *    count either, because whoever sees such an address takes the exit's country for the person's.
 * 2. An address in an `office` network: the office's country.
 * 3. An address that the table knows: its country.
 * 4. No address, or one without a country (private, reserved, unlisted): the country that the producer declares. It stands in
 *    for the address's country and is trusted like it: `country` is to count there, only trusted locations count for who is
 *    foreign, and the address is the same producer's word. A code that stands for no country says nothing.
 * 5. Otherwise the home country is assumed.
 *
 * @param network the event's `network`
 * @param homeCountry from the directory; undefined for an unknown actor
 */
export function locate(
  network: AccessEvent['network'],
  homeCountry: string | undefined,
  networks: Networks,
  addressCountry: AddressTable,
): Location {
  const ip = network?.ip;
  const own = ip === undefined ? undefined : lookUpNetwork(networks, ip);
  if (own && own.kind !== 'office') return assumeHome(homeCountry, own);
  const resolved = own ? own.country : ip === undefined ? undefined : addressCountry(ip);
  if (resolved !== undefined) return observed('address', resolved, homeCountry, own);
  if (network?.country !== undefined && isCountry(network.country))
    return observed('declared', network.country, homeCountry, own);
  return assumeHome(homeCountry, own);
}

/**
 * Whether an access is by somebody foreign, and so judged on everything. Nationality never enters.
 *
 * - Home outside the home countries: foreign, wherever they are now.
 * - Home within them: foreign only while at a trusted location outside them.
 * - Unknown actor: foreign, unless at a trusted location within the home countries.
 */
export function isForeign(location: Location, settings: Pick<Settings, 'homeCountries'>): boolean {
  const isHome = (country: string | undefined) => country !== undefined && settings.homeCountries.includes(country);
  if (location.homeCountry === undefined) return !(location.trusted && isHome(location.locatedIn));
  return !isHome(location.homeCountry) || (location.trusted && !isHome(location.locatedIn));
}

function observed(
  basis: 'address' | 'declared',
  country: string,
  homeCountry: string | undefined,
  own: Network | undefined,
): Location {
  return { homeCountry, locatedIn: country, trusted: true, network: labelled(own), basis };
}

function assumeHome(homeCountry: string | undefined, own: Network | undefined): Location {
  const basis = homeCountry === undefined ? 'unknown' : 'home';
  return { homeCountry, locatedIn: homeCountry, trusted: false, network: labelled(own), basis };
}

const labelled = (own: Network | undefined) => own && { label: own.label, kind: own.kind };
