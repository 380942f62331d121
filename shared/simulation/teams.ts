/** Every data set of the company and the class of what it holds. */
export const DATASETS = {
  'creator.profile': 'covered-personal-identifiers',
  'creator.tickets': 'communications',
  'creator.payouts': 'personal-financial',
  'user.profile': 'covered-personal-identifiers',
  'user.messages': 'communications',
  'user.devices': 'covered-personal-identifiers',
  'user.contacts': 'covered-personal-identifiers',
  'user.precise-location': 'precise-geolocation',
  'user.face-templates': 'biometric-identifiers',
  'content.flagged': 'communications',
  'content.catalogue': 'public',
  'behavior.watch-history': 'behavioral',
  'behavior.interactions': 'behavioral',
  'ads.audiences': 'behavioral',
  'ads.campaigns': 'public',
  'payments.transactions': 'personal-financial',
} as const;
export type Dataset = keyof typeof DATASETS;

export type Action = 'read' | 'search' | 'query' | 'export' | 'update';

/** What a team does all day; what one person does is drawn around it. */
export interface Team {
  readonly name: string;
  /** The system in which its accesses are logged. */
  readonly source: string;
  /** People a country, of every 60 in the company. */
  readonly seats: Readonly<Record<string, number>>;
  readonly sittingsADay: number;
  readonly readsASitting: number;
  /** Users touched by one read; casework reads one. */
  readonly usersARead: { readonly median: number; readonly spread: number };
  /** Looks at one user after another, returns to them with a ticket. */
  readonly casework: boolean;
  /** Share of the sittings of its people abroad that are about US users. */
  readonly protectedShareAbroad: number;
  /** Share of those sittings that have a ticket. */
  readonly ticketShare: number;
  readonly datasets: readonly (readonly [Dataset, number])[];
  readonly actions: readonly (readonly [Action, number])[];
}

/** The teams add up to 60 seats. */
export const TEAMS: readonly Team[] = [
  {
    name: 'creator-support',
    source: 'desk',
    seats: { PH: 4, IE: 2, IN: 2, US: 2 },
    sittingsADay: 5.5,
    readsASitting: 8,
    usersARead: { median: 1, spread: 0 },
    casework: true,
    protectedShareAbroad: 0.18,
    ticketShare: 0.6,
    datasets: [
      ['creator.profile', 7],
      ['creator.tickets', 6],
      ['creator.payouts', 2],
      ['user.profile', 1],
    ],
    actions: [
      ['read', 8],
      ['search', 4],
      ['update', 1],
    ],
  },
  {
    name: 'safety-review',
    source: 'desk',
    seats: { SG: 3, IE: 3, BR: 2, US: 3 },
    sittingsADay: 5,
    readsASitting: 8,
    usersARead: { median: 1, spread: 0.2 },
    casework: true,
    protectedShareAbroad: 0.14,
    ticketShare: 0.5,
    datasets: [
      ['content.flagged', 9],
      ['user.profile', 4],
      ['user.messages', 2],
      ['user.devices', 1],
    ],
    actions: [
      ['read', 9],
      ['search', 3],
      ['update', 1.5],
    ],
  },
  {
    name: 'feed-ranking',
    source: 'warehouse',
    seats: { CN: 6, SG: 2, US: 3 },
    sittingsADay: 2.8,
    readsASitting: 6,
    usersARead: { median: 60, spread: 0.9 },
    casework: false,
    protectedShareAbroad: 0.12,
    ticketShare: 0.3,
    datasets: [
      ['behavior.watch-history', 7],
      ['behavior.interactions', 6],
      ['content.catalogue', 3],
    ],
    actions: [
      ['query', 10],
      ['read', 2],
      ['export', 0.3],
    ],
  },
  {
    name: 'data-infra',
    source: 'warehouse',
    seats: { IN: 4, CN: 3, US: 3 },
    sittingsADay: 3,
    readsASitting: 6,
    usersARead: { median: 120, spread: 1 },
    casework: false,
    protectedShareAbroad: 0.12,
    ticketShare: 0.4,
    datasets: [
      ['behavior.watch-history', 5],
      ['behavior.interactions', 4],
      ['user.devices', 3],
      ['ads.audiences', 2],
    ],
    actions: [
      ['query', 9],
      ['read', 3],
      ['export', 0.5],
    ],
  },
  {
    name: 'ad-sales',
    source: 'warehouse',
    seats: { GB: 3, DE: 3, BR: 3, US: 2 },
    sittingsADay: 3,
    readsASitting: 6,
    usersARead: { median: 40, spread: 0.8 },
    casework: false,
    protectedShareAbroad: 0.1,
    ticketShare: 0.25,
    datasets: [
      ['ads.audiences', 8],
      ['ads.campaigns', 5],
      ['behavior.interactions', 2],
    ],
    actions: [
      ['query', 7],
      ['read', 4],
      ['export', 0.4],
    ],
  },
  {
    name: 'payments-risk',
    source: 'desk',
    seats: { SG: 2, GB: 2, US: 3 },
    sittingsADay: 4,
    readsASitting: 7,
    usersARead: { median: 1.4, spread: 0.5 },
    casework: true,
    protectedShareAbroad: 0.15,
    ticketShare: 0.45,
    datasets: [
      ['payments.transactions', 8],
      ['user.profile', 3],
      ['user.devices', 3],
    ],
    actions: [
      ['search', 5],
      ['read', 7],
      ['query', 1],
    ],
  },
];

/** One desk of the company: a team in a country. */
export interface Seat {
  readonly team: Team;
  readonly country: string;
}

const SEATS: readonly Seat[] = TEAMS.flatMap((team) =>
  Object.entries(team.seats).flatMap(([country, people]) => Array.from({ length: people }, () => ({ team, country }))),
);
/** Shares no factor with the number of seats, so that a company of any size has every kind of desk in proportion. */
const STRIDE = 37;

/** The desk of the nth person; desk 0 is abroad and among the busiest. */
export function seatOf(index: number): Seat {
  const seat = SEATS[(index * STRIDE) % SEATS.length];
  if (!seat) throw new RangeError(`no seat for person ${index}`);
  return seat;
}
