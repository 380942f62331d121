import { isWorkday } from './calendar.ts';
import { deviceId, PART, type Person } from './people.ts';
import { broadbandAddress, PLACES, type Place } from './places.ts';
import { below, pick, type Random, randomSource } from './random.ts';
import { DAY } from './wall-clock.ts';

/** Something honest that happens once to somebody: what a detector must not take for an attack. Days count from 0; `untilDay` is the first after it. */
export type Occasion = { readonly person: Person; readonly fromDay: number; readonly untilDay: number } & (
  | { readonly kind: 'leave' | 'not-yet-hired' | 'launch' | 'on-call-night' }
  | { readonly kind: 'travel'; readonly place: Place; readonly hotelAddress: string }
  | { readonly kind: 'new-laptop'; readonly laptop: string }
);

interface Calendar {
  readonly seed: number;
  readonly start: number;
  readonly days: number;
  readonly staff: readonly Person[];
}

/**
 * Deals out launches, leave, journeys, laptops, new hires and on-call nights, in proportion to the company. Person 0 gets
 * none, so that one person's whole history is ordinary.
 */
export function planOccasions(calendar: Calendar): readonly Occasion[] {
  const { seed, days, staff } = calendar;
  const random = randomSource(seed, PART.occasions);
  const taken = new Set<number>([0]);
  const every60 = (people: number) => Math.max(1, Math.round((people * staff.length) / 60));
  const times = <Made>(
    count: number,
    make: (person: Person) => Made,
    suits: (person: Person) => boolean = () => true,
  ) =>
    Array.from({ length: count }, () => freePerson(random, staff, taken, suits))
      .filter((person) => person !== undefined)
      .map(make);

  return [
    ...launch(calendar, random, taken),
    ...times(every60(2), (person): Occasion => {
      const fromDay = below(random, Math.ceil(days / 3));
      return { kind: 'leave', person, fromDay, untilDay: fromDay + Math.ceil(days / 3) + below(random, 4) };
    }),
    ...times(every60(1), (person): Occasion => {
      const untilDay = Math.ceil(days * (0.3 + 0.4 * random()));
      return { kind: 'not-yet-hired', person, fromDay: -1, untilDay };
    }),
    ...times(every60(2), (person): Occasion => {
      const fromDay = Math.floor(days * (0.5 + 0.4 * random()));
      const place = pick(
        random,
        PLACES.filter(({ country }) => country !== person.place.country),
      );
      const hotelAddress = broadbandAddress(random, place);
      return { kind: 'travel', person, fromDay, untilDay: fromDay + 3 + below(random, 4), place, hotelAddress };
    }),
    ...times(every60(2), (person): Occasion => {
      const fromDay = Math.floor(days * (0.4 + 0.5 * random()));
      return { kind: 'new-laptop', person, fromDay, untilDay: days, laptop: deviceId(seed, person.index, 2) };
    }),
    ...times(
      every60(1),
      (person): Occasion => {
        const fromDay = Math.floor(days * (0.6 + 0.35 * random()));
        return { kind: 'on-call-night', person, fromDay, untilDay: fromDay + 1 };
      },
      (person) => person.team.name === 'data-infra',
    ),
  ];
}

/** For two working days, at about two thirds of the run, one whole team has nearly twice as much to do. */
function launch({ start, days, staff }: Calendar, random: Random, taken: ReadonlySet<number>): readonly Occasion[] {
  const team = pick(random, staff).team;
  let fromDay = Math.floor((days * 2) / 3);
  while (fromDay < days && !isWorkday('GB', start + fromDay * DAY)) fromDay++;
  return staff
    .filter((person) => person.team === team && !taken.has(person.index))
    .map((person) => ({ kind: 'launch', person, fromDay, untilDay: fromDay + 2 }));
}

/** Somebody suitable to whom nothing has happened yet, or nobody after a fair search. */
function freePerson(
  random: Random,
  staff: readonly Person[],
  taken: Set<number>,
  suits: (person: Person) => boolean,
): Person | undefined {
  const first = below(random, staff.length);
  for (let step = 0; step < staff.length; step++) {
    const person = staff[(first + step) % staff.length];
    if (person && !taken.has(person.index) && suits(person)) {
      taken.add(person.index);
      return person;
    }
  }
  return undefined;
}
