import { type Moments, NO_MOMENTS } from '../stats/moments.ts';
import type { AlertEvent } from './alert.ts';
import type { CaseOutcome } from './case.ts';
import type { Severity } from './settings.ts';

/** Every stored form that this release reads, oldest first; one that was ever written stays. */
export const STORED_BASELINE_VERSIONS = [1, 2] as const;
export type StoredBaselineVersion = (typeof STORED_BASELINE_VERSIONS)[number];
/** The newest of them. What a baseline holds is the same in all. */
export const BASELINE_SCHEMA_VERSION = 2 satisfies StoredBaselineVersion;
/**
 * The one that this release writes. A new form is read by one release and written by a later one, so that both may run at
 * once and either may be put back (docs/decisions/0007).
 */
export const WRITTEN_BASELINE_VERSION: StoredBaselineVersion = 2;

/** The newest two shards are enough: a third one has had its turn. */
export const MOST_FENCES = 2;

/** The last record of one shard that an actor's baseline has taken in. */
export interface Fence {
  /** 64 bits of the hash of stream ARN and shard id, 16 hexadecimal digits. */
  readonly shard: string;
  readonly sequenceNumber: bigint;
}

/** Accesses with less than 30 minutes between them. */
export interface Sitting {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly last: number;
  /** Accesses of users of any region that were allowed. */
  readonly reads: number;
  /** Users in them, as far as told. */
  readonly subjects: number;
  readonly protectedReads: number;
  readonly protectedSubjects: number;
  /** Protected reads without a live ticket. */
  readonly unapproved: number;
  /** 32 bits of the HMAC of each subject that met another's access, at most 12: see links. */
  readonly linkedSubjects: readonly number[];
  /** How single protected users were looked at, one after the other; undefined before the first. */
  readonly pace: Pace | undefined;
}

/** The rhythm of accesses to one protected user each, within a sitting. */
export interface Pace {
  readonly lookups: number;
  /** Event time of the last of them, epoch milliseconds. */
  readonly last: number;
  /** Mean and sum of squared deviations of ln(gap in seconds), both float32; see `observe-pace`. */
  readonly meanLogGap: number;
  readonly squaredLogGaps: number;
  /** How often the user was the one whose id follows that of the user before. */
  readonly adjacent: number;
  /** 32 bits of the HMAC of the id that would follow the last one; 0 where there is none. */
  readonly successor: number;
  /** Which of 64 buckets the users fell into: linear counting of distinct users, two unsigned 32-bit halves. */
  readonly seen: readonly [high: number, low: number];
}

/** How often a value of an attribute was used today. */
export interface CategoryUse {
  readonly attribute: number;
  readonly hash: number;
  readonly reads: number;
  /** Of these, protected and without a live ticket. */
  readonly unapproved: number;
}

/** The actor's running local day. */
export interface Day {
  /** Days since 1970-01-01 in the actor's time zone; −1 before the first. */
  readonly day: number;
  readonly sittings: number;
  readonly protectedSittings: number;
  readonly reads: number;
  readonly protectedReads: number;
  readonly protectedSubjects: number;
  readonly approvedReads: number;
  /** Bit h is set when there was an access in local hour h. */
  readonly hours: number;
  readonly weekday: number;
  readonly used: readonly CategoryUse[];
  /** The machine new to the actor today that somebody else used first; the last one where there are several. */
  readonly borrowed: Borrowed | undefined;
  readonly maxima: DayMaxima;
}

/** A machine in other hands than its first user's. */
export interface Borrowed {
  /** Category hash of the device. */
  readonly device: number;
  /** Actor id of the first user, empty where it is too long to be kept. */
  readonly owner: string;
  /** Whole days since the first user's first access on it. */
  readonly days: number;
  /** Users before, the first among them. */
  readonly users: number;
}

