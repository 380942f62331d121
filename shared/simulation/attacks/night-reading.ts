import { atLocalHour } from '../day.ts';
import { type Attack, isAbroad, oneWorkday, readOfUsUsers, timesFrom } from './stage.ts';

const READS = 30;
const HOUR_OF_NIGHT = 2.2;

/** Ordinary reads, from home, in the middle of the night of somebody who works by day. */
export const nightReading: Attack = {
  kind: 'night-reading',
  signal: 'odd-hours',
  plan: (stage) =>
    stage.cast((person) => {
      if (!isAbroad(person) || person.eveningShare > 0.05) return undefined;
      const today = oneWorkday(stage, person, HOUR_OF_NIGHT);
      if (!today) return undefined;
      const times = timesFrom(stage.random, atLocalHour(stage.world, today, HOUR_OF_NIGHT), READS, 60);
      const accesses = times.map((time) => readOfUsUsers(stage, today, time, { ip: today.homeAddress }));
      return { actors: [person], accesses, note: `${READS} reads of US users from 02:12 local time on` };
    }),
};
