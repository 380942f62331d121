import { broadbandAddress, officeAddress, type Place, placeIn, VPN_EXITS } from './places.ts';
import {
  beta,
  chance,
  draw,
  gamma,
  normal,
  pick,
  type Random,
  randomSource,
  scramble,
  type Weighted,
  weigh,
} from './random.ts';
import { type Action, type Dataset, seatOf, type Team } from './teams.ts';

/** Which part of the simulation asks for random numbers: parts never share a source, so one can change without the others. */
export const PART = {
  person: 1,
  occasions: 2,
  day: 3,
  sittings: 4,
  sitting: 5,
  service: 6,
  attack: 7,
  week: 8,
  delivery: 9,
} as const;

/** Numbers below belong to people who have left: the company's first person is e-00042. */
const FIRST_NUMBER = 42;

/** One employee's lasting habits. */
export interface Person {
  readonly index: number;
  readonly id: string;
  readonly team: Team;
  readonly place: Place;
  readonly timeZone: string;
  /** Factor on the team's sittings a day. */
  readonly pace: number;
  /** Factor on the team's reads a sitting. */
  readonly burst: number;
  readonly protectedShare: number;
  readonly ticketShare: number;
  readonly datasets: Weighted<Dataset>;
  readonly actions: Weighted<Action>;
  /** Local hours, with fractions. */
  readonly startHour: number;
  readonly hoursLong: number;
  /** Share of the sittings that happen at home between 19:30 and 22:30. */
  readonly eveningShare: number;
  /** Probability of one sitting on a day off. */
  readonly dayOffChance: number;
  readonly homeDayShare: number;
  readonly mobileShare: number;
  readonly vpnShare: number;
  readonly vpnAddress: string;
  readonly officeAddress: string;
  readonly homeAddress: string;
  readonly laptop: string;
  readonly phone: string;
}

/** A device's id: one to one with its owner and number, so no two people ever have the same by accident. */
export const deviceId = (seed: number, owner: number, number: number): string =>
  `d-${scramble(owner * 16 + number + scramble(seed))
    .toString(16)
    .padStart(8, '0')}`;

const around = (random: Random, lowest: number, highest: number, shape: number): number =>
  Math.min(highest, Math.max(lowest, gamma(random, shape) / shape));

/** The nth employee of a company; depends on nothing but its arguments. */
export function createPerson(seed: number, index: number): Person {
  const random = randomSource(seed, PART.person, index);
  const { team, country } = seatOf(index);
  const place = placeIn(country);
  const ownMix = <Item>(shares: readonly (readonly [Item, number])[]) =>
    weigh(shares.map(([item, weight]) => [item, weight * (0.1 + gamma(random, 2))] as const));
  return {
    index,
    id: `e-${String(FIRST_NUMBER + index).padStart(5, '0')}`,
    team,
    place,
    timeZone: pick(random, place.timeZones),
    pace: around(random, 0.55, 1.8, 8),
    burst: around(random, 0.6, 1.7, 8),
    protectedShare: country === 'US' ? beta(random, 0.87, 20) : beta(random, team.protectedShareAbroad, 24),
    ticketShare: beta(random, team.ticketShare, 5),
    datasets: ownMix(team.datasets),
    actions: ownMix(team.actions),
    startHour: place.opens + 0.2 + 0.6 * normal(random),
    hoursLong: 8.8 + 0.5 * normal(random),
    eveningShare: beta(random, 0.04, 12),
    dayOffChance: beta(random, team.casework ? 0.12 : 0.06, 12),
    homeDayShare: beta(random, 0.3, 4),
    mobileShare: beta(random, 0.05, 12),
    vpnShare: chance(random, 0.18) ? 0.2 + 0.5 * random() : 0,
    vpnAddress: pick(random, VPN_EXITS).cidr.replace(/\.0\/24$/, `.${1 + Math.floor(random() * 8)}`),
    officeAddress: officeAddress(random, place),
    homeAddress: broadbandAddress(random, place),
    laptop: deviceId(seed, index, 0),
    phone: deviceId(seed, index, 1),
  };
}

/** A data set that this person ordinarily reads. */
export const ownDataset = (random: Random, person: Person): Dataset => draw(random, person.datasets);
