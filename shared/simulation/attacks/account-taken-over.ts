import { deviceId } from '../people.ts';
import { broadbandAddress, PLACES } from '../places.ts';
import { pick } from '../random.ts';
import { MINUTE } from '../wall-clock.ts';
import { lastSeenAtWork } from './last-seen-at-work.ts';
import { type Attack, isAbroad, readOfUsUsers, timesFrom } from './stage.ts';

const READS = 18;
const MINUTES_LATER = 40;

/** A US employee's login, used from another continent on an unknown machine while its owner is at the office. */
export const accountTakenOver: Attack = {
  kind: 'account-taken-over',
  signal: 'stolen-account',
  plan: (stage) =>
    stage.cast((person) => {
      const seen = isAbroad(person) ? undefined : lastSeenAtWork(stage, person);
      if (!seen) return undefined;
      const place = pick(
        stage.random,
        PLACES.filter(({ country }) => country !== person.place.country),
      );
      const ip = broadbandAddress(stage.random, place);
      const machine = deviceId(stage.world.seed, person.index, 3);
      const accesses = timesFrom(stage.random, seen.time + MINUTES_LATER * MINUTE, READS, 40).map((time) =>
        readOfUsUsers(stage, seen.today, time, { ip, deviceId: machine }),
      );
      const note = `used from ${place.country} on an unknown machine ${MINUTES_LATER} minutes after the office`;
      return { actors: [person], accesses, note };
    }),
};
