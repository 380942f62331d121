import type { Alert } from '../model/alert.ts';
import { SEVERITIES, type Settings } from '../model/settings.ts';
import type { RegionEpisode } from '../model/snapshot.ts';
import { countOf } from '../signals/wording.ts';
import { hash64Hex } from '../stats/hash64.ts';
import { studentTail } from '../stats/tails.ts';
import { EPISODE_GAP_MS } from './decide.ts';
import type { Contribution } from './fold-groups.ts';
import { type Surge, surgeOf, type TeamFactors, teamFactorsOutside } from './office-day.ts';
import { OFFICE_BUDGET_SHARES, officeDayWorth, type PreparedSnapshot, thresholdScore } from './prepare-snapshot.ts';
import { quietChannels } from './quiet-channels.ts';

/** An office whose latest access is older has nothing new to be judged by. */
const NEWS_MS = 2 * 3_600_000;
/** The busiest of a team who are named with it. */
const RELATED_NAMED = 5;
/** Fewer people at work are persons, not an office; a team is a smaller one. */
const LEAST_PEOPLE = { region: 8, team: 4 } as const;

/** People who are judged together: everybody in a country, or a team there. */
interface Office {
  readonly type: 'region' | 'team';
  /** ISO country, or `team/country`. */
  readonly id: string;
  readonly country: string;
  readonly people: readonly Contribution[];
}

/** What was found of all offices. */
export interface OfficeFold {
  readonly episodes: Readonly<Record<string, RegionEpisode>>;
  readonly alerts: readonly Alert[];
}

/**
 * Country and team surge: nobody stands out, the office does; a list split among colleagues looks like this. Everybody at work
 * today is compared with their own usual day, one person's part is capped, and the sum is compared with the same sum over the
 * office's last four weeks. A team that is busy in other countries too, at a launch say, is expected to be; what most other
 * countries show on the same day is subtracted. Where a whole country surges, its teams are not told of apart.
 *
 * @param episodes of the snapshot before
 * @param now epoch milliseconds of the fold
 */
export function foldOffices(
  contributions: readonly Contribution[],
  episodes: Readonly<Record<string, RegionEpisode>>,
  scoring: { readonly snapshot: PreparedSnapshot; readonly settings: Settings },
  now: number,
): OfficeFold {
  const { settings, snapshot } = scoring;
  const open: Record<string, RegionEpisode> = { ...episodes };
  const alerts: Alert[] = [];
  const countries = Map.groupBy(contributions, ({ country }) => country);
  const foreign = [...countries]
    .filter(([country]) => !settings.homeCountries.includes(country))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const known = new Map<string, TeamFactors>();
  const factorsOutside = (country: string): TeamFactors => {
    const factors = known.get(country) ?? teamFactorsOutside(country, countries);
    known.set(country, factors);
    return factors;
  };
  const surgesOf = (offices: readonly Office[], since = -Infinity) =>
    offices.map((office) => ({
      office,
      surge: office.people.some(({ baseline }) => baseline.updatedAt >= since)
        ? surgeOf(office.people, () => factorsOutside(office.country), LEAST_PEOPLE[office.type])
        : undefined,
    }));
  const regions = surgesOf(foreign.map(([country, people]) => ({ type: 'region', id: country, country, people })));
  // What a team did before says nothing of others, as a country's surge does.
  const teams = surgesOf(
    foreign.flatMap(([country, people]) => teamsOf(country, people)),
    now - NEWS_MS,
  );
  const threshold = thresholdScore(snapshot, settings.alertsPerDay);
  for (const { offices, signal } of [
    { offices: regions, signal: 'country-surge' },
    { offices: teams, signal: 'team-surge' },
  ] as const) {
    if (!settings.signals[signal].enabled) continue;
    const worth = officeDayWorth(snapshot, OFFICE_BUDGET_SHARES[signal], offices.length);
    for (const { office, surge } of offices) {
      if (!surge || now - surge.time > NEWS_MS || isToldOf(open[office.country], office, surge.time)) continue;
      const elsewhere = median(
        regions.flatMap((other) =>
          other.surge && other.office.country !== office.country ? [other.surge.excess] : [],
        ),
      );
      // One busy colleague is a person; an office has many, each a little.
      const tail = Math.min(studentTail(surge.excess - Math.max(0, elsewhere), surge.historyDays - 1), surge.breadth);
      const score = (tail + worth) * settings.signals[signal].weight;
      if (score < threshold) continue;
      const before = open[office.id];
      const same = before && surge.time - before.lastEvidenceAt < EPISODE_GAP_MS ? before : undefined;
      const isNews = !same || (score >= same.toldScore + 1 && score >= 1.5 * same.toldScore);
      const episode: RegionEpisode = {
        alertId: same?.alertId ?? alertIdOf(office, surge.day),
        openedAt: same?.openedAt ?? surge.time,
        lastEvidenceAt: surge.time,
        revision: (same?.revision ?? 0) + (isNews ? 1 : 0),
        toldScore: isNews ? score : (same?.toldScore ?? score),
      };
      open[office.id] = episode;
      if (isNews) alerts.push(composeOfficeAlert(office, signal, surge, episode, score, threshold, scoring));
    }
  }
  return { episodes: open, alerts };
}

