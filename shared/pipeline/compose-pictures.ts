import { ATTRIBUTES, type Attribute } from '../model/access.ts';
import type { AlertPictures, USUALNESS } from '../model/alert.ts';
import type { View } from '../signals/signal.ts';
import { attributeValue, HARDLY_EVER, NEVER_SEEN } from '../signals/wording.ts';
import { decodeDailyReads } from '../stats/daily-series.ts';
import { fullListOf } from './close-windows.ts';

/** Past days beside the alert's own. */
const PAST_DAYS = 34;
const DAY_MINUTES = 24 * 60;
/** A value used on at least every tenth day is often used. */
const OFTEN = 0.1;

const rounded = (x: number) => Math.round(x * 1000) / 1000;

/** What pictures are made from. */
export type Pictured = Pick<View, 'access' | 'baseline' | 'peers'>;

/** The history that a card draws beside an alert. Only what the baseline holds already, so that nothing more is stored. */
export function composePictures(view: Pictured): AlertPictures {
  const { access, baseline } = view;
  const { hours, weekdays, activeDays } = baseline.habits;
  const share = (days: number) => rounded(days / Math.max(activeDays, 1));
  const past = Array.from({ length: PAST_DAYS }, (_, i) => decodeDailyReads(baseline.dailyReads[i] ?? 0) ?? null);
  return {
    schemaVersion: 1,
    dailyReads: [...past.reverse().map((reads) => reads && Math.round(reads)), baseline.day.protectedReads],
    hours: hours.map(share),
    weekdays: weekdays.map(share),
    utcOffsetMinutes: utcOffsetMinutes(access.time, access.local.day, access.local.hour),
    ladder: ATTRIBUTES.flatMap((attribute, index) => rung(view, attribute, index)),
  };
}

/** In whole hours, since the local clock is known to the hour: half an hour more or less moves no cell of a picture by more than one. */
function utcOffsetMinutes(time: number, localDay: number, localHour: number): number {
  const utcHour = Math.floor(time / 3_600_000);
  return localDay * DAY_MINUTES + localHour * 60 - utcHour * 60;
}

function rung(view: Pictured, attribute: Attribute, index: number): AlertPictures['ladder'] {
  const { access, baseline, peers } = view;
  const hash = access.categories[index] ?? 0;
  if (hash === 0) return [];
  const used = baseline.habits.categories.find((category) => category.attribute === index && category.hash === hash);
  const { activeDays } = baseline.habits;
  const unlisted = fullListOf(baseline.habits, index) === undefined ? 0 : HARDLY_EVER;
  return [
    {
      attribute,
      value: attributeValue(view, attribute),
      self: usualness(used ? used.days / Math.max(activeDays, 1) : unlisted),
      peers: usualness(peers.category(index, hash), peers.category(index, NEVER_SEEN)),
      country: usualness(peers.categoryInCountry(index, hash), peers.categoryInCountry(index, NEVER_SEEN)),
    },
  ];
}

/** @param unseen what is expected of a value that nobody ever used: among few people that is more than nothing */
function usualness(share: number, unseen = 0): (typeof USUALNESS)[number] {
  if (share < HARDLY_EVER || share <= unseen) return 'never';
  return share < OFTEN ? 'rarely' : 'often';
}
