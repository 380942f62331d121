import type { Access } from '../../shared/model/access.ts';
import { LONGEST_SITTING_MS } from '../../shared/pipeline/close-windows.ts';
import { type LinkedLate, linkEntryOf, linkedWith, linkKindOf, type SubjectHit } from '../../shared/pipeline/links.ts';
import type { Observed } from './observed.ts';
import { readOnce } from './read-once.ts';

/** One user of an access, and whether others were met. */
interface Meeting {
  readonly access: Access;
  readonly subject: string;
  isMet: boolean;
}

/**
 * Of a refusal and a look at the same user soon after, by somebody else, one was told of the other, or the look of another such refusal:
 * whichever came first, in whatever batches, and whatever went wrong on the way.
 */
export function linksJudged({ runs, discarded }: Observed): string[] {
  const meetings = new Map<string, Meeting>();
  /** When, by actor and user: of a sitting's refusals, one says it for all. */
  const linkedLate = new Map<string, number[]>();
  const isLinkedLate = ({ actorId, time }: Access, subject: string) =>
    linkedLate.get(JSON.stringify([actorId, subject]))?.some((other) => Math.abs(other - time) < LONGEST_SITTING_MS);
  const meetingOf = (access: Access, subject: string): Meeting => {
    const name = JSON.stringify([access.actorId, access.hash, subject]);
    const meeting = meetings.get(name) ?? { access, subject, isMet: false };
    meetings.set(name, meeting);
    return meeting;
  };
  // What was given up lies whole where it can be put back from.
  const givenUp = new Set(
    discarded.flatMap((record) => {
      const read = readOnce(record);
      if (read?.kind !== 'late-links') return [];
      const { actorId, links } = read.lateLinks;
      return links.map(({ subject }) => JSON.stringify([actorId, subject]));
    }),
  );
  for (const { met } of runs)
    for (const [question, answers] of met) {
      const [kind, asked] = JSON.parse(question) as [string, unknown];
      for (const answer of answers) {
        // Its batch comes again, or is given up.
        if (answer === undefined) continue;
        if (kind === 'late')
          for (const late of answer as readonly (LinkedLate | undefined)[])
            for (const { subject } of late?.hits ?? []) {
              const name = JSON.stringify([late?.access.actorId, subject]);
              linkedLate.set(name, [...(linkedLate.get(name) ?? []), late?.access.time ?? 0]);
            }
        if (kind === 'meet')
          for (const [i, access] of (asked as readonly Access[]).entries()) {
            const hits = (answer as readonly (readonly SubjectHit[])[])[i] ?? [];
            for (const subject of access.subjectHashes)
              meetingOf(access, subject).isMet ||= hits.some((hit) => hit.subject === subject);
          }
      }
    }
  const all = [...meetings.values()];
  const looks = Map.groupBy(
    all.filter(({ access }) => linkKindOf(access) === 'read'),
    ({ subject }) => subject,
  );
  return all.flatMap(({ access, subject, isMet }) => {
    if (isMet || linkKindOf(access) !== 'refused' || isLinkedLate(access, subject)) return [];
    if (givenUp.has(JSON.stringify([access.actorId, subject]))) return [];
    const missed = looks
      .get(subject)
      ?.find((look) => !look.isMet && linkedWith(access, 'refused', [linkEntryOf(look.access)]) !== undefined);
    return missed ? [`${missed.access.id} and ${access.id}, refused before, were not told of one another`] : [];
  });
}
