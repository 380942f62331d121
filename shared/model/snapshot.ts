import type { GroupMoments } from '../stats/group-moments.ts';

export const SNAPSHOT_SCHEMA_VERSION = 1;

export type GroupCategory = readonly [attribute: number, hash: number, days: number, members: number];

/** What the members of a group are like, as sums over members: groups add up to countries, teams and the organisation. */
export interface GroupHabits {
  readonly members: number;
  readonly sittingReads: GroupMoments;
  readonly sittingSubjects: GroupMoments;
  readonly dayReads: GroupMoments;
  readonly daySubjects: GroupMoments;
  /** Share of sittings that touch a protected region. */
  readonly protectedShare: GroupMoments;
  readonly activeDays: number;
  /** Member-days with an access in local hour 0 … 23. */
  readonly hours: readonly number[];
  readonly weekdays: readonly number[];
  /** Member-days by attribute and value, and how many members use it. */
  readonly categories: readonly GroupCategory[];
  /** Σ of the members' usual strengths by measure, in tenths. */
  readonly usual: readonly number[];
}

/** Daily maxima of one population: one decayed histogram a measure and one for the sum of evidence. */
export interface CalibrationHistograms {
  /** In-scope employee-days by strength bucket, by measure. */
  readonly measures: readonly (readonly number[])[];
  readonly evidence: readonly number[];
  /** In-scope employee-days, decayed alike, that don't calibrate because their people are new to the company or the role. */
  readonly unsettledDays: number;
  /** Decayed number of calendar days behind them. */
  readonly days: number;
}

/**
 * All that scoring uses beside the actor's own baseline: published whole and never changed, so that a verdict depends on the
 * stream and the snapshot's stamp and on nothing else.
 */
export interface Snapshot {
  readonly schemaVersion: typeof SNAPSHOT_SCHEMA_VERSION;
  /** Epoch milliseconds from which on it is visible. */
  readonly stamp: number;
  /** Names of the immutable inputs in force. */
  readonly directory: string;
  readonly networks: string;
  readonly groups: Readonly<Record<string, GroupHabits>>;
  readonly calibration: { readonly foreign: CalibrationHistograms; readonly home: CalibrationHistograms };
  /** UTC day up to which employee-days are counted. */
  readonly calibratedThroughDay: number;
  /** UTC day of the first fold that saw anybody; −1 before. */
  readonly systemSinceDay: number;
  /** How often people are told of one case, on average over the last four weeks' cases: part of the alert budget. */
  readonly tellingsPerCase: number;
  /** What whole teams go through today, by team; a team that is not there goes through nothing. */
  readonly shocks: Readonly<Record<string, Shock>>;
  /** Open alerts about whole countries, by ISO code, and about teams, by `team/country`. */
  readonly regions: Readonly<Record<string, RegionEpisode>>;
}

/** A day that is unusual for a whole team, wherever its people sit. */
export interface Shock {
  /** How many times the usual the team's median member reads today; 1 where it is not busy. */
  readonly busy: number;
  /** Share of the team at work at an hour that is unusual for them; 0 where they are few. */
  readonly unusualHours: number;
}

export const NO_SHOCK: Shock = { busy: 1, unusualHours: 0 };

/** One story about one country or team, as an employee's episode is about one person. */
export interface RegionEpisode {
  readonly alertId: string;
  /** Event times, epoch milliseconds. */
  readonly openedAt: number;
  readonly lastEvidenceAt: number;
  readonly revision: number;
  readonly toldScore: number;
}

const NO_HISTOGRAMS: CalibrationHistograms = { measures: [], evidence: [], unsettledDays: 0, days: 0 };

/** The snapshot before anything is known: packaged priors only. */
export function initialSnapshot(stamp: number, directory: string, networks: string): Snapshot {
  return {
    schemaVersion: SNAPSHOT_SCHEMA_VERSION,
    stamp,
    directory,
    networks,
    groups: {},
    calibration: { foreign: NO_HISTOGRAMS, home: NO_HISTOGRAMS },
    calibratedThroughDay: -1,
    systemSinceDay: -1,
    tellingsPerCase: 1,
    shocks: {},
    regions: {},
  };
}