/** How odd the oddest moment of a day was on every measure: what calibration is made of. */
export interface DayMaxima {
  readonly day: number;
  /** 0: no protected access, not an in-scope employee-day; 1: foreign; 2: home. */
  readonly population: 0 | 1 | 2;
  /** Newcomers' days are scored but don't calibrate. */
  readonly settled: boolean;
  /** Strength by measure in tenths, 0 to 255; absent ones are 0. */
  readonly strengths: readonly number[];
  /** The strongest sum of evidence, in tenths. */
  readonly evidence: number;
}

/** On how many days a value of an attribute was used, and when last. */
export interface Category {
  readonly attribute: number;
  readonly hash: number;
  readonly days: number;
  readonly lastDay: number;
}

/** What is normal for this actor. Only closed sittings and days that nobody was alerted about enter. */
export interface Habits {
  /** Accesses of a sitting, all regions. */
  readonly sittingReads: Moments;
  /** ln(1 + users) of a sitting, all regions. */
  readonly sittingSubjects: Moments;
  /** Protected reads of a day on which there was any access. */
  readonly dayReads: Moments;
  /** ln(1 + protected users) of such a day. */
  readonly daySubjects: Moments;
  /** Sittings, and those that touched a protected region, with limited memory. */
  readonly sittings: number;
  readonly protectedSittings: number;
  /** Active days that the counts below rest on; halved together with them. */
  readonly activeDays: number;
  /** Of those, how many had an access in local hour 0 … 23. */
  readonly hours: readonly number[];
  /** Of those, how many were Mondays … Sundays. */
  readonly weekdays: readonly number[];
  readonly categories: readonly Category[];
  /** Usual daily maximum by measure, in tenths; absent ones are 0. What this person always scores says nothing new. */
  readonly usual: readonly number[];
}

/** One of the users whom this actor looked up most, without a ticket. */
export interface TopSubject {
  /** Signed 32-bit halves of the subject's HMAC: as 16 digits each would be a text to be made whenever a baseline is read. */
  readonly high: number;
  readonly low: number;
  readonly lookups: number;
  /** Distinct days with a look-up. */
  readonly days: number;
  readonly lastDay: number;
}

/** Counts of other users end here: they share a byte. */
export const MOST_COUNTED = 15;

/** One of the users looked up less, with just enough to be known again. */
export interface OtherSubject {
  /** The first 24 bits of the subject's HMAC. */
  readonly mark: number;
  /** At most `MOST_COUNTED`, and so are the days. */
  readonly lookups: number;
  readonly days: number;
  readonly lastDay: number;
}

/** Refusals with less than two hours between them. */
export interface Refusals {
  readonly last: number;
  readonly count: number;
  /** Category hashes of the data sets that refused, at most 8. */
  readonly doors: readonly number[];
  /** Of these, how many were no habit of the actor's when they refused. */
  readonly strangeDoors: number;
}

/** Where the actor was last seen at a trusted location. */
export interface Place {
  readonly time: number;
  /** ISO country, empty before the first. */
  readonly country: string;
  /** Category hash of the device, 0 where unknown. */
  readonly device: number;
}

/** One story about one actor: opened by one access, closed by 24 hours without new evidence. */
export interface Episode {
  readonly alertId: string;
  /** Event time of the access that opened it. */
  readonly openedAt: number;
  readonly lastEvidenceAt: number;
  readonly revision: number;
  /** Score, severity and families that people were last told, and when. */
  readonly toldScore: number;
  readonly toldSeverity: Severity;
  readonly toldAt: number;
  /** Bit set of families told. */
  readonly toldFamilies: number;
  readonly withApproval: number;
  readonly withoutApproval: number;
  readonly subjects: number;
  /** What became of its case; absent while nobody judged it. */
  readonly outcome?: CaseOutcome;
}

/** What the verdicts on an actor's cases left behind. */
export interface Verdicts {
  /** Ids of the cases settled last, newest first. */
  readonly settled: readonly string[];
  /** Event time of the last evidence in a confirmed case: windows that began by then are never learned. 0 where there is none. */
  readonly confirmedUntil: number;
  /**
   * Marks of the windows that wait for a verdict, newest first; what they hold lies beside. A function that lost a race may hold
   * others there, of a past that this baseline doesn't have: only what is marked here is ever learned, and once.
   */
  readonly waiting: readonly number[];
}

