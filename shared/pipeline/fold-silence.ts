import type { Alert } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import { countOf } from '../signals/wording.ts';
import { hash64 } from '../stats/hash64.ts';
import { UNKNOWN_TEAM } from './enrich.ts';
import type { Contribution } from './fold-groups.ts';
import { type Silence, silenceOf, timesTold, wholeDays } from './office-silence.ts';
import { quietChannels } from './quiet-channels.ts';

/** Somebody elsewhere was seen this lately: the stream itself is not silent, which has an alarm of its own. */
const ELSEWHERE_MS = 86_400_000;

/** Programs run on when people's accesses are reported no more. */
const SERVICES = 'services';

/**
 * Silence: a country from which accesses came every day and come no more. Either its people stopped working, or whatever
 * reports their accesses was stopped, which is how somebody would blind this system to one office.
 *
 * People are told when the silence passes its limit between two folds, so nothing has to be remembered: the same two folds find
 * the same. Accesses that come late move its beginning, and with it the alert's id.
 *
 * @param before stamp of the fold before, epoch milliseconds
 * @param now stamp of this fold
 */
export function foldSilence(
  contributions: readonly Contribution[],
  before: number,
  now: number,
  settings: Settings,
): readonly Alert[] {
  const { enabled, weight } = settings.signals.silence;
  const isAwake = contributions.some(({ baseline }) => now - baseline.updatedAt < ELSEWHERE_MS);
  if (!enabled || weight === 0 || !isAwake) return [];
  const located = contributions.filter(({ team, country }) => team !== SERVICES && country !== UNKNOWN_TEAM);
  const countries = [...Map.groupBy(located, ({ country }) => country)].sort(([a], [b]) => (a < b ? -1 : 1));
  return countries.flatMap(([country, people]) => {
    const silence = silenceOf(people);
    if (!silence) return [];
    const told = timesTold(silence, now);
    return told > timesTold(silence, before) ? [composeSilenceAlert(country, silence, told, now, settings)] : [];
  });
}

function composeSilenceAlert(
  country: string,
  silence: Silence,
  revision: number,
  now: number,
  settings: Settings,
): Alert {
  const { since, people, usual, quietest, patience } = silence;
  const days = wholeDays(since, now);
  const severity = revision === 1 ? 'medium' : 'high';
  const sinceText = new Date(since).toISOString();
  const who = countOf(people, 'person').replace('persons', 'people');
  const text = `nothing from ${who} in ${country} for ${days} days; ${Math.round(usual)} are seen on an average day, ${quietest} on the quietest of four weeks`;
  // Nobody for whole days, where even the quietest day has so many: the chance that all of them stay away by themselves.
  const score = Math.round((days * Math.max(quietest, 1) * 100) / Math.LN10) / 100;
  return {
    alertId: hash64(`silence ${country} ${since}`)
      .map((half) => half.toString(16).padStart(8, '0'))
      .join(''),
    revision,
    time: new Date(now).toISOString(),
    firstEventTime: sinceText,
    lastEventTime: sinceText,
    subject: { type: 'source', id: country },
    relatedEmployees: [],
    severity,
    score,
    headline: `Silence: ${text}`,
    signals: [
      {
        signal: 'silence',
        observed: days,
        expected: { median: 0, low: 0, high: patience.told - 1 },
        unit: 'whole days without anybody',
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
    mayBeBenign: [
      'a holiday longer than any of the last four weeks',
      'the office was closed, or its people moved',
      'a source that delivers days late',
    ],
    threshold: {
      score: Math.round((patience.told * Math.max(quietest, 1) * 100) / Math.LN10) / 100,
      alertsPerDay: settings.alertsPerDay,
    },
    learning: false,
    ...(settings.mode === 'shadow' ? { shadow: true } : {}),
    ...quietChannels(severity, settings),
    events: [],
    baseline: { historyDays: 28, version: 0, peerGroup: country },
  };
}
