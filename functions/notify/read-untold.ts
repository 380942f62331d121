import { type Suppression, suppressionOf } from '../../shared/model/suppression.ts';
import { type Digestible, digestible } from '../../shared/notification/digest.ts';
import type { Case, CaseStore, NotifiedAs, SuppressionStore } from '../../shared/stores/ports.ts';

/** More than so many that wait are a flood. */
export const MANY = 10;
/** So many suppressions are looked up at once. */
const LOOKED_UP_AT_ONCE = 100;

/** What people were not told of yet. */
export interface Untold {
  /** Cases to tell people of. */
  readonly count: number;
  /** Whole, as long as there are few. */
  readonly few: readonly Case[];
  readonly toDigest: readonly Digestible[];
  /** Raised in shadow mode, or suppressed by an analyst: they count as told, and nobody is. */
  readonly silent: readonly SilentRevision[];
}

export type Revision = Pick<Case, 'alertId' | 'revision'>;
/** `suppressedBy` is the suppression because of which nobody is told. */
export type SilentRevision = Revision & Pick<NotifiedAs, 'suppressedBy'>;

export interface ReadUntoldPorts {
  readonly cases: Pick<CaseStore, 'untold'>;
  readonly suppressions: Pick<SuppressionStore, 'of'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Reads every untold case, and parts those that people are to be told of from those that they aren't.
 *
 * @param known cases to look at besides those that the index shows, by alertId
 */
export async function readUntold(known: readonly string[], ports: ReadUntoldPorts): Promise<Untold> {
  const few: Case[] = [];
  const toDigest: Digestible[] = [];
  const silent: SilentRevision[] = [];
  const suppressionFor = suppressionLookUp(ports);
  for await (const some of inGroups(ports.cases.untold(known), LOOKED_UP_AT_ONCE)) {
    const suppressions = await Promise.all(some.map(suppressionFor));
    for (const [index, stored] of some.entries()) {
      const { alertId, revision, alert } = stored;
      const suppression = suppressions[index];
      if (alert.shadow) silent.push({ alertId, revision });
      // Only of the newest revision is known what it was about: one that it overtook may have been about something else.
      else if (suppression && revision - stored.notifiedRevision === 1)
        silent.push({ alertId, revision, suppressedBy: suppression.id });
      else {
        if (few.length < MANY) few.push(stored);
        toDigest.push(digestible(alert));
      }
    }
  }
  return { count: toDigest.length, few, toDigest, silent };
}

/** Asks once for each subject: in a flood many cases may be of the same. */
function suppressionLookUp({ suppressions, now }: ReadUntoldPorts) {
  const time = now();
  const bySubject = new Map<string, Promise<readonly Suppression[]>>();
  return async ({ alert }: Case): Promise<Suppression | undefined> => {
    if (alert.shadow) return undefined;
    const subject = JSON.stringify([alert.subject.type, alert.subject.id]);
    const ofSubject = bySubject.get(subject) ?? suppressions.of(alert.subject);
    bySubject.set(subject, ofSubject);
    return suppressionOf(alert, await ofSubject, time);
  };
}

async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<readonly Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
