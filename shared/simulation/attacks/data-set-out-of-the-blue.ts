import { atLocalHour } from '../day.ts';
import { US_COPY_STORE } from '../sitting.ts';
import { type Attack, isAbroad, oneWorkday, readOfUsUsers, timesFrom } from './stage.ts';

const READS = 14;

/** Where US users are: a data set that nobody in the company works with, from a copy of it that hardly anybody knows. */
export const dataSetOutOfTheBlue: Attack = {
  kind: 'data-set-out-of-the-blue',
  signal: 'novelty',
  plan: (stage) =>
    stage.cast((person) => {
      if (!isAbroad(person)) return undefined;
      const hour = person.startHour + 2;
      const today = oneWorkday(stage, person, hour);
      if (!today) return undefined;
      const times = timesFrom(stage.random, atLocalHour(stage.world, today, hour), READS, 50);
      const accesses = times.map((time) =>
        readOfUsUsers(stage, today, time, { dataset: 'user.precise-location', store: US_COPY_STORE }),
      );
      return { actors: [person], accesses, note: `${READS} reads of user.precise-location in ${US_COPY_STORE}` };
    }),
};
