import type { LinkEntry, LinkKind } from '../../shared/pipeline/links.ts';
import type { LinkStore } from '../../shared/stores/ports.ts';
import type { InTurn } from './in-turn.ts';

/** Somebody's accesses of one kind to one subject, between which nobody else's came. */
interface Run {
  readonly kind: LinkKind;
  /** Of the last of them so far. */
  entry: LinkEntry;
  readonly met: Promise<readonly LinkEntry[]>;
}

/**
 * Remembers accesses to subjects and says who else met them, as the store does, but a run at once: who looks at one user several times in
 * a row meets the same others each time, and the last time is what stays.
 */
export function meetInRuns(links: Pick<LinkStore, 'meet'>, inTurn: InTurn): LinkStore['meet'] {
  const open = new Map<string, Run>();
  return (subject, kind, entry) => {
    const running = open.get(subject);
    if (running?.kind === kind && running.entry.actorId === entry.actorId) {
      running.entry = entry;
      return running.met;
    }
    const ask = () => {
      // Whatever comes now is too late to be told of with it.
      if (open.get(subject) === run) open.delete(subject);
      return links.meet(subject, kind, run.entry);
    };
    const run: Run = { kind, entry, met: inTurn(`subject ${subject}`, ask) };
    open.set(subject, run);
    return run.met;
  };
}
