import * as z from 'zod/mini';
import { SEVERITIES } from './settings.ts';
import { SIGNAL_NAMES } from './signal-names.ts';

/** The version of the alert's wire format. */
export const ALERT_VERSION = 1;

/** At most this many of the accesses behind an alert travel with it, so that a case outlives the archive. */
export const MAXIMUM_ALERT_EVENTS = 20;

const readonlyArray = <Item extends z.ZodMiniType>(item: Item) => z.readonly(z.array(item));

/** One access, small and without raw subject ids. */
export const alertEventSchema = z.object({
  id: z.string(),
  time: z.iso.datetime(),
  action: z.string(),
  dataset: z.string(),
  store: z.optional(z.string()),
  count: z.optional(z.number()),
  outcome: z.enum(['allowed', 'denied']),
  country: z.optional(z.string()),
  approved: z.boolean(),
});

/** One signal's part in an alert: what was seen, what is usual, how odd that is and how much of the whole it makes up. */
export const alertSignalSchema = z.object({
  signal: z.enum(SIGNAL_NAMES),
  observed: z.number(),
  expected: z.object({ median: z.number(), low: z.number(), high: z.number() }),
  unit: z.string(),
  /** −log10 of how often an ordinary in-scope employee-day looks this odd on this signal alone. */
  score: z.number(),
  /** Between 0 and 1; the shares of one alert sum to 1. */
  share: z.number(),
  text: z.string(),
});

/** How usual a value is: `rarely` is on less than one day in ten, `never` on less than one in a thousand. */
export const USUALNESS = ['never', 'rarely', 'often'] as const;

/**
 * The history behind an alert, small enough to travel with it, so that a card can draw what is usual. Days and hours are
 * those of the subject's working day.
 */
export const alertPicturesSchema = z.object({
  schemaVersion: z.literal(1),
  /** Protected reads a day, the alert's day last; null is a day without any access. */
  dailyReads: readonlyArray(z.nullable(z.number())),
  /** Share of active days with an access in local hour 0 … 23, and share of active days by weekday from Monday on. */
  hours: readonlyArray(z.number()),
  weekdays: readonlyArray(z.number()),
  /** Minutes to add to UTC for the subject's clock at the access that caused the alert, in whole hours. */
  utcOffsetMinutes: z.number(),
  /** How usual what this access used is, to the subject, to the peers and to the country. */
  ladder: readonlyArray(
    z.object({
      attribute: z.string(),
      value: z.string(),
      self: z.enum(USUALNESS),
      peers: z.enum(USUALNESS),
      country: z.enum(USUALNESS),
    }),
  ),
});

/** A revision that people were told of. */
export const toldRevisionSchema = z.object({
  revision: z.int().check(z.positive()),
  /** Event time of the access that caused it. */
  time: z.iso.datetime(),
  severity: z.enum(SEVERITIES),
  score: z.number(),
  /** The signals that it listed; absent where it was a line of a digest, which lists none. */
  signals: z.optional(readonlyArray(z.enum(SIGNAL_NAMES))),
});

export type ToldRevision = z.output<typeof toldRevisionSchema>;

/** Another case of the same subject. */
export const otherCaseSchema = z.object({
  alertId: z.string(),
  openedAt: z.iso.datetime(),
  severity: z.enum(SEVERITIES),
  headline: z.string(),
});

/** At most this many of a subject's other cases are shown with an alert. */
export const MAXIMUM_OTHER_CASES = 5;

/** An alert as it is published, stored in its case and written by `replay`. */
export const alertSchema = z.object({
  alertId: z.string(),
  revision: z.int().check(z.positive()),
  /** Event time of the access that caused this revision. */
  time: z.iso.datetime(),
  firstEventTime: z.iso.datetime(),
  lastEventTime: z.iso.datetime(),
  subject: z.object({ type: z.enum(['employee', 'service', 'team', 'region', 'source']), id: z.string() }),
  relatedEmployees: readonlyArray(z.string()),
  severity: z.enum(SEVERITIES),
  /** −log10 of how often an ordinary in-scope employee-day looks this odd: 3 is one in a thousand. */
  score: z.number(),
  headline: z.string(),
  signals: readonlyArray(alertSignalSchema),
  where: z.object({
    homeCountry: z.string(),
    locatedIn: z.string(),
    network: z.string(),
    device: z.string(),
  }),
  team: z.string(),
  /** As the directory has it; absent where it has none, and in alerts on offices. */
  role: z.optional(z.string()),
  protectedRegion: z.string(),
  subjectsTouched: z.object({ count: z.number(), basis: z.enum(['exact', 'estimated', 'unknown']) }),
  approvals: z.object({ with: z.number(), without: z.number() }),
  mayBeBenign: readonlyArray(z.string()),
  threshold: z.object({ score: z.number(), alertsPerDay: z.number() }),
  /** Whether the score still leans on the packaged prior because there is too little history. */
  learning: z.boolean(),
  /** Raised while `mode` was shadow: recorded as a case, told to nobody. */
  shadow: z.optional(z.boolean()),
  /** Sent again since nobody judged the case; the same revision as before. */
  reminder: z.optional(z.literal(true)),
  /** The detector's own test of itself: no case, told to nobody, counted. */
  canary: z.optional(z.boolean()),
  /** Channels that its severity is too low for; absent when it is told on all. */
  quietChannels: z.optional(readonlyArray(z.enum(['email', 'slack']))),
  /** Whether messages name people by pseudonyms; the case, which fewer may read, keeps their ids. */
  identity: z.optional(z.literal('pseudonym')),
  /** What people were told of the case last, as of the telling; absent where that was nothing, and in cases. */
  toldBefore: z.optional(toldRevisionSchema),
  /** The subject's other cases that nobody judged yet, oldest first, as of the telling; absent where there are none, and in cases. */
  otherCases: z.optional(readonlyArray(otherCaseSchema)),
  events: readonlyArray(alertEventSchema),
  /** Absent in alerts on offices, and in alerts of earlier releases. */
  pictures: z.optional(alertPicturesSchema),
  baseline: z.object({ historyDays: z.number(), version: z.number(), peerGroup: z.string() }),
});

export type Alert = z.output<typeof alertSchema>;

/** Whether it is one of the alerts a day that the setting asks for: raised by statistics, not by a fact of policy or a test. */
export const usesBudget = ({ canary, signals }: Pick<Alert, 'canary' | 'signals'>): boolean =>
  !canary && signals[0]?.signal !== 'unapproved-access';

export type OtherCase = z.output<typeof otherCaseSchema>;
export type AlertSignal = z.output<typeof alertSignalSchema>;
export type AlertPictures = z.output<typeof alertPicturesSchema>;
export type AlertEvent = z.output<typeof alertEventSchema>;
