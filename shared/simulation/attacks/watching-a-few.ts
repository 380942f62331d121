import { atLocalHour } from '../day.ts';
import { anyUser } from '../planned-access.ts';
import { pick } from '../random.ts';
import { type Attack, isAbroad, readOfUsUsers, timesFrom, workdays } from './stage.ts';

const WATCHED = 3;
const LOOK_UPS_A_DAY = 11;
const DAYS = 3;
const FEWEST_DAYS = 2;

/** The same few US users, looked up day after day by somebody with no case about them. */
export const watchingAFew: Attack = {
  kind: 'watching-a-few',
  signal: 'targeted-lookups',
  plan: (stage) =>
    stage.cast((person) => {
      if (!isAbroad(person) || !person.team.casework) return undefined;
      const hour = person.startHour + 1;
      const days = workdays(stage, person, hour).slice(0, DAYS);
      if (days.length < FEWEST_DAYS) return undefined;
      const watched = Array.from({ length: WATCHED }, () => anyUser(stage.random, 'US'));
      const accesses = days.flatMap((today) =>
        timesFrom(stage.random, atLocalHour(stage.world, today, hour), LOOK_UPS_A_DAY, 240).map((time) =>
          readOfUsUsers(stage, today, time, { action: 'search', count: 1, users: [pick(stage.random, watched)] }),
        ),
      );
      const note = `${WATCHED} US users looked up ${accesses.length} times on ${days.length} days, no ticket`;
      return { actors: [person], accesses, note };
    }),
};
