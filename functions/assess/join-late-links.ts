import { type LateLink, LINKED_USERS_KEPT, lateLinksOf } from '../../shared/model/late-links.ts';
import { inSittings, LONGEST_SITTING_MS } from '../../shared/pipeline/close-windows.ts';
import { LINK_WITHIN_MS, type LinkEntry, linkEntryOf, linkedWith, remembered } from '../../shared/pipeline/links.ts';
import {
  hourOf,
  LAG_MS,
  LINKS_KEPT_MS,
  LOOK_NOTED_WITHIN_MS,
  NOTED_WITHIN_MS,
  timeOfKey,
} from '../../shared/stores/link-times.ts';
import type { FoundLink, LateLinkStream, LinkLog, NotedLook, NotedRefusal } from '../../shared/stores/ports.ts';

export interface JoinPorts {
  readonly linkLog: Pick<LinkLog, 'refusals' | 'looks' | 'found' | 'noteFound' | 'joinedUntil' | 'noteJoined'>;
  readonly lateLinks: LateLinkStream;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * So long after a refusal was noted every look that did not see it can be read, and it is joined. Looks that are noted later have seen it,
 * or others that say the same.
 */
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
 * belongs together on the stream. What is found is noted once it is said, and is not said again but with what is found of the same sitting
 * later; a crash between the two says it twice, which `detect` takes for what it is.
 *
 * @returns how many links it found
 * @throws where it could not say all of them, AggregateError for several reasons: what can be said is said even so, and the next run begins at
 * the same place
 */
export async function joinLateLinks({ linkLog, lateLinks, now }: JoinPorts): Promise<number> {
  const until = now() - SEEN_AFTER_MS;
  const joined = Math.max((await linkLog.joinedUntil()) ?? 0, until - LINKS_KEPT_MS);
  const failures: unknown[] = [];
  let found = 0;
  let refusals: NotedRefusal[] = [];
  const join = async (through: number) => {
    for (const together of inTheirTurns(refusals))
      found += await joinTogether(together, { linkLog, lateLinks, now }, failures);
    refusals = [];
    // What is read again lies before what was joined already.
    if (failures.length === 0 && through > joined) await linkLog.noteJoined(through);
  };
  for await (const refusal of linkLog.refusals(joined - READ_AGAIN_MS, until)) {
    // Those of one time stay together: the next part begins with another.
    if (refusals.length >= REFUSALS_AT_ONCE && timeOfKey(refusals.at(-1)?.key ?? '') !== timeOfKey(refusal.key))
      await join(timeOfKey(refusal.key));
    refusals.push(refusal);
  }
  await join(until);
  if (failures.length > 1) throw new AggregateError(failures, `late links could not be said, ${failures.length} times`);
  if (failures.length > 0) throw failures[0];
  return found;
}

/** Those that are on time first: for those that are hours late there is more to read than may be done in time. */
function inTheirTurns(refusals: readonly NotedRefusal[]): readonly (readonly NotedRefusal[])[] {
  const isOnTime = ({ key, access }: NotedRefusal) => timeOfKey(key) - access.time <= LINK_WITHIN_MS;
  return [refusals.filter(isOnTime), refusals.filter((refusal) => !isOnTime(refusal))];
}

/** One actor's refusals of one user in one sitting, for which a look is sought: one of them says it for all. */
interface Sought {
  readonly subject: string;
  readonly actorId: string;
  readonly refusals: readonly PlacedRefusal[];
  found: FoundLink | undefined;
}

/** A refusal where it was noted. */
interface PlacedRefusal extends LinkEntry {
  readonly notedAt: number;
  readonly key: string;
  readonly place: number;
}

/** @param failures gets why looks could not be read, or what is found of somebody not said: others don't wait for that */
async function joinTogether(refusals: readonly NotedRefusal[], ports: JoinPorts, failures: unknown[]): Promise<number> {
  const sought = soughtIn(refusals);
  const bySubject = Map.groupBy(sought, ({ subject }) => subject);
  const noteFailure = (error: unknown) => void failures.push(error);
  for (const [hour, span] of hoursOf(refusals, ports.now()))
    await lookThrough(hour, span, bySubject, ports).catch(noteFailure);
  const byActor = Map.groupBy(
    sought.filter(({ found }) => found !== undefined),
    ({ actorId }) => actorId,
  );
  let count = 0;
  for (const [actorId, of] of byActor) {
    const links = of.flatMap(({ found }) => found ?? []);
    await sayNew(actorId, links, ports).then((said) => {
      count += said;
    }, noteFailure);
  }
  return count;
}

async function lookThrough(
  hour: number,
  { from, to }: Span,
  sought: ReadonlyMap<string, readonly Sought[]>,
  { linkLog }: JoinPorts,
): Promise<void> {
  for await (const look of linkLog.looks(hour, from, to))
    for (const one of sought.get(look.mark.subject) ?? []) one.found ??= linkBetween(one, look, hour);
}

/** By user, actor and sitting. Of refusals that were noted together, those that have to be remembered are enough. */
function soughtIn(refusals: readonly NotedRefusal[]): readonly Sought[] {
  const placed = refusals.flatMap(({ key, place, access }) =>
    access.subjectHashes.map((subject) => {
      const refusal: PlacedRefusal = { ...linkEntryOf(access), notedAt: timeOfKey(key), key, place };
      return { subject, refusal };
    }),
  );
  const byBoth = Map.groupBy(placed, ({ subject, refusal }) => `${subject} ${refusal.actorId}`);
  return [...byBoth.values()].flatMap((of) => {
    const [first] = of;
    if (!first) return [];
    const { subject } = first;
    const { actorId } = first.refusal;
    const sittings = inSittings(of.map(({ refusal }) => refusal));
    return sittings.map((sitting) => {
      const together = Map.groupBy(sitting, ({ key }) => key);
      return { subject, actorId, refusals: [...together.values()].flatMap(needed), found: undefined };
    });
  });
}

function needed(together: readonly PlacedRefusal[]): readonly PlacedRefusal[] {
  const kept = new Set(together.reduce<readonly LinkEntry[]>(remembered, []));
  return together.filter((refusal) => kept.has(refusal));
}

/** The first of the refusals that a look belongs to and did not see. */
function linkBetween(
  { subject, actorId, refusals }: Sought,
  { key: look, place: lookPlace, mark }: NotedLook,
  hour: number,
) {
  if (mark.actorId === actorId || mark.met === actorId) return undefined;
  const unseenSince = timeOfKey(look) - SEEN_AFTER_MS;
  const refusal = refusals.find(
    (one) => one.notedAt >= unseenSince && linkedWith(one, 'refused', [mark]) !== undefined,
  );
  if (!refusal) return undefined;
  const link: LateLink = { subject, refusal: refusal.key, place: refusal.place, look, lookPlace, hour };
  return { time: refusal.time, link };
}

/**
 * Says what is new of an actor, with what was found before of the same sittings: chances multiply. Of each sitting as many users as one can hold;
 * more could not be told of. A user is new who was not found within as long as nobody sits longer.
 *
 * @returns how many were said
 */
async function sayNew(
  actorId: string,
  links: readonly FoundLink[],
  { linkLog, lateLinks }: JoinPorts,
): Promise<number> {
  const before = await linkLog.found(actorId);
  const known = Map.groupBy(before, ({ link }) => link.subject);
  const fresh = new Set(
    links.filter(
      (one) => !known.get(one.link.subject)?.some(({ time }) => Math.abs(time - one.time) < LONGEST_SITTING_MS),
    ),
  );
  let count = 0;
  for (const sitting of inSittings([...before, ...fresh])) {
    const said = sitting.filter((one) => !fresh.has(one)).slice(0, LINKED_USERS_KEPT);
    const news = sitting.filter((one) => fresh.has(one)).slice(0, LINKED_USERS_KEPT - said.length);
    if (news.length === 0) continue;
    await lateLinks.put(
      lateLinksOf(
        actorId,
        [...said, ...news].map(({ link }) => link),
      ),
    );
    await linkLog.noteFound(actorId, news);
    count += news.length;
  }
  return count;
}

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
