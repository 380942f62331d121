import { atLocalHour } from '../day.ts';
import { bytesRead } from '../planned-access.ts';
import { logNormal } from '../random.ts';
import { type Attack, isAbroad, oneWorkday, readOfUsUsers, timesFrom } from './stage.ts';

const EXPORTS = 5;
/** How many times as many users as this team's ordinary read. */
const TIMES_AS_MANY = 120;

/** No more reads than on any day, but each takes thousands of US users at once. */
export const bulkInFewReads: Attack = {
  kind: 'bulk-in-few-reads',
  signal: 'volume',
  plan: (stage) =>
    stage.cast((person) => {
      const { median } = person.team.usersARead;
      if (!isAbroad(person) || person.team.casework || person.protectedShare > 0.25) return undefined;
      const hour = person.startHour + 6.5;
      const today = oneWorkday(stage, person, hour);
      if (!today) return undefined;
      const accesses = timesFrom(stage.random, atLocalHour(stage.world, today, hour), EXPORTS, 120).map((time) => {
        const count = Math.round(logNormal(stage.random, median * TIMES_AS_MANY, 0.25));
        return readOfUsUsers(stage, today, time, {
          action: 'export',
          count,
          users: undefined,
          bytes: bytesRead(stage.random, count),
        });
      });
      const users = accesses.reduce((sum, { count }) => sum + count, 0);
      return { actors: [person], accesses, note: `${EXPORTS} exports of ${users} US users, ${median} a read is usual` };
    }),
};
