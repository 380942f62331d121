import { describe, expect, it } from 'vitest';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { ATTACKS } from '../../shared/simulation/attacks.ts';
import { buildCompany } from '../../shared/simulation/company.ts';

const DAY = 86_400_000;
const HOUR = DAY / 24;
const withoutId = (event: AccessEvent) => JSON.stringify({ ...event, id: '' });
const eventsOf = (attacks: boolean, seed: number) =>
  [...buildCompany({ seed, attacks }).events()].map(({ event }) => event);
const timeOf = ({ time }: AccessEvent) => Date.parse(time);
const groupSizes = (keys: readonly (string | number)[]) => [
  0,
  ...[...Map.groupBy(keys, (key) => key).values()].map(({ length }) => length),
];
const dayOf = (event: AccessEvent) => Math.floor(timeOf(event) / DAY);

function run(seed: number) {
  const company = buildCompany({ seed });
  const ordinary = eventsOf(false, seed);
  const known = new Set(ordinary.map(withoutId));
  const added = eventsOf(true, seed).filter((event) => !known.has(withoutId(event)));
  return { company, ordinary, added };
}

describe.each([10, 1, 2, 43])('attacks hidden in the company of seed %i', (seed) => {
  const { company, ordinary, added } = run(seed);
  const attack = (kind: string) => {
    const label = company.hidden.find((one) => one.kind === kind);
    const [account = ''] = label?.actors ?? [];
    return {
      label,
      account,
      accesses: added.filter(({ actor }) => actor.id === account),
      before: ordinary.filter(({ actor, time }) => actor.id === account && time < (label?.start ?? '')),
    };
  };
  const usReads = (events: readonly AccessEvent[]) => events.filter(({ subjects }) => subjects.region === 'US');

  it('are all there, each signal at least once, each by other people', () => {
    const actors = company.hidden.flatMap((label) => label.actors);

    expect(company.unplayed).toEqual([]);
    expect(company.hidden.map(({ kind }) => kind)).toEqual(ATTACKS.map(({ kind }) => kind));
    expect(new Set(company.hidden.map(({ signal }) => signal))).toEqual(
      new Set(['volume', 'novelty', 'odd-hours', 'refused-doors', 'stolen-account', 'targeted-lookups']),
    );
    expect(new Set(actors).size).toBe(actors.length);
    expect(new Set(company.hidden.map(({ id }) => id)).size).toBe(company.hidden.length);
  });

  it('begin on the seventeenth day at the earliest, and are over before the end', () => {
    for (const { start, end, kind } of company.hidden) {
      expect(Date.parse(start), kind).toBeGreaterThanOrEqual(company.start + 16 * DAY);
      expect(Date.parse(end), kind).toBeLessThan(company.end);
      expect(Date.parse(end), kind).toBeGreaterThan(Date.parse(start));
    }
  });

  it('are in the events from the first access to the last, and nothing else is added or taken away', () => {
    const withAttacks = new Set(eventsOf(true, seed).map(withoutId));

    expect(ordinary.filter((event) => !withAttacks.has(withoutId(event))).length).toBe(0);
    for (const { kind } of company.hidden) {
      const { label, accesses } = attack(kind);
      expect(
        accesses
          .map(({ time }) => time)
          .sort()
          .at(0),
        kind,
      ).toBe(label?.start);
      expect(
        accesses
          .map(({ time }) => time)
          .sort()
          .at(-1),
        kind,
      ).toBe(label?.end);
      expect(
        accesses.every((event) => event.subjects.region === 'US' && parseAccessEvent(event).ok),
        kind,
      ).toBe(true);
    }
    expect(new Set(added.map(({ actor }) => actor.id))).toEqual(
      new Set(company.hidden.map(({ actors: [account] }) => account)),
    );
  });

  it('fall on days on which the person also does their ordinary work', () => {
    for (const { kind } of company.hidden) {
      const { account, accesses } = attack(kind);
      const near = ordinary.filter(
        (event) => event.actor.id === account && Math.abs(timeOf(event) - timeOf(accesses[0] ?? event)) < 24 * HOUR,
      );
      expect(near.length, kind).toBeGreaterThan(0);
    }
  });

  it('burst: more reads of US users in an hour than ever before', () => {
    const { accesses, before } = attack('burst-in-one-sitting');
    const usual = groupSizes(usReads(before).map((event) => Math.floor(timeOf(event) / HOUR)));

    expect(accesses.length).toBeGreaterThan(1.8 * Math.max(...usual));
  });

  it('bulk: a few reads, but of far more US users than on any day before', () => {
    const { accesses, before } = attack('bulk-in-few-reads');
    const users = (events: readonly AccessEvent[]) =>
      events.reduce((sum, { subjects }) => sum + (subjects.count ?? 0), 0);
    const days = [...Map.groupBy(usReads(before), dayOf).values()].map(users);

    expect(accesses.length).toBeLessThan(8);
    expect(users(accesses)).toBeGreaterThan(3 * Math.max(0, ...days));
  });

  it('novelty: a data set that hardly anybody has read', () => {
    const { accesses, before } = attack('data-set-out-of-the-blue');
    const datasets = new Set(accesses.map(({ resource }) => resource.dataset));

    expect(before.filter(({ resource }) => datasets.has(resource.dataset)).length).toBe(0);
    expect(ordinary.filter(({ resource }) => datasets.has(resource.dataset)).length).toBeLessThan(10);
  });

  it('odd hours: a time of night at which the person has never worked', () => {
    const { accesses, before, account } = attack('night-reading');
    const timeZone = company.staff.find(({ id }) => id === account)?.timeZone;
    const hour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
    const atNight = (event: AccessEvent) => [1, 2, 3, 4].includes(Number(hour.format(timeOf(event))));

    expect(accesses.every(atNight)).toBe(true);
    expect(before.filter(atNight).length).toBe(0);
  });

  it('refused doors: more refusals, over more data sets, than on any day before', () => {
    const { accesses, before } = attack('trying-doors');
    const refused = (events: readonly AccessEvent[]) => events.filter(({ outcome }) => outcome === 'denied');

    expect(refused(accesses).length).toBeGreaterThan(2 * Math.max(...groupSizes(refused(before).map(dayOf))));
    expect(new Set(refused(accesses).map(({ resource }) => resource.dataset)).size).toBeGreaterThanOrEqual(4);
  });

  it('stolen accounts: on a machine the owner never had, abroad, within the hour of being at work', () => {
    for (const kind of ['account-taken-over', 'colleagues-laptop']) {
      const { accesses, account, label } = attack(kind);
      const own = ordinary.filter(({ actor }) => actor.id === account);
      const machines = new Set(accesses.map(({ network }) => network?.deviceId));
      const start = Date.parse(label?.start ?? '');

      expect(machines.size, kind).toBe(1);
      expect(
        own.filter(({ network }) => machines.has(network?.deviceId)),
        kind,
      ).toEqual([]);
      expect(
        own.some((event) => timeOf(event) < start && start - timeOf(event) <= HOUR),
        kind,
      ).toBe(true);
      const owners = new Set(
        ordinary.filter(({ network }) => machines.has(network?.deviceId)).map(({ actor }) => actor.id),
      );
      expect([...owners], kind).toEqual(label?.actors.slice(1));
    }
  });

  it('targeted look-ups: the same few users more often than any user without a ticket before', () => {
    const { accesses, before } = attack('watching-a-few');
    const users = (events: readonly AccessEvent[]) =>
      events.filter(({ approval }) => !approval).flatMap(({ subjects }) => subjects.ids ?? []);
    const watched = Map.groupBy(users(accesses), (id) => id);

    expect(watched.size).toBe(3);
    expect(new Set(accesses.map(dayOf)).size).toBeGreaterThanOrEqual(2);
    expect(Math.min(...[...watched.values()].map(({ length }) => length))).toBeGreaterThan(2);
    expect(accesses.length / 3).toBeGreaterThan(Math.max(...groupSizes(users(usReads(before)))));
  });
});

describe('attacks in companies too small or runs too short for them', () => {
  it('are left out by name', () => {
    const company = buildCompany({ people: 2, days: 3 });

    expect(company.hidden.length + company.unplayed.length).toBe(ATTACKS.length);
    expect(company.unplayed.length).toBeGreaterThan(5);
  });

  it('move forward in a week, so that working days are left', () => {
    const company = buildCompany({ days: 7 });

    expect(company.unplayed).toEqual([]);
    expect(company.firstAttackDay).toBeLessThan(5);
  });

  it('are none where none are wanted', () => {
    expect(buildCompany({ attacks: false })).toMatchObject({ hidden: [], unplayed: [] });
  });
});
