import type { PersonDay, Sitting } from './day.ts';
import { PART, type Person } from './people.ts';
import { mobileAddress } from './places.ts';
import { type Approval, anyUser, bytesRead, namedUsers, type PlannedAccess, pause } from './planned-access.ts';
import { below, chance, draw, logNormal, negativeBinomial, pick, type Random, randomSource } from './random.ts';
import { type Dataset, TEAMS } from './teams.ts';
import { DAY, HOUR } from './wall-clock.ts';
import type { World } from './world.ts';

export const PROTECTED_REGION = 'US';
const US_STORE = 'us-vault';
/** A copy of US users' data that stands in Singapore; little work leads there. */
export const US_COPY_STORE = 'us-vault-copy-sg';

/** How often ordinary work goes a little astray, by sitting unless said otherwise. */
const ODDS = {
  fromTheCopy: 0.003,
  expiredGrant: 0.006,
  otherTeamsData: 0.008,
  /** By read. */
  refused: 0.003,
  /** By read of a sitting that is about other users. */
  strayProtectedRead: 0.01,
  openCase: 0.12,
  /** By read: stay with the same user, in casework. */
  sameUser: 0.5,
  otherDataset: 0.3,
};
const PAUSE_SECONDS = 28;
const READS_SHAPE = 1.8;

/** What one sitting has in common from its first read to its last. */
interface Setting {
  readonly ip: string;
  readonly deviceId: string;
  readonly region: string;
  readonly approval: Approval | undefined;
  /** A user whose case goes on for a week. */
  readonly caseUser: string | undefined;
}

/** Everything read in one sitting, in the order of time: never empty. */
export function accessesOf(world: World, sitting: Sitting): readonly PlannedAccess[] {
  const { personDay, ordinal, start, purpose } = sitting;
  const { person } = personDay;
  const { team, place } = person;
  const random = randomSource(world.seed, PART.sitting, person.index, personDay.day, ordinal);
  const setting = settle(world, sitting, random);
  const astray = chance(random, ODDS.otherTeamsData) ? pick(random, pick(random, TEAMS).datasets)[0] : undefined;
  const refusals = chance(random, ODDS.expiredGrant) ? 2 + below(random, 4) : 0;
  const usStore = chance(random, ODDS.fromTheCopy) ? US_COPY_STORE : US_STORE;
  const reads = Math.max(
    1,
    negativeBinomial(random, team.readsASitting * person.burst * (purpose === 'incident' ? 2 : 1), READS_SHAPE),
  );
  let dataset: Dataset = astray ?? draw(random, person.datasets);
  let user = setting.caseUser;
  let time = start;
  return Array.from({ length: reads }, (_, read) => {
    if (read > 0) time += pause(random, PAUSE_SECONDS);
    if (read >= refusals && chance(random, ODDS.otherDataset)) dataset = draw(random, person.datasets);
    const stray = setting.region !== PROTECTED_REGION && chance(random, ODDS.strayProtectedRead);
    const region = stray ? PROTECTED_REGION : setting.region;
    const count = Math.max(1, Math.round(logNormal(random, team.usersARead.median, team.usersARead.spread)));
    if (!team.casework || !user || stray || !chance(random, ODDS.sameUser)) user = anyUser(random, region);
    const denied = read < refusals || chance(random, ODDS.refused);
    return {
      time,
      actor: { id: person.id, type: 'employee' },
      source: team.source,
      ip: setting.ip,
      deviceId: setting.deviceId,
      action: draw(random, person.actions),
      dataset,
      store: region === PROTECTED_REGION ? usStore : place.store,
      region,
      count,
      users: team.casework && count === 1 ? [user] : namedUsers(random, region, count),
      bytes: bytesRead(random, count),
      denied,
      approval: denied ? undefined : setting.approval,
    };
  });
}

/** Decides what a sitting is about, from where and with whose permission. */
function settle(world: World, { personDay, start, purpose }: Sitting, random: Random): Setting {
  const { person, place } = personDay;
  const openCase =
    person.team.casework && chance(random, ODDS.openCase) ? caseOfTheWeek(world, person, start) : undefined;
  const ownRegion = () =>
    chance(random, person.protectedShare) ? PROTECTED_REGION : draw(random, person.place.audience);
  const region = openCase?.region ?? (purpose === 'incident' ? PROTECTED_REGION : ownRegion());
  const abroad = place.country !== PROTECTED_REGION;
  const ticketed = openCase || purpose === 'incident' || chance(random, person.ticketShare);
  const approval =
    region === PROTECTED_REGION && abroad && ticketed
      ? { ticket: openCase?.ticket ?? ticketNumber(random), expires: start + (openCase ? 7 * DAY : 10 * HOUR) }
      : undefined;
  return { ...connect(personDay, purpose, random), region, approval, caseUser: openCase?.user };
}

/** Evenings are spent at home; a phone's traffic leaves through its own country even on a journey (home-routed roaming). */
function connect(today: PersonDay, purpose: Sitting['purpose'], random: Random): { ip: string; deviceId: string } {
  const { person, laptop } = today;
  const [mobile, vpn, onPhone] = [random(), random(), random()];
  if (mobile < person.mobileShare) {
    const deviceId = today.away || onPhone < 0.6 ? person.phone : laptop;
    return { ip: mobileAddress(random, person.place), deviceId };
  }
  if (vpn < person.vpnShare) return { ip: person.vpnAddress, deviceId: laptop };
  return { ip: purpose === 'work' ? today.address : today.homeAddress, deviceId: laptop };
}

/** The case that somebody in casework keeps coming back to for a week, with one ticket. */
function caseOfTheWeek(world: World, person: Person, time: number) {
  const random = randomSource(world.seed, PART.week, person.index, Math.floor((time - world.start) / (7 * DAY)));
  const region = chance(random, person.protectedShare) ? PROTECTED_REGION : draw(random, person.place.audience);
  return { region, user: anyUser(random, region), ticket: ticketNumber(random) };
}

const ticketNumber = (random: Random): string => `T-${10_000 + below(random, 990_000)}`;
