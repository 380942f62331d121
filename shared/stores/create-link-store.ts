import type { Access } from '../model/access.ts';
import type { LateLinks } from '../model/late-links.ts';
import { inSittings } from '../pipeline/close-windows.ts';
import { type LinkedLate, linkedWith, linkKindOf, type SubjectHit } from '../pipeline/links.ts';
import { allOver } from './all-over.ts';
import type { LinkLog, LinkStore, RefusalStore } from './link-ports.ts';
import { meetSubjects } from './meet-subjects.ts';

/** What links are kept in. */
export interface LinkParts {
  readonly refusals: RefusalStore;
  readonly log: Pick<LinkLog, 'noteLooks' | 'noteRefusals' | 'refusalsOf' | 'looksOf'>;
  readonly meetDevice: LinkStore['meetDevice'];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export const createLinkStore = ({ refusals, log, meetDevice, now }: LinkParts): LinkStore => ({
  meet: meetSubjects(refusals, log, now),
  late: (named) => readLate(named, log),
  meetDevice,
});

/** Believes of late links what the log says: many may write to the stream, and few may write the log. */
async function readLate(
  named: readonly LateLinks[],
  log: Pick<LinkLog, 'refusalsOf' | 'looksOf'>,
): ReturnType<LinkStore['late']> {
  // Several name the same items: each is read once.
  const refusalsOf = once(log.refusalsOf);
  const looksOf = once((name: string) => {
    const [hour = '', key = ''] = name.split(' ');
    return log.looksOf(Number(hour), key);
  });
  const readOne = async ({ actorId, links }: LateLinks): Promise<LinkedLate | undefined> => {
    const found: { readonly time: number; readonly access: Access; readonly hit: SubjectHit }[] = [];
    for (const { subject, refusal, place, look, lookPlace, hour } of links) {
      const access = (await refusalsOf(refusal))[place];
      if (!access || access.actorId !== actorId || linkKindOf(access) !== 'refused') continue;
      if (!access.subjectHashes.includes(subject)) continue;
      const mark = (await looksOf(`${hour} ${look}`))[lookPlace];
      if (mark?.subject !== subject || !linkedWith(access, 'refused', [mark])) continue;
      found.push({ time: access.time, access, hit: { kind: 'subject', subject, actorId: mark.actorId } });
    }
    // Chances multiply within a sitting, and not over days, whatever a record puts together.
    const sitting = inSittings(found).at(-1);
    const latest = sitting?.at(-1);
    if (!sitting || !latest) return undefined;
    return {
      access: latest.access,
      since: sitting[0]?.time ?? latest.time,
      hits: [...new Map(sitting.map(({ hit }) => [hit.subject, hit])).values()],
    };
  };
  return allOver(named.map(readOne));
}

/** Asks about each name once. */
function once<Answer>(ask: (name: string) => Promise<Answer>): (name: string) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (name) => {
    const answer = answers.get(name) ?? ask(name);
    answers.set(name, answer);
    return answer;
  };
}
