import type { Alert } from '../model/alert.ts';
import type { Settings } from '../model/settings.ts';
import type { SourceDay } from '../model/source-day.ts';
import { countOf } from '../signals/wording.ts';
import { composeSilenceAlert } from './compose-silence-alert.ts';
import { UNKNOWN_TEAM } from './enrich.ts';
import {
  hasCome,
  hourlyAccesses,
  hourUnderWay,
  LEAST_ACCESSES,
  type SourceSilence,
  sourceSilenceOf,
  timesSourceTold,
} from './source-silence.ts';

const HOUR_MS = 3_600_000;

/** A source, or what comes from it of one country. */
interface Channel {
  readonly source: string;
  readonly country: string | undefined;
}

/**
 * Silence of sources: one that sent and sends no more, or sends no more of one country, while others go on. It broke, or somebody
 * blinded this system to it. Where everything is silent the stream's own alarm rings; where a country is, `foldSilence` tells of it.
 *
 * As there, people are told when a silence passes its limit between two folds, so that nothing has to be remembered.
 *
 * @param days of the last `SOURCE_DAYS_READ`, in any order
 * @param before stamp of the fold before, epoch milliseconds
 * @param now stamp of this fold
 */
export function foldSourceSilence(
  days: readonly SourceDay[],
  before: number,
  now: number,
  settings: Settings,
): readonly Alert[] {
  const { enabled, weight } = settings.signals.silence;
  if (!enabled || weight === 0 || days.length === 0) return [];
  const [hourBefore, hour] = [hourUnderWay(before), hourUnderWay(now)];
  // Nothing but whole hours is judged: most folds have no new one.
  if (hour <= hourBefore) return [];
  const bySource = [...Map.groupBy(days, ({ source }) => source)].sort(([a], [b]) => (a < b ? -1 : 1));
  return bySource.flatMap(([source, ofSource]) => {
    const whole = { source, country: undefined };
    const silent = silenceOf(ofSource, days, undefined, hourBefore, hour);
    if (silent) return silent.told === undefined ? [] : [tell(whole, silent.silence, silent.told, now, settings)];
    return countriesOf(ofSource).flatMap((country) => {
      const found = silenceOf(ofSource, days, country, hourBefore, hour);
      return found?.told === undefined ? [] : [tell({ source, country }, found.silence, found.told, now, settings)];
    });
  });
}

/**
 * @param days of the channel's source @param around what the channel is part of: unless something else of it came since, it is that
 * which is silent
 * @param country of the channel. @default all of them
 * @returns undefined where a channel is not silent for long enough; `told` where there is something new to tell
 */
function silenceOf(
  days: readonly SourceDay[],
  around: readonly SourceDay[],
  country: string | undefined,
  hourBefore: number,
  hour: number,
): { readonly silence: SourceSilence; readonly told: 1 | 2 | undefined } | undefined {
  // Nearly always: what follows looks at eight weeks.
  if (hasCome(days, hour - 1, country)) return undefined;
  const hourly = hourlyAccesses(days, country);
  const silence = sourceSilenceOf(hourly, hour);
  const times = timesSourceTold(silence);
  if (!silence || times === 0) return undefined;
  const goesOn = [...hourlyAccesses(around, country).keys()].some((at) => at >= silence.since && at < hour);
  const isNews = goesOn && times > timesSourceTold(sourceSilenceOf(hourly, hourBefore));
  return { silence, told: isNews ? times : undefined };
}

function countriesOf(days: readonly SourceDay[]): readonly string[] {
  return [...new Set(days.flatMap(({ countries }) => [...countries.keys()]))]
    .filter((country) => country !== UNKNOWN_TEAM)
    .sort();
}

function tell(
  { source, country }: Channel,
  { since, hours, quietest, usual, longestBefore }: SourceSilence,
  revision: 1 | 2,
  now: number,
  settings: Settings,
): Alert {
  const pause =
    longestBefore > 0 ? `no pause was longer than ${countOf(longestBefore, 'hour')}` : 'no hour was without any';
  const whose = country === undefined ? '' : ` of people in ${country}`;
  return composeSilenceAlert(
    {
      subject: country === undefined ? source : `${source}/${country}`,
      country: country ?? 'all countries',
      name: `${source} ${country ?? ''} ${since}`,
      since: since * HOUR_MS,
      revision,
      text: `nothing from ${source}${whose} for ${countOf(hours, 'hour')}; in the same hours ${Math.round(usual)} accesses come on an average day, ${quietest} on the quietest of four weeks, and ${pause}`,
      observed: hours,
      longestUsual: longestBefore,
      unit: 'whole hours without an access',
      missing: quietest,
      missingAtFirst: LEAST_ACCESSES,
      mayBeBenign: [
        'the source is being moved, or maintained for longer than ever',
        'a holiday longer than any of the last four weeks',
        'a source that began to deliver later',
      ],
    },
    now,
    settings,
  );
}
