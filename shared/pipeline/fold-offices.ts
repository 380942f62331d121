import type { Alert } from '../model/alert.ts';
import { SEVERITIES, type Settings } from '../model/settings.ts';
import type { RegionEpisode } from '../model/snapshot.ts';
import { countOf } from '../signals/wording.ts';
import { hash64 } from '../stats/hash64.ts';
import { studentTail } from '../stats/tails.ts';
import { EPISODE_GAP_MS } from './decide.ts';
import type { Contribution } from './fold-groups.ts';
import { type Surge, surgeOf, teamFactorsOutside } from './office-day.ts';
import { countryDayWorth, type PreparedSnapshot, thresholdScore } from './prepare-snapshot.ts';
import { quietChannels } from './quiet-channels.ts';

/** A country whose latest access is older has nothing new to be judged by. */
const NEWS_MS = 2 * 3_600_000;

/** What was found of one country. */
export interface RegionFold {
  readonly episodes: Readonly<Record<string, RegionEpisode>>;
  readonly alerts: readonly Alert[];
}

/**
 * Country surge: nobody stands out, the office does. Everybody at work today is compared with their own usual day, one
 * person's part is capped, and the sum is compared with the same sum over the country's last four weeks. A team that is busy
 * in other countries too, at a launch say, is expected to be; what most other countries show on the same day is subtracted.
 *
 * @param episodes of the snapshot before
 * @param now epoch milliseconds of the fold
 */
export function foldRegions(
  contributions: readonly Contribution[],
  episodes: Readonly<Record<string, RegionEpisode>>,
  scoring: { readonly snapshot: PreparedSnapshot; readonly settings: Settings },
  now: number,
): RegionFold {
  const { settings, snapshot } = scoring;
  const open: Record<string, RegionEpisode> = { ...episodes };
  const alerts: Alert[] = [];
  if (!settings.signals['country-surge'].enabled) return { episodes: open, alerts };
  const countries = Map.groupBy(contributions, countryOf);
  const foreign = [...countries]
    .filter(([country]) => !settings.homeCountries.includes(country))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const surges = new Map(
    foreign.map(([country, people]) => [country, surgeOf(people, teamFactorsOutside(country, countries))]),
  );
  const threshold = thresholdScore(snapshot, settings.alertsPerDay);
  const perCountry = countryDayWorth(snapshot, foreign.length);
  for (const [country, surge] of surges) {
    if (!surge || now - surge.time > NEWS_MS) continue;
    const elsewhere = median(
      [...surges].flatMap(([other, found]) => (found && other !== country ? [found.excess] : [])),
    );
    const tail = studentTail(surge.excess - Math.max(0, elsewhere), surge.historyDays - 1);
    const score = (tail + perCountry) * settings.signals['country-surge'].weight;
    if (score < threshold) continue;
    const before = open[country];
    const same = before && surge.time - before.lastEvidenceAt < EPISODE_GAP_MS ? before : undefined;
    const isNews = !same || (score >= same.toldScore + 1 && score >= 1.5 * same.toldScore);
    const episode: RegionEpisode = {
      alertId: same?.alertId ?? alertIdOf(country, surge.day),
      openedAt: same?.openedAt ?? surge.time,
      lastEvidenceAt: surge.time,
      revision: (same?.revision ?? 0) + (isNews ? 1 : 0),
      toldScore: isNews ? score : (same?.toldScore ?? score),
    };
    open[country] = episode;
    if (isNews) alerts.push(composeRegionAlert(country, surge, episode, score, threshold, scoring));
  }
  return { episodes: open, alerts };
}

const countryOf = ({ peerGroup }: Contribution) => peerGroup.split('/')[1] ?? '';

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const alertIdOf = (country: string, day: number) =>
  hash64(`region ${country} ${day}`)
    .map((half) => half.toString(16).padStart(8, '0'))
    .join('');

function composeRegionAlert(
  country: string,
  surge: Surge,
  episode: RegionEpisode,
  score: number,
  threshold: number,
  { snapshot, settings }: { readonly snapshot: PreparedSnapshot; readonly settings: Settings },
): Alert {
  const rounded = (x: number) => Math.round(x * 100) / 100;
  const region = settings.protectedRegions.join(', ');
  const spread = Math.sqrt(Math.max(1, ((surge.reads - surge.expected) / Math.max(surge.deviation, 0.1)) ** 2));
  const reads = Math.round(surge.reads);
  const severity = SEVERITIES[Math.max(0, Math.min(Math.floor(score - threshold), SEVERITIES.length - 1))] ?? 'low';
  const text = `${countOf(surge.people, 'person').replace('persons', 'people')} in ${country} read ${reads} times about ${region} users today; ${Math.round(surge.expected)} is usual for them, and nobody stands out alone`;
  return {
    alertId: episode.alertId,
    revision: episode.revision,
    time: new Date(surge.time).toISOString(),
    firstEventTime: new Date(episode.openedAt).toISOString(),
    lastEventTime: new Date(surge.time).toISOString(),
    subject: { type: 'region', id: country },
    relatedEmployees: [],
    severity,
    score: rounded(score),
    headline: text,
    signals: [
      {
        signal: 'country-surge',
        observed: reads,
        expected: {
          median: Math.round(surge.expected),
          low: Math.max(0, Math.round(surge.expected - 1.645 * spread)),
          high: Math.round(surge.expected + 1.645 * spread),
        },
        unit: 'reads today by everybody there',
        score: rounded(score),
        share: 1,
        text,
      },
    ],
    where: { homeCountry: country, locatedIn: country, network: 'various', device: 'various' },
    team: 'all teams',
    protectedRegion: region,
    subjectsTouched: { count: 0, basis: 'unknown' },
    approvals: { with: 0, without: 0 },
    mayBeBenign: [
      'a launch, an incident or a deadline that only this country works on',
      'work made up after a holiday',
    ],
    threshold: { score: rounded(threshold), alertsPerDay: settings.alertsPerDay },
    learning: snapshot.learning,
    ...(settings.mode === 'shadow' ? { shadow: true } : {}),
    ...quietChannels(severity, settings),
    events: [],
    baseline: { historyDays: surge.historyDays, version: 0, peerGroup: country },
  };
}
