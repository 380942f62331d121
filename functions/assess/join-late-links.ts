import { type LateLink, LINKED_USERS_KEPT, lateLinksOf } from '../../shared/model/late-links.ts';
import { inSittings } from '../../shared/pipeline/close-windows.ts';
import { LINK_WITHIN_MS, type LinkEntry, linkEntryOf, linkedWith, remembered } from '../../shared/pipeline/links.ts';
import type { FoundLink, LateLinkStream, LinkLog, NotedLook, NotedRefusal } from '../../shared/stores/link-ports.ts';
import {
  hourOf,
  LAG_MS,
  LINKS_KEPT_MS,
  LOOK_NOTED_WITHIN_MS,
  NOTED_WITHIN_MS,
  timeOfKey,
} from '../../shared/stores/link-times.ts';

export interface JoinPorts {
  readonly linkLog: Pick<LinkLog, 'refusals' | 'looks' | 'found' | 'noteFound' | 'joined' | 'noteJoined'>;
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

/** What can't be joined is tried again for so long, as `detect` tries a batch; then others go on without it. */
const TRIED_FOR_MS = 3_600_000;
/** `assess` is ended after four minutes, and has more to do. */
const TAKES_MOST_MS = 2 * 60_000;
/** People of whom something is said at once: one whose shard is full takes seconds to be given up. */
const SAID_AT_ONCE = 20;

/**
 * Links refusals with looks at the same users that `detect` took before it knew of them: where the refusal comes late, or both at the same
 * time in two shards. All refusals since the last run are joined at once, so that each look is read once for all of them, and puts what
 * belongs together on the stream. What is found is noted once it is said, and is not said again but with what is found of the same sitting
 * later; a crash between the two says it twice, which `detect` takes for what it is.
 *
 * @returns how many links it said
 * @throws AggregateError where it could not join all of them: what can be said is said even so, and the rest is tried again for an hour
 */
export async function joinLateLinks({ linkLog, lateLinks, now }: JoinPorts): Promise<number> {
  const started = now();
  const until = started - SEEN_AFTER_MS;
  const before = await linkLog.joined();
  let joined = Math.max(before?.until ?? 0, until - LINKS_KEPT_MS);
  const run: Run = { linkLog, lateLinks, now, endsAt: started + TAKES_MOST_MS, failures: [], said: 0 };
  const noteFailure = noteFailureOf(run);
  let refusals: NotedRefusal[] = [];
  const join = async (through: number) => {
    for (const together of inTheirTurns(refusals)) await joinTogether(together, run);
    refusals = [];
    // What is read again lies before what was joined already.
    if (run.failures.length > 0 || through <= joined) return;
    joined = through;
    await linkLog.noteJoined({ until: joined });
  };
  const goThrough = async () => {
    for await (const refusal of linkLog.refusals(joined - READ_AGAIN_MS, until, noteFailure)) {
      // Those of one time stay together: the next part begins with another.
      if (refusals.length >= REFUSALS_AT_ONCE && timeOfKey(refusals.at(-1)?.key ?? '') !== timeOfKey(refusal.key))
        await join(timeOfKey(refusal.key));
      refusals.push(refusal);
    }
  };
  await goThrough().catch(noteFailure);
  await join(until);
  if (run.failures.length === 0) return run.said;
  const failingSince = before?.failingSince ?? started;
  const isGivenUp = started - failingSince >= TRIED_FOR_MS;
  // What was noted since it began to fail has not been tried for so long.
  const passed = Math.max(joined, failingSince - SEEN_AFTER_MS);
  await linkLog.noteJoined(isGivenUp ? { until: passed } : { until: joined, failingSince });
  throw new AggregateError(run.failures, 'some late links could not be joined');
}

/** What a run works with, and what has come of it so far. */
interface Run extends JoinPorts {
  /** Nothing more is read after this, epoch milliseconds. */
  readonly endsAt: number;
  /** Why looks could not be read, or what was found of somebody not said: others don't wait for that. */
  readonly failures: unknown[];
  said: number;
}

const noteFailureOf =
  ({ failures }: Run) =>
  (error: unknown) =>
    void failures.push(error);

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

async function joinTogether(refusals: readonly NotedRefusal[], run: Run): Promise<void> {
  const noteFailure = noteFailureOf(run);
  const sought = soughtIn(refusals);
  const bySubject = Map.groupBy(sought, ({ subject }) => subject);
  for (const [hour, span] of hoursOf(refusals, run.now())) {
    if (isOver(run)) break;
    await lookThrough(hour, span, bySubject, run).catch(noteFailure);
  }
  const found = sought.flatMap((one) => (one.found ? { actorId: one.actorId, link: one.found } : []));
  const byActor = [...Map.groupBy(found, ({ actorId }) => actorId)];
  for (let at = 0; at < byActor.length; at += SAID_AT_ONCE)
    await Promise.all(
      byActor.slice(at, at + SAID_AT_ONCE).map(([actorId, of]) =>
        sayNew(
          actorId,
          of.map(({ link }) => link),
          run,
        ).catch(noteFailure),
      ),
    );
}

/** Whether there is no time to read more, which is noted once. */
function isOver({ now, endsAt, failures }: Run): boolean {
  if (now() <= endsAt) return false;
  if (!failures.includes(TOO_MUCH)) failures.push(TOO_MUCH);
  return true;
}

const TOO_MUCH = new Error('there were more looks than could be read in two minutes');

async function lookThrough(
  hour: number,
  { from, to }: Span,
  sought: ReadonlyMap<string, readonly Sought[]>,
  run: Run,
): Promise<void> {
  let read = 0;
  for await (const look of run.linkLog.looks(hour, from, to, noteFailureOf(run))) {
    if (read++ % 1_000 === 0 && isOver(run)) return;
    for (const one of sought.get(look.mark.subject) ?? []) one.found ??= linkBetween(one, look, hour);
  }
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
      const newestFirst = [...together.values()].flatMap(needed).sort((a, b) => b.time - a.time);
      return { subject, actorId, refusals: newestFirst, found: undefined };
    });
  });
}

