import { LATE_LINKS_AT_ONCE, type LateLink, lateLinksOf } from '../../shared/model/late-links.ts';
import { inSittings } from '../../shared/pipeline/close-windows.ts';
import { LINK_WITHIN_MS, linkedWith } from '../../shared/pipeline/links.ts';
import type { LinkMark } from '../../shared/stores/link-marks.ts';
import {
  hourOf,
  LAG_MS,
  LINKS_KEPT_MS,
  LOOK_NOTED_WITHIN_MS,
  NOTED_WITHIN_MS,
  timeOfKey,
} from '../../shared/stores/link-times.ts';
import type { LateLinkStream, LinkLog, NotedRefusal } from '../../shared/stores/ports.ts';

export interface JoinPorts {
  readonly linkLog: Pick<LinkLog, 'refusals' | 'looks' | 'joinedUntil' | 'noteJoined'>;
  readonly lateLinks: LateLinkStream;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Refusals are joined once every look that did not see them can be read. */
const JOINED_AFTER_MS = LOOK_NOTED_WITHIN_MS + LAG_MS;
/** Looks that were noted so long after a refusal have seen it. */
const SEEN_AFTER_MS = LOOK_NOTED_WITHIN_MS + LAG_MS;
/** What is noted may turn up so long after its time, and is read again. */
const READ_AGAIN_MS = NOTED_WITHIN_MS + LAG_MS;
/** An event's time may be so far ahead of its arrival (functions/detect/read-batch.ts), and it is noted after it arrived. */
const AHEAD_MS = 10 * 60_000 + LAG_MS;
/** What was noted within this is read for refusals that are on time. */
export const LOOKS_READ_MS = AHEAD_MS + SEEN_AFTER_MS + READ_AGAIN_MS + 60_000;
/** So many refusals are joined together; after a flood, or a day without this, there are more. */
const REFUSALS_AT_ONCE = 20_000;

/**
 * Links refusals with looks at the same users that `detect` took before it knew of them: where the refusal comes late, or both at the same
 * time in two shards. All refusals since the last run are joined at once, so that each look is read once for all of them, and puts what
 * belongs together on the stream. What was joined already is joined again sometimes, which `detect` takes for what it is.
 *
 * @returns how many links it found
 */
export async function joinLateLinks({ linkLog, lateLinks, now }: JoinPorts): Promise<number> {
  const until = now() - JOINED_AFTER_MS;
  const joined = Math.max((await linkLog.joinedUntil()) ?? 0, until - LINKS_KEPT_MS);
  let found = 0;
  let refusals: NotedRefusal[] = [];
  const join = async (through: number) => {
    found += await joinTogether(refusals, { linkLog, lateLinks, now });
    refusals = [];
    await linkLog.noteJoined(through);
  };
  for await (const refusal of linkLog.refusals(joined - READ_AGAIN_MS, until)) {
    // Those of one item stay together: the next part begins with another time.
    if (refusals.length >= REFUSALS_AT_ONCE && refusals.at(-1)?.key !== refusal.key) await join(timeOfKey(refusal.key));
    refusals.push(refusal);
  }
  await join(until);
  return found;
}

/** One refused user, for whom a look is sought. */
interface Sought {
  readonly refusal: NotedRefusal;
  readonly subject: string;
  link: LateLink | undefined;
}

async function joinTogether(
  refusals: readonly NotedRefusal[],
  { linkLog, lateLinks, now }: JoinPorts,
): Promise<number> {
  const sought = refusals.flatMap((refusal): Sought[] =>
    refusal.access.subjectHashes.map((subject) => ({ refusal, subject, link: undefined })),
  );
  const bySubject = Map.groupBy(sought, ({ subject }) => subject);
  for (const [hour, { from, to }] of hoursOf(refusals, now()))
    for await (const { key, mark } of linkLog.looks(hour, from, to))
      for (const one of bySubject.get(mark.subject) ?? []) {
        if (one.link || !isUnseen(one.refusal, key, mark)) continue;
        const { key: refusal, place, access } = one.refusal;
        if (!linkedWith(access, 'refused', [mark])) continue;
        one.link = { subject: one.subject, refusal, place, look: key, hour };
      }
  const found = sought.flatMap(({ refusal: { access }, link }) =>
    link ? [{ actorId: access.actorId, time: access.time, link }] : [],
  );
  const byActor = Map.groupBy(found, ({ actorId }) => actorId);
  for (const [actorId, links] of byActor)
    for (const sitting of inSittings(links))
      for (let at = 0; at < sitting.length; at += LATE_LINKS_AT_ONCE)
        await lateLinks.put(
          lateLinksOf(
            actorId,
            sitting.slice(at, at + LATE_LINKS_AT_ONCE).map(({ link }) => link),
          ),
        );
  return found.length;
}

/** Whether a look was noted before it could see the refusal, and did not see it all the same. */
const isUnseen = ({ key, access }: NotedRefusal, lookKey: string, look: LinkMark) =>
  timeOfKey(lookKey) <= timeOfKey(key) + SEEN_AFTER_MS && look.met !== access.actorId;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** In which hours looks may lie that belong to refusals and did not see them, and when these were noted. */
function hoursOf(refusals: readonly NotedRefusal[], now: number): ReadonlyMap<number, Span> {
  const hours = new Map<number, Span>();
  for (const { key, access } of refusals) {
    const from = Math.max(access.time - AHEAD_MS, now - LINKS_KEPT_MS);
    const to = timeOfKey(key) + SEEN_AFTER_MS;
    // No look is further ahead of when it was noted.
    const last = hourOf(Math.min(access.time + LINK_WITHIN_MS, to + AHEAD_MS));
    for (let hour = hourOf(access.time); hour <= last; hour++) {
      const span = hours.get(hour) ?? { from, to };
      hours.set(hour, { from: Math.min(span.from, from), to: Math.max(span.to, to) });
    }
  }
  return hours;
}
