import type { Alert } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { quietChannels } from './quiet-channels.ts';

/** What comes no more, and how that is told. */
export interface ToldSilence {
  /** The alert's subject, of type `source`. */
  readonly subject: string;
  /** Where the people are who are heard of no more: a country, or `all countries`. */
  readonly country: string;
  /** What the alert's id is made of: the same silence is the same alert. */
  readonly name: string;
  /** When the last access was, epoch milliseconds. */
  readonly since: number;
  readonly revision: 1 | 2;
  readonly text: string;
  readonly observed: number;
  /** The longest that is still usual, in the same unit. */
  readonly longestUsual: number;
  readonly unit: string;
  /** Accesses or people that ought to have been seen, on the quietest day: by chance none is once in e to so many. */
  readonly missing: number;
  /** The same when people were first to be told. */
  readonly missingAtFirst: number;
  readonly mayBeBenign: readonly string[];
}

/** @param now epoch milliseconds of the fold */
export function composeSilenceAlert(silence: ToldSilence, now: number, settings: Settings): Alert {
  const { subject, country, name, since, revision, text, observed, longestUsual, unit, mayBeBenign } = silence;
  const severity = revision === 1 ? 'medium' : 'high';
  const sinceText = new Date(since).toISOString();
  const score = powersOfTen(silence.missing);
  return {
    alertId: hash64Hex(`silence ${name}`),
    revision,
    time: new Date(now).toISOString(),
    firstEventTime: sinceText,
    lastEventTime: sinceText,
    subject: { type: 'source', id: subject },
    relatedEmployees: [],
    severity,
    score,
    headline: `Silence: ${text}`,
    signals: [
      {
        signal: 'silence',
        observed,
        expected: { median: 0, low: 0, high: longestUsual },
        unit,
        score,
        share: 1,
        text,
      },
    ],
    where: { homeCountry: country, locatedIn: country, network: 'unknown', device: 'unknown' },
    team: 'all teams',
    protectedRegion: settings.protectedRegions.join(', '),
    subjectsTouched: { count: 0, basis: 'exact' },
    approvals: { with: 0, without: 0 },
    mayBeBenign,
    threshold: { score: powersOfTen(silence.missingAtFirst), alertsPerDay: settings.alertsPerDay },
    learning: false,
    ...(settings.mode === 'shadow' ? { shadow: true } : {}),
    ...quietChannels(severity, settings),
    events: [],
    baseline: { historyDays: 28, version: 0, peerGroup: country },
  };
}

/** −log10 of the chance, to two places. */
const powersOfTen = (missing: number) => Math.round((missing * 100) / Math.LN10) / 100;