function needed(together: readonly PlacedRefusal[]): readonly PlacedRefusal[] {
  const kept = new Set(together.reduce<readonly LinkEntry[]>(remembered, []));
  return together.filter((refusal) => kept.has(refusal));
}

/** The last of the refusals that a look belongs to and did not see. */
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
 * Says of an actor whom others looked at, sitting by sitting, where a user is new in it, with those that were said before: chances multiply.
 * Each user is said once a sitting, and as many as one can hold.
 */
async function sayNew(actorId: string, links: readonly FoundLink[], run: Run): Promise<void> {
  const { linkLog, lateLinks } = run;
  const before = new Set(await linkLog.found(actorId));
  const isKnown = ({ time, link }: FoundLink) =>
    [...before].some((known) => known.time === time && known.link.subject === link.subject);
  for (const sitting of inSittings([...before, ...links.filter((one) => !isKnown(one))])) {
    const found = sitting.filter((one) => !before.has(one));
    const said = firstOfEachUser(sitting.filter((one) => before.has(one)));
    const news = firstOfEachUser(found).filter(
      ({ link }) => !said.some((known) => known.link.subject === link.subject),
    );
    const told = news.slice(0, Math.max(0, LINKED_USERS_KEPT - said.length));
    const isTold = new Set(told);
    // Who reads them knows nothing of what lies between, and takes one sitting out of a record: each is a record of its own.
    for (const together of inSittings([...said, ...told]))
      if (together.some((one) => isTold.has(one)))
        await lateLinks.put(
          lateLinksOf(
            actorId,
            together.map(({ link }) => link),
          ),
        );
    // The first and the last as well: where somebody comes back to a user again and again, the sitting goes on.
    const ends = [found.at(0), found.at(-1)].flatMap((one) => one ?? []);
    const noted = new Set([...told, ...ends]);
    if (noted.size > 0) await linkLog.noteFound(actorId, [...noted]);
    run.said += told.length;
  }
}

const firstOfEachUser = (links: readonly FoundLink[]): readonly FoundLink[] =>
  [...new Map(links.toReversed().map((one) => [one.link.subject, one])).values()].reverse();

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
