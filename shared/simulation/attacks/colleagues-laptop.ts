import { MINUTE } from '../wall-clock.ts';
import { lastSeenAtWork } from './last-seen-at-work.ts';
import { type Attack, isAbroad, readOfUsUsers, timesFrom, workdays } from './stage.ts';

const READS = 16;
const MINUTES_LATER = 55;

/** A US employee has lent a login: it is used on the laptop of a colleague abroad, from that colleague's home. */
export const colleaguesLaptop: Attack = {
  kind: 'colleagues-laptop',
  signal: 'stolen-account',
  plan: (stage) => {
    const owner = stage.cast((person) => {
      const seen = isAbroad(person) ? undefined : lastSeenAtWork(stage, person);
      return seen && { person, seen };
    });
    const borrower = stage.cast((person) =>
      isAbroad(person) ? workdays(stage, person, person.startHour)[0] : undefined,
    );
    if (!owner || !borrower) return undefined;
    const { today, time: seenAt } = owner.seen;
    const accesses = timesFrom(stage.random, seenAt + MINUTES_LATER * MINUTE, READS, 40).map((time) =>
      readOfUsUsers(stage, today, time, { ip: borrower.homeAddress, deviceId: borrower.laptop }),
    );
    const note = `${owner.person.id}'s account on ${borrower.person.id}'s laptop in ${borrower.place.country}`;
    return { actors: [owner.person, borrower.person], accesses, note };
  },
};
