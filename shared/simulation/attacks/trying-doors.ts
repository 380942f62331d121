import { atLocalHour } from '../day.ts';
import { pick } from '../random.ts';
import type { Dataset } from '../teams.ts';
import { type Attack, isAbroad, oneWorkday, readOfUsUsers, timesFrom } from './stage.ts';

const DOORS: readonly Dataset[] = [
  'user.precise-location',
  'user.contacts',
  'user.messages',
  'user.face-templates',
  'payments.transactions',
  'creator.payouts',
];
const REFUSALS = 20;
const READS_AFTERWARDS = 3;

/** Asks for one kind of US data after the other, is refused, and reads on where a door was open. */
export const tryingDoors: Attack = {
  kind: 'trying-doors',
  signal: 'refused-doors',
  plan: (stage) =>
    stage.cast((person) => {
      if (!isAbroad(person)) return undefined;
      const hour = person.startHour + 4.5;
      const today = oneWorkday(stage, person, hour);
      if (!today) return undefined;
      const start = atLocalHour(stage.world, today, hour);
      const accesses = timesFrom(stage.random, start, REFUSALS + READS_AFTERWARDS, 25).map((time, n) =>
        n < REFUSALS
          ? readOfUsUsers(stage, today, time, { dataset: pick(stage.random, DOORS), denied: true })
          : readOfUsUsers(stage, today, time),
      );
      return { actors: [person], accesses, note: `${REFUSALS} refusals over ${DOORS.length} data sets, then reads` };
    }),
};
