import { isWorkday } from './calendar.ts';
import type { Occasion } from './occasions.ts';
import { PART, type Person } from './people.ts';
import { officeAddress, type Place } from './places.ts';
import { chance, poisson, type Random, randomSource } from './random.ts';
import { DAY, HOUR, wallToInstant } from './wall-clock.ts';
import type { World } from './world.ts';

/** People are ill, in workshops or on short leave about one working day in thirty. */
const DAY_MISSED = 0.03;
const LAUNCH_FACTOR = 1.8;
/** Local hours at which somebody on call is woken, and at it for a while. */
const NIGHT_CALLS = [1, 1.9, 2.8];

/** Where and how one person works on one day of their local calendar. */
export interface PersonDay {
  readonly person: Person;
  readonly day: number;
  /** False on leave and before the first day in the company. */
  readonly employed: boolean;
  /** Whether it is a working day on which the person really works. */
  readonly working: boolean;
  /** Where the person sits today: abroad when travelling. */
  readonly place: Place;
  readonly timeZone: string;
  readonly away: boolean;
  readonly atHome: boolean;
  readonly address: string;
  readonly homeAddress: string;
  readonly laptop: string;
  readonly launch: boolean;
  readonly onCallTonight: boolean;
}

/** One stretch of work: what a person does without a long break. */
export interface Sitting {
  readonly personDay: PersonDay;
  readonly ordinal: number;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly purpose: 'work' | 'evening' | 'incident';
}

/** @param day local calendar day, 0 is the first of the run; −1 reaches into it where clocks are behind UTC */
export function personDay(world: World, person: Person, day: number): PersonDay {
  const random = randomSource(world.seed, PART.day, person.index, day);
  const now = (world.occasions.get(person.index) ?? []).filter(
    ({ fromDay, untilDay }) => day >= fromDay && day < untilDay,
  );
  const of = <Kind extends Occasion['kind']>(kind: Kind) =>
    now.find((occasion): occasion is Extract<Occasion, { kind: Kind }> => occasion.kind === kind);
  const travel = of('travel');
  const place = travel?.place ?? person.place;
  const employed = !of('leave') && !of('not-yet-hired');
  const missed = chance(random, DAY_MISSED);
  const atHome = chance(random, person.homeDayShare);
  const homeAddress = travel?.hotelAddress ?? person.homeAddress;
  const office = travel ? officeAddress(random, place) : person.officeAddress;
  return {
    person,
    day,
    employed,
    working: employed && !missed && isWorkday(place.country, world.start + day * DAY),
    place,
    timeZone: travel ? (place.timeZones[0] ?? person.timeZone) : person.timeZone,
    away: travel !== undefined,
    atHome,
    address: atHome ? homeAddress : office,
    homeAddress,
    laptop: of('new-laptop')?.laptop ?? person.laptop,
    launch: of('launch') !== undefined,
    onCallTonight: of('on-call-night') !== undefined,
  };
}

/**
 * The instant of a local hour on a person's day.
 *
 * @param hour 0 to 24 with fractions, as the clocks on the wall show it
 */
export const atLocalHour = (world: World, { day, timeZone }: PersonDay, hour: number): number =>
  wallToInstant(timeZone, world.start + day * DAY + Math.round(hour * HOUR));

/** All the sittings of one person's day, in no order. */
export function sittingsOf(world: World, today: PersonDay): readonly Sitting[] {
  const { person } = today;
  if (!today.employed) return [];
  const random = randomSource(world.seed, PART.sittings, person.index, today.day);
  const sitting = (ordinal: number, purpose: Sitting['purpose'], hour: number): Sitting => ({
    personDay: today,
    ordinal,
    start: atLocalHour(world, today, hour),
    purpose,
  });
  const nights = today.onCallTonight ? NIGHT_CALLS : [];
  const calls = nights.map((hour, ordinal) => sitting(ordinal, 'incident', hour));
  if (!today.working) {
    const dayOff = chance(random, person.dayOffChance) ? [sitting(calls.length, 'evening', 10 + 11 * random())] : [];
    return [...calls, ...dayOff];
  }
  const count = poisson(random, person.team.sittingsADay * person.pace * (today.launch ? LAUNCH_FACTOR : 1));
  const work = Array.from({ length: count }, (_, n) =>
    chance(random, person.eveningShare)
      ? sitting(calls.length + n, 'evening', 19.5 + 3 * random())
      : sitting(calls.length + n, 'work', workHour(random, person)),
  );
  return [...calls, ...work];
}

/** More in the middle of the morning and of the afternoon than at the edges, little over lunch. */
function workHour(random: Random, { startHour, hoursLong }: Person): number {
  const middling = (random() + random()) / 2;
  const lunch = startHour + 3.3;
  return chance(random, 0.45) ? startHour + 3.3 * middling : lunch + 0.8 + Math.max(1, hoursLong - 4.3) * middling;
}