/** An access that led to an alert, as a baseline keeps it: as it stands in the alert, but for its time. */
export interface Evidence extends Omit<AlertEvent, 'time'> {
  /** Event time, epoch milliseconds. */
  readonly time: number;
}

/** All that is known of one actor: the unit that is read, scored against and written as one item. */
export interface Baseline {
  readonly schemaVersion: typeof BASELINE_SCHEMA_VERSION;
  /** Distinct events applied. */
  readonly version: number;
  /** Latest event time applied, epoch milliseconds. */
  readonly updatedAt: number;
  /** Local day of the first event. */
  readonly firstDay: number;
  /** Category hash of the peer group, to notice a change. */
  readonly peerGroup: number;
  /** Local day on which the actor was first seen in that group. */
  readonly peerGroupDay: number;
  /** At most `MOST_FENCES`, newest first. */
  readonly fences: readonly Fence[];
  /** Hashes of recent events, newest first: a producer's second delivery has a new sequence number. */
  readonly recent: readonly number[];
  readonly sitting: Sitting;
  readonly day: Day;
  /** The last closed days' maxima, newest first, for the fold that has not counted them yet. */
  readonly closedDays: readonly DayMaxima[];
  /** Protected reads of the last 35 local days up to and excluding `day.day`, newest first, as codes of `daily-series`. */
  readonly dailyReads: readonly number[];
  /** Reads about users of other regions on the same days, likewise: an assignment changes what is read, a leak adds to it. */
  readonly dailyOthers: readonly number[];
  readonly habits: Habits;
  readonly topSubjects: readonly TopSubject[];
  /** Those looked up beside them, at most 12, by their last day. */
  readonly otherSubjects: readonly OtherSubject[];
  readonly refusals: Refusals;
  readonly place: Place;
  readonly episode: Episode | undefined;
  /** The last accesses while things look odd, so that an alert shows what led to it. */
  readonly evidence: readonly Evidence[];
  readonly verdicts: Verdicts;
}

export const NO_VERDICTS: Verdicts = { settled: [], confirmedUntil: 0, waiting: [] };

export const NO_SITTING: Sitting = {
  start: 0,
  last: 0,
  reads: 0,
  subjects: 0,
  protectedReads: 0,
  protectedSubjects: 0,
  unapproved: 0,
  linkedSubjects: [],
  pace: undefined,
};

export const emptyMaxima = (day: number): DayMaxima => ({
  day,
  population: 0,
  settled: false,
  strengths: [],
  evidence: 0,
});

export const emptyDay = (day: number, weekday: number): Day => ({
  day,
  sittings: 0,
  protectedSittings: 0,
  reads: 0,
  protectedReads: 0,
  protectedSubjects: 0,
  approvedReads: 0,
  hours: 0,
  weekday,
  used: [],
  borrowed: undefined,
  maxima: emptyMaxima(day),
});

/** The baseline of an actor of whom nothing is known. */
export function initialBaseline(): Baseline {
  return {
    schemaVersion: BASELINE_SCHEMA_VERSION,
    version: 0,
    updatedAt: 0,
    firstDay: -1,
    peerGroup: 0,
    peerGroupDay: -1,
    fences: [],
    recent: [],
    sitting: NO_SITTING,
    day: emptyDay(-1, 0),
    closedDays: [],
    dailyReads: [],
    dailyOthers: [],
    habits: {
      sittingReads: NO_MOMENTS,
      sittingSubjects: NO_MOMENTS,
      dayReads: NO_MOMENTS,
      daySubjects: NO_MOMENTS,
      sittings: 0,
      protectedSittings: 0,
      activeDays: 0,
      hours: new Array(24).fill(0),
      weekdays: new Array(7).fill(0),
      categories: [],
      usual: [],
    },
    topSubjects: [],
    otherSubjects: [],
    refusals: { last: 0, count: 0, doors: [], strangeDoors: 0 },
    place: { time: 0, country: '', device: 0 },
    episode: undefined,
    evidence: [],
    verdicts: NO_VERDICTS,
  };
}
