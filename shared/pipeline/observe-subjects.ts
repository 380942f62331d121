import type { Access } from '../model/access.ts';
import { type Baseline, MOST_COUNTED, type OtherSubject, type TopSubject } from '../model/baseline.ts';
import { halvesOfHex64 } from '../stats/hex64.ts';

/** The users whom somebody looks up, see `Baseline`. */
export type LookedUp = Pick<Baseline, 'topSubjects' | 'otherSubjects'>;

type Looks = Pick<TopSubject, 'lookups' | 'days' | 'lastDay'>;

const TOP_SUBJECTS_KEPT = 8;
/** With the top ones about as many as a busy person looks up in a day, so that who comes back on the next one is known again. */
const OTHER_SUBJECTS_KEPT = 12;
/** Look-ups of a subject are forgotten after this many days without one. */
const SUBJECT_MEMORY_DAYS = 14;
const BYTE = 255;

/** How odd it is to come back to one user: coming back on another day counts as much as doubling the look-ups. 0 for one look-up. */
export const repeatStrength = ({ lookups, days }: Pick<Looks, 'lookups' | 'days'>): number =>
  lookups < 2 ? 0 : Math.log2(lookups) * (1 + Math.log2(days));

/**
 * Counts look-ups by subject, exactly while all fit. Where they don't, whoever is least told of by `repeatStrength` makes room: first among
 * the top for the subject that is looked up now, then among the others for good. So nobody hides a user among many that are looked up once,
 * or behind a few that are looked up more often without being told of these. A count is never inherited, as it is in Space-saving
 * (Metwally, Agrawal & El Abbadi, ICDT 2005): a phantom count could accuse.
 */
export function observeSubjects(before: LookedUp, access: Access): LookedUp {
  const today = access.local.day;
  const top = before.topSubjects.filter((entry) => isRemembered(entry, today));
  const others = before.otherSubjects.filter((entry) => isRemembered(entry, today));
  for (const subject of access.subjectHashes) {
    const [high, low] = halvesOfHex64(subject);
    const place = top.findIndex((entry) => entry.low === low && entry.high === high);
    const known = top[place];
    if (known) {
      top[place] = lookedUp(high, low, known, today);
      continue;
    }
    const mark = markOf(high);
    const otherPlace = others.findIndex((entry) => entry.mark === mark);
    const [other] = otherPlace < 0 ? [] : others.splice(otherPlace, 1);
    if (top.length >= TOP_SUBJECTS_KEPT)
      for (const displaced of top.splice(leastTold(top), 1)) insertByDay(others, asOther(displaced));
    top.push(lookedUp(high, low, other ?? { lookups: 0, days: 0, lastDay: -1 }, today));
  }
  return { topSubjects: top, otherSubjects: keepMostTold(others, OTHER_SUBJECTS_KEPT) };
}

const isRemembered = ({ lastDay }: Looks, today: number) => today - lastDay <= SUBJECT_MEMORY_DAYS;

const lookedUp = (high: number, low: number, { lookups, days, lastDay }: Looks, today: number): TopSubject => ({
  high,
  low,
  lookups: Math.min(lookups + 1, BYTE),
  days: Math.min(days + (today > lastDay ? 1 : 0), BYTE),
  lastDay: Math.max(today, lastDay),
});

/** 24 bits, of which sixteen million differ: among the twenty users of one person no two are taken for one another. */
const markOf = (high: number): number => high >>> 8;

const asOther = ({ high, lookups, days, lastDay }: TopSubject): OtherSubject => ({
  mark: markOf(high),
  lookups: Math.min(lookups, MOST_COUNTED),
  days: Math.min(days, MOST_COUNTED),
  lastDay,
});

/** They stand by their last day: one comes behind all of its own. */
function insertByDay(others: OtherSubject[], other: OtherSubject): void {
  const place = others.findLastIndex(({ lastDay }) => lastDay <= other.lastDay) + 1;
  others.splice(place, 0, other);
}

/** So many of the others, in their order; those go whom people would be told of least. */
export function keepMostTold(others: readonly OtherSubject[], most: number): readonly OtherSubject[] {
  if (others.length <= most) return others;
  const kept = others.slice();
  while (kept.length > most) kept.splice(leastTold(kept), 1);
  return kept;
}

/** The place of the weakest entry; of several, of the one longest ago. */
function leastTold(entries: readonly Looks[]): number {
  let least = 0;
  let strength = Infinity;
  let lastDay = Infinity;
  entries.forEach((entry, place) => {
    const own = repeatStrength(entry);
    if (own > strength || (own === strength && entry.lastDay >= lastDay)) return;
    least = place;
    strength = own;
    lastDay = entry.lastDay;
  });
  return least;
}
