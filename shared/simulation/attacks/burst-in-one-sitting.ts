import { atLocalHour } from '../day.ts';
import { type Attack, isAbroad, oneWorkday, readOfUsUsers, timesFrom } from './stage.ts';

/** How many times as many reads as this person's ordinary sitting. */
const TIMES_AS_MANY = 15;

/** Somebody who looks at single cases reads one US user after the other for half an hour. */
export const burstInOneSitting: Attack = {
  kind: 'burst-in-one-sitting',
  signal: 'volume',
  plan: (stage) =>
    stage.cast((person) => {
      if (!isAbroad(person) || !person.team.casework || person.protectedShare > 0.25) return undefined;
      const hour = person.startHour + 5;
      const today = oneWorkday(stage, person, hour);
      if (!today) return undefined;
      const reads = Math.round(TIMES_AS_MANY * person.team.readsASitting * person.burst);
      const times = timesFrom(stage.random, atLocalHour(stage.world, today, hour), reads, 14);
      const accesses = times.map((time) => readOfUsUsers(stage, today, time));
      return { actors: [person], accesses, note: `${reads} reads of US users in one sitting, no ticket` };
    }),
};
