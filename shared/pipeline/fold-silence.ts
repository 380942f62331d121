import type { Alert } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import { countOf } from '../signals/wording.ts';
import { composeSilenceAlert } from './compose-silence-alert.ts';
import { UNKNOWN_TEAM } from './enrich.ts';
import type { Contribution } from './fold-groups.ts';
import { type Silence, silenceOf, timesTold, wholeDays } from './office-silence.ts';

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
    const silence = silenceOf(people, now);
    if (!silence) return [];
    const told = timesTold(silence, now);
    return told !== 0 && told > timesTold(silence, before)
      ? [countrySilenceAlert(country, silence, told, now, settings)]
      : [];
  });
}

function countrySilenceAlert(
  country: string,
  silence: Silence,
  revision: 1 | 2,
  now: number,
  settings: Settings,
): Alert {
  const { since, people, usual, quietest, patience } = silence;
  const days = wholeDays(since, now);
  const who = countOf(people, 'person').replace('persons', 'people');
  return composeSilenceAlert(
    {
      subject: country,
      country,
      name: `${country} ${since}`,
      since,
      revision,
      text: `nothing from ${who} in ${country} for ${days} days; ${Math.round(usual)} are seen on an average day, ${quietest} on the quietest of four weeks`,
      observed: days,
      longestUsual: patience.told - 1,
      unit: 'whole days without anybody',
      // Nobody for whole days, where even the quietest day has so many: the chance that all of them stay away by themselves.
      missing: days * Math.max(quietest, 1),
      missingAtFirst: patience.told * Math.max(quietest, 1),
      mayBeBenign: [
        'a holiday longer than any of the last four weeks',
        'the office was closed, or its people moved',
        'a source that delivers days late',
      ],
    },
    now,
    settings,
  );
}