/** Whether a team's country has an open alert of its own. */
const isToldOf = (country: RegionEpisode | undefined, { type }: Office, time: number) =>
  type === 'team' && country !== undefined && time - country.lastEvidenceAt < EPISODE_GAP_MS;

/** Services keep their own rhythm and are no office. */
function teamsOf(country: string, people: readonly Contribution[]): readonly Office[] {
  return [
    ...Map.groupBy(
      people.filter(({ team }) => team !== 'services'),
      ({ peerGroup }) => peerGroup,
    ),
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, members]) => ({ type: 'team', id, country, people: members }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const alertIdOf = ({ type, id }: Office, day: number) => hash64Hex(`${type} ${id} ${day}`);

function composeOfficeAlert(
  office: Office,
  signal: 'country-surge' | 'team-surge',
  surge: Surge,
  episode: RegionEpisode,
  score: number,
  threshold: number,
  { snapshot, settings }: { readonly snapshot: PreparedSnapshot; readonly settings: Settings },
): Alert {
  const rounded = (x: number) => Math.round(x * 100) / 100;
  const region = settings.protectedRegions.join(', ');
  const spread = Math.sqrt(Math.max(1, ((surge.cappedReads - surge.expected) / Math.max(surge.deviation, 0.1)) ** 2));
  const severity = SEVERITIES[Math.max(0, Math.min(Math.floor(score - threshold), SEVERITIES.length - 1))] ?? 'low';
  const { country } = office;
  const where = office.type === 'region' ? `in ${country}` : `of ${office.id}`;
  const people = countOf(surge.people, 'person', 'people');
  const cases = surge.cases === 0 ? 'nobody has' : surge.cases === 1 ? '1 has' : `${surge.cases} have`;
  const text = `${people} ${where} read ${countOf(surge.reads, 'time')} about ${region} users today; ${Math.round(surge.expected)} is usual for them, and ${cases} a case of their own`;
  return {
    alertId: episode.alertId,
    revision: episode.revision,
    time: new Date(surge.time).toISOString(),
    firstEventTime: new Date(episode.openedAt).toISOString(),
    lastEventTime: new Date(surge.time).toISOString(),
    subject: { type: office.type, id: office.id },
    // Of a country nobody is named; a team is small enough to be asked.
    relatedEmployees: office.type === 'team' ? surge.busier.slice(0, RELATED_NAMED) : [],
    severity,
    score: rounded(score),
    headline: text,
    signals: [
      {
        signal,
        observed: surge.reads,
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
    team: office.type === 'region' ? 'all teams' : (office.people[0]?.team ?? ''),
    protectedRegion: region,
    subjectsTouched: { count: 0, basis: 'unknown' },
    approvals: { with: 0, without: 0 },
    mayBeBenign: [
      `a launch, an incident or a deadline that only this ${office.type === 'region' ? 'country' : 'team'} works on`,
      'work made up after a holiday',
    ],
    threshold: { score: rounded(threshold), alertsPerDay: settings.alertsPerDay },
    learning: snapshot.learning,
    ...(settings.mode === 'shadow' ? { shadow: true } : {}),
    ...quietChannels(severity, settings),
    events: [],
    baseline: { historyDays: surge.historyDays, version: 0, peerGroup: office.id },
  };
}
