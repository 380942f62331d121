import type { SignalName } from '../../model/signal-names.ts';
import { atLocalHour, type PersonDay, personDay, sittingsOf } from '../day.ts';
import type { Person } from '../people.ts';
import { bytesRead, namedUsers, type PlannedAccess, pause } from '../planned-access.ts';
import { draw, logNormal, type Random } from '../random.ts';
import { PROTECTED_REGION } from '../sitting.ts';
import { DAY, HOUR } from '../wall-clock.ts';
import type { World } from '../world.ts';

/** No attack begins in a run's last hours, so that all of it is in the events. */
const TIME_TO_FINISH = 3 * HOUR;

/** What an attack is written with: where and when it may happen, and who is still free to play it. */
export interface Stage {
  readonly world: World;
  readonly random: Random;
  /** The first day on which something may be hidden, from 0. */
  readonly firstDay: number;
  /** The attack's place in the list: spreads the attacks over the days that suit. */
  readonly turn: number;
  /**
   * Finds somebody who has not been cast yet and whose run is ordinary, but perhaps for a launch that is over.
   *
   * @param tryOut what this person would do, or nothing where they don't suit
   */
  readonly cast: <Role>(tryOut: (person: Person) => Role | undefined) => Role | undefined;
}

/** One attack as somebody carries it out. */
export interface PlannedAttack {
  /** Whoever does it, first of all the one in whose name the accesses are made. */
  readonly actors: readonly Person[];
  readonly accesses: readonly PlannedAccess[];
  readonly note: string;
}

/** A kind of attack. */
export interface Attack {
  readonly kind: string;
  /** The signal that should see it. */
  readonly signal: SignalName;
  /** @returns nothing when nobody in the company suits */
  readonly plan: (stage: Stage) => PlannedAttack | undefined;
}

export const isAbroad = (person: Person): boolean => person.place.country !== PROTECTED_REGION;

/**
 * The days on which a person really works, and on which an hour falls into the time for attacks.
 *
 * @param hour local, with fractions
 */
export function workdays({ world, firstDay }: Stage, person: Person, hour: number): readonly PersonDay[] {
  return Array.from({ length: world.days - firstDay }, (_, n) => personDay(world, person, firstDay + n)).filter(
    (today) => {
      const time = atLocalHour(world, today, hour);
      const inTime = time >= world.start + firstDay * DAY && time + TIME_TO_FINISH < world.end;
      return inTime && today.working && sittingsOf(world, today).length > 0;
    },
  );
}

/** One of a person's working days, another one for every attack in the list as far as there are enough. */
export function oneWorkday(stage: Stage, person: Person, hour: number): PersonDay | undefined {
  const days = workdays(stage, person, hour);
  return days[stage.turn % Math.max(1, days.length)];
}

/** Times of a row of accesses with human pauses. @param start epoch milliseconds */
export function timesFrom(random: Random, start: number, count: number, medianSeconds: number): readonly number[] {
  let time = start;
  return Array.from({ length: count }, (_, n) => {
    if (n > 0) time += pause(random, medianSeconds);
    return time;
  });
}

/**
 * A read of US users without a ticket that looks in every other respect like this person's own.
 *
 * @param time epoch milliseconds @param changes what is odd about it
 */
export function readOfUsUsers(
  { random }: Stage,
  { person, address, laptop }: PersonDay,
  time: number,
  changes: Partial<PlannedAccess> = {},
): PlannedAccess {
  const { team } = person;
  const count =
    changes.count ?? Math.max(1, Math.round(logNormal(random, team.usersARead.median, team.usersARead.spread)));
  return {
    time,
    actor: { id: person.id, type: 'employee' },
    source: team.source,
    ip: address,
    deviceId: laptop,
    action: draw(random, person.actions),
    dataset: draw(random, person.datasets),
    store: 'us-vault',
    region: PROTECTED_REGION,
    count,
    users: namedUsers(random, PROTECTED_REGION, count),
    bytes: bytesRead(random, count),
    denied: false,
    approval: undefined,
    ...changes,
  };
}
