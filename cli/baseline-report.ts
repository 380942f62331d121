import { ATTRIBUTES, type Attribute } from '../shared/model/access.ts';
import type { Baseline, Category } from '../shared/model/baseline.ts';
import { itemBytes } from '../shared/model/item-size.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { EPISODE_GAP_MS } from '../shared/pipeline/decide.ts';
import { DAILY_SERIES_DAYS, decodeDailyReads } from '../shared/stats/daily-series.ts';
import type { Moments } from '../shared/stats/moments.ts';
import { type Column, columnChart } from './column-chart.ts';
import { minuteText } from './minute-text.ts';

/** What turns hashes back into words; a baseline stores hashes only. */
export interface KnownNames {
  /** Names by category hash, where somebody said them. */
  readonly category: (attribute: Attribute, hash: number) => string | undefined;
  readonly peerGroup: (hash: number) => string | undefined;
  /** Where the actor's days and hours happen. */
  readonly timeZone: string | undefined;
}

const DAY = 86_400_000;
const CHART_ROWS = 6;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const PLURALS: { readonly [attribute in Attribute]: string } = {
  dataset: 'data sets',
  store: 'stores',
  action: 'actions',
  country: 'countries',
  device: 'devices',
};

/** A baseline for people: a table of what is usual, the last weeks as a chart, and the hours of the day. */
export function baselineReport(actorId: string, baseline: Baseline, names: KnownNames): string {
  const rows = table(actorId, baseline, names).map(([title, text]): Row => [title, cleanLine(text)]);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    ...rows.map(([title, text]) => `${title.padEnd(width)}  ${text}`.trimEnd()),
    '',
    ...daysChart(baseline),
    '',
    ...hoursChart(baseline, names),
    '',
  ].join('\n');
}

type Row = readonly [title: string, text: string];

function table(actorId: string, baseline: Baseline, names: KnownNames): readonly Row[] {
  const { habits, topSubjects, otherSubjects, refusals, place, fences } = baseline;
  const [top] = [...topSubjects].sort((a, b) => b.days - a.days || b.lookups - a.lookups);
  return [
    ['actor', actorId],
    ['history', `${baseline.day.day - baseline.firstDay} days, since ${dateOf(baseline.firstDay)}`],
    ['', `${baseline.version} accesses, verdicts and late links, the last access at ${minuteText(baseline.updatedAt)}`],
    ['group', `${nameOfGroup(baseline, names)}, since ${dateOf(baseline.peerGroupDay)}`],
    ['sittings', `${round(habits.sittings)} known, ${round(habits.protectedSittings)} of them touched protected users`],
    ['reads a sitting', spread(habits.sittingReads)],
    ['protected reads a day', spread(habits.dayReads)],
    ['usual weekdays', listed(WEEKDAYS.map((day, i) => [day, habits.weekdays[i] ?? 0]))],
    ...ATTRIBUTES.flatMap((attribute, index) => categoryRows(attribute, index, baseline, names)),
    [
      'top subjects',
      top
        ? `${topSubjects.length} and ${otherSubjects.length} others (hashes only); most often ${top.lookups} look-ups on ${top.days} days`
        : 'none without a ticket',
    ],
    ['refusals', refusals.count ? `${refusals.count}, the last at ${minuteText(refusals.last)}` : 'none'],
    ['last seen', place.country ? `${place.country} at ${minuteText(place.time)}` : 'nowhere that could be trusted'],
    ...episodeRows(baseline),
    ...fences.map(({ shard, sequenceNumber }, i): Row => [i ? '' : 'fences', `shard ${shard} up to ${sequenceNumber}`]),
    ['item', `${itemBytes(actorId, baseline)} bytes`],
  ];
}

function nameOfGroup({ peerGroup }: Baseline, names: KnownNames): string {
  return names.peerGroup(peerGroup) ?? `hash ${hex(peerGroup)}, of no group in the directory`;
}

function categoryRows(attribute: Attribute, index: number, { habits }: Baseline, names: KnownNames): readonly Row[] {
  const known = habits.categories.filter((category) => category.attribute === index).sort((a, b) => b.days - a.days);
  const named = known.flatMap((category) => {
    const name = names.category(attribute, category.hash);
    return name === undefined ? [] : [describe(name, category)];
  });
  const unnamed = known.length - named.length;
  const rest = unnamed ? [`${unnamed}${named.length ? ' more' : ''}, of which only hashes are stored`] : [];
  return [...named, ...rest].map((text, i) => [i ? '' : PLURALS[attribute], text]);
}

const describe = (name: string, { days, lastDay }: Category) => `${name}: ${days} days, the last ${dateOf(lastDay)}`;

function episodeRows({ episode, updatedAt }: Baseline): readonly Row[] {
  if (!episode) return [['episode', 'none']];
  const over = updatedAt - episode.lastEvidenceAt >= EPISODE_GAP_MS;
  return [
    ['episode', `${episode.alertId}, revision ${episode.revision}, ${over ? 'over' : 'open'}`],
    ['', `opened ${minuteText(episode.openedAt)}, last evidence ${minuteText(episode.lastEvidenceAt)}`],
    ['', `told as ${episode.toldSeverity} with a score of ${episode.toldScore.toFixed(1)}`],
  ];
}

/** The last five weeks, oldest first; the running day is the last column. */
function daysChart({ day, firstDay, dailyReads }: Baseline): readonly string[] {
  const days = Array.from({ length: DAILY_SERIES_DAYS }, (_, i) => day.day - DAILY_SERIES_DAYS + 1 + i);
  const columns = days.map((on): Column => {
    if (on === day.day) return { value: day.protectedReads };
    if (on < firstDay) return { mark: ' ' };
    const value = decodeDailyReads(dailyReads[day.day - 1 - on] ?? 0);
    return value === undefined ? { mark: '·' } : { value };
  });
  const chart = columnChart(columns, CHART_ROWS);
  const from = `${dateOf(days[0] ?? 0)}`;
  const to = `${dateOf(day.day)}`;
  const indent = ' '.repeat((chart.at(-1)?.indexOf('└') ?? 0) + 1);
  return [
    'Protected reads a day (·: a day off, or one not learned since people were alerted; about, above 64)',
    ...chart,
    `${indent}${from}${to.padStart(DAILY_SERIES_DAYS - from.length)}`,
  ];
}

function hoursChart({ habits }: Baseline, { timeZone }: KnownNames): readonly string[] {
  const { activeDays, hours } = habits;
  const where = timeZone ?? "the time zone that the directory had for each access, or UTC's";
  if (activeDays === 0) return [`Hours of the day: nothing learned yet`];
  const columns = hours.map((days): Column => ({ value: days / activeDays }));
  const chart = columnChart(columns, CHART_ROWS, 1, (share) => `${Math.round(share * 100)}%`);
  const indent = ' '.repeat((chart.at(-1)?.indexOf('└') ?? 0) + 1);
  const ticks = ['0', '6', '12', '18'].map((hour) => hour.padEnd(12)).join('');
  return [
    `Share of ${activeDays} days with an access in each hour (${where})`,
    ...chart,
    `${indent}${ticks.trimEnd()}`,
  ];
}

const spread = ({ n, mean, variance }: Moments) =>
  n === 0 ? 'nothing learned yet' : `${mean.toFixed(1)} ± ${Math.sqrt(variance).toFixed(1)}`;
const listed = (counts: readonly (readonly [string, number])[]) =>
  counts.flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : [])).join(', ') || 'nothing learned yet';
const round = (value: number) => Math.round(value);
const hex = (hash: number) => hash.toString(16).padStart(8, '0');
const dateOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
