import { describe, expect, it } from 'vitest';
import { buildCompany } from '../../shared/simulation/company.ts';

const DAY = 86_400_000;
const company = buildCompany({ attacks: false });
const byActor = Map.groupBy(
  [...company.events()].map(({ event }) => event),
  ({ actor }) => actor.id,
);
const of = (kind: string) => company.occasions.filter((occasion) => occasion.kind === kind);
const eventsOf = (id: string, from: number, until: number) =>
  (byActor.get(id) ?? []).filter(({ time }) => {
    const day = (Date.parse(time) - company.start) / DAY;
    return day >= from && day < until;
  });

describe('honest occasions', () => {
  it('happen, each kind to somebody else', () => {
    const kinds = ['launch', 'leave', 'not-yet-hired', 'travel', 'new-laptop', 'on-call-night'];
    const alone = company.occasions.filter(({ kind }) => kind !== 'launch').map(({ person }) => person.id);

    expect(new Set(company.occasions.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(new Set(alone).size).toBe(alone.length);
  });

  it('keep people on leave, and those not hired yet, from reading anything', () => {
    for (const { person, fromDay, untilDay } of [...of('leave'), ...of('not-yet-hired')]) {
      // Days are local: a zone's day reaches 14 hours into the UTC days beside it.
      expect(eventsOf(person.id, fromDay + 0.6, untilDay - 0.6), person.id).toEqual([]);
      expect(eventsOf(person.id, untilDay, 21).length, person.id).toBeGreaterThan(20);
    }
  });

  it('let travellers work from another country with their own machine', () => {
    for (const occasion of of('travel')) {
      if (occasion.kind !== 'travel') continue;
      const { person, fromDay, untilDay, hotelAddress, place } = occasion;
      const devices = eventsOf(person.id, fromDay, untilDay).map(({ network }) => network?.deviceId);

      expect(place.country).not.toBe(person.place.country);
      expect(eventsOf(person.id, 0, fromDay - 1).some(({ network }) => network?.ip === hotelAddress)).toBe(false);
      expect(new Set([...devices, person.laptop, person.phone])).toEqual(new Set([person.laptop, person.phone]));
    }
  });

  it('replace a laptop for good', () => {
    for (const occasion of of('new-laptop')) {
      if (occasion.kind !== 'new-laptop') continue;
      const { person, fromDay, laptop } = occasion;
      const devices = (from: number, until: number) =>
        new Set(eventsOf(person.id, from, until).map(({ network }) => network?.deviceId));

      expect(devices(0, fromDay - 0.6).has(person.laptop)).toBe(true);
      expect(devices(0, fromDay - 0.6).has(laptop)).toBe(false);
      expect(devices(fromDay + 1, 21).has(laptop)).toBe(true);
      expect(devices(fromDay + 1, 21).has(person.laptop)).toBe(false);
    }
  });

  it('give one team, and no other, far more to do during a launch', () => {
    const [first] = of('launch');
    const from = first?.fromDay ?? 0;
    const busier = (isWanted: (team: string) => boolean) => {
      const ids = company.staff.filter(({ team }) => isWanted(team.name)).map(({ id }) => id);
      const count = (start: number, until: number) => ids.flatMap((id) => eventsOf(id, start, until)).length;
      return count(from, from + 2) / count(from - 7, from - 5);
    };

    expect(new Set(of('launch').map(({ person }) => person.team.name)).size).toBe(1);
    expect(busier((team) => team === first?.person.team.name)).toBeGreaterThan(1.4);
    expect(busier((team) => team !== first?.person.team.name)).toBeLessThan(1.3);
  });

  it('have somebody on call read at night, with a ticket', () => {
    for (const { person, fromDay } of of('on-call-night')) {
      const hour = new Intl.DateTimeFormat('en', { timeZone: person.timeZone, hour: 'numeric', hourCycle: 'h23' });
      const night = eventsOf(person.id, fromDay - 1, fromDay + 1).filter(({ time }) => {
        const local = Number(hour.format(Date.parse(time)));
        return local >= 1 && local < 4;
      });

      expect(night.length).toBeGreaterThan(3);
      expect(night.some(({ approval }) => approval)).toBe(person.place.country !== 'US');
    }
  });
});
