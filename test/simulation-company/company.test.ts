import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseDirectoryCsv } from '../../shared/formats/directory-csv.ts';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { parseNetworks } from '../../shared/model/networks.ts';
import { buildCompany, type Company, InvalidCompanyOption } from '../../shared/simulation/company.ts';
import { directoryText, eventChunks, networksText } from '../../shared/simulation/run-files.ts';
import { TEAMS } from '../../shared/simulation/teams.ts';

const SEEDS = [1, 2, 3, 2 ** 32 - 1];
// A digest, because a failed comparison of megabytes of text takes minutes to print.
const digestOf = (company: Company) =>
  [...eventChunks(company)].reduce((hash, chunk) => hash.update(chunk), createHash('sha256')).digest('hex');
const company = buildCompany();
const deliveries = [...company.events()];
const people = new Map(company.directoryRows.map((row) => [row.employeeId, row]));
const isForeign = (id: string) => people.get(id)?.type === 'employee' && people.get(id)?.homeCountry !== 'US';

describe('a simulated company', () => {
  it('is the same, byte for byte, for the same seed, and another one for another seed', () => {
    const options = { people: 20, days: 4 };

    expect(digestOf(buildCompany({ ...options, seed: 5 }))).toBe(digestOf(buildCompany({ ...options, seed: 5 })));
    const again = buildCompany({ ...options, seed: 5 });
    expect(digestOf(again)).toBe(digestOf(again));
    expect(digestOf(buildCompany({ ...options, seed: 6 }))).not.toBe(digestOf(buildCompany({ ...options, seed: 5 })));
  });

  it('has other people for another seed', () => {
    const homes = (seed: number) => buildCompany({ seed, attacks: false }).staff.map(({ homeAddress }) => homeAddress);

    expect(homes(5).filter((home, i) => home === homes(6)[i])).toEqual([]);
  });

  it('reports accesses that are valid, every one', () => {
    const failures = deliveries.map(({ event }) => parseAccessEvent(event)).filter(({ ok }) => !ok);

    expect(failures.slice(0, 3)).toEqual([]);
    expect(deliveries.length).toBeGreaterThan(25_000);
    expect(deliveries.length).toBeLessThan(40_000);
  });

  it('delivers in the order of arrival, never before the access, some late and some twice', () => {
    const arrivals = deliveries.map(({ arrival }) => arrival);
    const delays = deliveries.map(({ arrival, event }) => arrival - Date.parse(event.time));
    const times = new Map<string, number>();
    for (const { event } of deliveries) times.set(event.id, (times.get(event.id) ?? 0) + 1);

    expect(arrivals.filter((arrival, i) => arrival < (arrivals[i - 1] ?? 0)).length).toBe(0);
    expect(Math.min(...delays)).toBeGreaterThan(0);
    const share = (count: number) => count / deliveries.length;
    expect(share(delays.filter((delay) => delay > 300_000).length)).toBeGreaterThan(0.001);
    expect(share(delays.filter((delay) => delay > 300_000).length)).toBeLessThan(0.01);
    expect(Math.max(...times.values())).toBe(2);
    expect(share([...times.values()].filter((count) => count === 2).length)).toBeGreaterThan(0.0005);
    expect(share([...times.values()].filter((count) => count === 2).length)).toBeLessThan(0.005);
  });

  it('has people whose accesses overtake one another', () => {
    const overtaken = deliveries.filter(({ event }, i) => {
      const before = deliveries[i - 1]?.event;
      return before && before.time > event.time && before.actor.id !== event.actor.id;
    });

    expect(overtaken.length).toBeGreaterThan(100);
  });

  it('gives different accesses different ids', () => {
    const byId = Map.groupBy(deliveries, ({ event }) => event.id);

    for (const [id, same] of byId) {
      expect(new Set(same.map(({ event }) => JSON.stringify(event))).size, id).toBe(1);
    }
  });

  it('keeps to its days', () => {
    const times = deliveries.map(({ event }) => Date.parse(event.time));

    expect(Math.min(...times)).toBeGreaterThanOrEqual(company.start);
    expect(Math.max(...times)).toBeLessThan(company.end);
  });

  it.each(SEEDS)(
    'has foreign staff of whose reads a tenth to a fifth concern US users, more in some hands: seed %i',
    (seed) => {
      const other = buildCompany({ seed, attacks: false });
      const homes = new Map(other.staff.map(({ id, place }) => [id, place.country]));
      const counts = new Map<string, { reads: number; protected: number }>();
      for (const { event } of other.events()) {
        const count = counts.get(event.actor.id) ?? { reads: 0, protected: 0 };
        count.reads++;
        if (event.subjects.region === 'US') count.protected++;
        counts.set(event.actor.id, count);
      }
      const shareOf = (isWanted: (country: string) => boolean) => {
        const wanted = [...counts].filter(([id]) => isWanted(homes.get(id) ?? 'service')).map(([, count]) => count);
        const sum = (field: 'reads' | 'protected') => wanted.reduce((total, count) => total + count[field], 0);
        return sum('protected') / sum('reads');
      };
      const shares = [...counts]
        .filter(([id, { reads }]) => !['US', undefined].includes(homes.get(id)) && reads > 50)
        .map(([, count]) => count.protected / count.reads)
        .sort((a, b) => a - b);

      expect(shareOf((country) => country !== 'US' && country !== 'service')).toBeGreaterThan(0.1);
      expect(shareOf((country) => country !== 'US' && country !== 'service')).toBeLessThan(0.2);
      expect(shareOf((country) => country === 'US')).toBeGreaterThan(0.7);
      for (const country of ['CN', 'SG', 'IN', 'IE', 'GB', 'PH', 'BR', 'DE']) {
        expect(
          shareOf((home) => home === country),
          country,
        ).toBeGreaterThan(0.02);
        expect(
          shareOf((home) => home === country),
          country,
        ).toBeLessThan(0.4);
      }
      expect(shares.at(-5)).toBeGreaterThan(2.5 * (shares[4] ?? 1));
    },
  );

  it('gives tickets to some of the reads of US users abroad, and refuses a few', () => {
    const reads = deliveries
      .map(({ event }) => event)
      .filter((event) => isForeign(event.actor.id) && event.subjects.region === 'US');
    const ticketed = reads.filter(({ approval }) => approval).length / reads.length;
    const refused = deliveries.filter(({ event }) => event.outcome === 'denied').length / deliveries.length;

    expect(ticketed).toBeGreaterThan(0.25);
    expect(ticketed).toBeLessThan(0.7);
    expect(refused).toBeGreaterThan(0.002);
    expect(refused).toBeLessThan(0.02);
  });

  it('has people of one team with very different shares of US users', () => {
    for (const team of TEAMS) {
      const shares = buildCompany({ people: 600, attacks: false })
        .staff.filter((person) => person.team === team && person.place.country !== 'US')
        .map(({ protectedShare }) => protectedShare)
        .sort((a, b) => a - b);

      expect(shares.at(Math.floor(shares.length * 0.9)), team.name).toBeGreaterThan(
        2 * (shares[Math.floor(shares.length * 0.1)] ?? 1),
      );
    }
  });

  it('refuses several times in a row where a grant has run out', () => {
    const refused = [...buildCompany({ attacks: false }).events()]
      .map(({ event }) => event)
      .filter(({ outcome }) => outcome === 'denied');
    const rows = [
      ...Map.groupBy(
        refused,
        ({ actor, resource, time }) => `${actor.id} ${resource.dataset} ${time.slice(0, 13)}`,
      ).values(),
    ];

    expect(rows.filter(({ length }) => length > 1).length).toBeGreaterThan(10);
    expect(rows.filter(({ length }) => length === 1).length).toBeGreaterThan(10);
    expect(Math.max(...rows.map(({ length }) => length))).toBeLessThan(8);
  });

  it('works in the daytime of wherever people sit, and little on days off', () => {
    for (const country of ['US', 'CN', 'IE', 'BR']) {
      const staff = company.staff.filter(({ place }) => place.country === country);
      const hours = staff.flatMap(({ id, timeZone }) => {
        const hour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
        return deliveries
          .filter(({ event }) => event.actor.id === id)
          .map(({ event }) => Number(hour.format(Date.parse(event.time))));
      });
      const daytime = hours.filter((hour) => hour >= 8 && hour < 20).length;
      expect(daytime / hours.length, country).toBeGreaterThan(0.85);
      expect(daytime / hours.length, country).toBeLessThan(1);
    }
    const weekend = deliveries.filter(
      ({ event }) => isForeign(event.actor.id) && [0, 6].includes(new Date(event.time).getUTCDay()),
    );
    expect(weekend.length).toBeGreaterThan(50);
    expect(weekend.length / deliveries.length).toBeLessThan(0.05);
  });

  it.each(SEEDS)('has e-00042 abroad, busy and without any incident: seed %i', (seed) => {
    const other = buildCompany({ seed });
    const own = [...other.events()].map(({ event }) => event).filter(({ actor }) => actor.id === 'e-00042');
    const row = other.directoryRows.find(({ employeeId }) => employeeId === 'e-00042');

    expect(row?.homeCountry).not.toBe('US');
    expect(own.length).toBeGreaterThan(200);
    expect(own.filter(({ subjects }) => subjects.region === 'US').length).toBeGreaterThan(20);
    expect(other.hidden.flatMap(({ actors }) => actors)).not.toContain('e-00042');
    expect(other.occasions.map(({ person }) => person.id)).not.toContain('e-00042');
  });

  it('has everybody in the directory, hired before they read anything', () => {
    const strangers = deliveries.filter(({ event }) => {
      const row = people.get(event.actor.id);
      return !row || row.type !== event.actor.type || row.effectiveFrom > Date.parse(event.time);
    });

    expect(strangers.slice(0, 3)).toEqual([]);
    expect(new Set(company.directoryRows.map(({ team }) => team))).toEqual(new Set(TEAMS.map(({ name }) => name)));
    expect(company.directoryRows.filter(({ type }) => type === 'employee')).toHaveLength(60);
    expect(company.directoryRows.filter(({ effectiveFrom }) => effectiveFrom > company.start)).toHaveLength(1);
  });

  it('writes a directory and networks that the product reads back', () => {
    const directory = parseDirectoryCsv(directoryText(company));
    const networks = parseNetworks(JSON.parse(networksText(company)));

    expect(directory).toEqual({ ok: true, rows: company.directoryRows, warnings: [] });
    expect(networks.ok).toBe(true);
    expect(new Set(company.networks.map(({ kind }) => kind))).toEqual(new Set(['vpn', 'office', 'cloud']));
  });

  it('keeps each team to data of its own, apart from a few curious looks', () => {
    for (const team of TEAMS) {
      const members = new Set(company.staff.filter((person) => person.team === team).map(({ id }) => id));
      const attackers = new Set(company.hidden.flatMap(({ actors }) => actors));
      const reads = deliveries.filter(({ event: { actor } }) => members.has(actor.id) && !attackers.has(actor.id));
      const own: ReadonlySet<string> = new Set(team.datasets.map(([dataset]) => dataset));
      const elsewhere = reads.filter(({ event }) => !own.has(event.resource.dataset)).length / reads.length;
      expect(elsewhere, team.name).toBeLessThan(0.03);
    }
  });

  it.each([
    [{ seed: -1 }, 'seed'],
    [{ seed: 2 ** 32 }, 'seed'],
    [{ people: 0 }, 'people'],
    [{ people: 1.5 }, 'people'],
    [{ days: Number.NaN }, 'days'],
    [{ start: '2026-02-30' }, 'start'],
    [{ start: 'monday' }, 'start'],
  ])('refuses %j and names the option', (options, name) => {
    expect(() => buildCompany(options)).toThrow(InvalidCompanyOption);
    expect(() => buildCompany(options)).toThrow(name);
  });
});
