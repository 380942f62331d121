import { QUARANTINE_PREFIX, UNREAD_PREFIX } from '../infra/resource-names.ts';
import { cleanAsciiLine } from '../shared/notification/clean-text.ts';
import type { Fate } from './redrive-plan.ts';

/** Gathers what becomes of records, and says it. */
export interface RedriveReport {
  readonly take: (key: string, fates: readonly Fate[]) => void;
  /** An object is not what its place says. */
  readonly unread: (key: string, reason: string) => void;
  readonly unreadable: () => number;
  /** So many objects hold what `ingest` could not read. */
  readonly passOver: (objects: number) => void;
  readonly text: () => string;
}

/** Objects and reasons named on the screen. */
const NAMED = 10;
/** A reason may quote what a producer sent. */
const REASON_CHARACTERS = 200;

/** What the user asked for. */
export interface RedriveChoice {
  readonly dryRun: boolean;
  /** Whether what is in doubt goes back as well. */
  readonly includeUncertain: boolean;
  /** Whether what came back goes back once more. */
  readonly again: boolean;
}

export function createRedriveReport({ dryRun, includeUncertain, again }: RedriveChoice): RedriveReport {
  // Counts alone: the records of weeks would not fit the memory.
  const counts = { quarantined: new Map<Fate['kind'], number>(), 'given up': new Map<Fate['kind'], number>() };
  const objects = { quarantined: 0, 'given up': 0 };
  const doubts = new Map<string, number>();
  const refusals = new Map<string, number>();
  const returns = new Map<string, number>();
  const unreadable: string[] = [];
  let passedOver = 0;
  const goesBack = dryRun ? 'to be put back' : 'put back';
  const wordsOf: { readonly [kind in Fate['kind']]: string } = {
    'put back': goesBack,
    'in doubt': includeUncertain
      ? `${goesBack} though they may have been counted already`
      : 'that may have been counted already',
    applied: 'applied before they were given up',
    'put back before': 'put back before',
    'came back': again ? `${goesBack} again` : 'that came back after they were put back before',
    'still refused': 'that would be quarantined again',
    'seen before': 'that lie elsewhere too',
  };
  const lineOf = (what: keyof typeof counts) => {
    const records = [...counts[what].values()].reduce((sum, some) => sum + some, 0);
    const parts = [...counts[what]].map(([kind, some]) => `${some} ${wordsOf[kind]}`);
    return `${what}: ${records} records in ${objects[what]} objects${parts.length ? `: ${parts.join(', ')}` : ''}`;
  };
  return {
    take: (key, some) => {
      const what = key.startsWith(QUARANTINE_PREFIX) ? 'quarantined' : 'given up';
      objects[what]++;
      for (const fate of some) {
        count(counts[what], fate.kind);
        if (fate.kind === 'in doubt') count(doubts, `${key}: ${fate.why}`);
        if (fate.kind === 'still refused') count(refusals, cleanAsciiLine(fate.reason, REASON_CHARACTERS));
        if (fate.kind === 'came back') count(returns, cleanAsciiLine(fate.reason, REASON_CHARACTERS));
      }
    },
    unread: (key, reason) => void unreadable.push(`${key} can't be read: ${reason}`),
    unreadable: () => unreadable.length,
    passOver: (objects) => {
      passedOver += objects;
    },
    text: () =>
      [
        lineOf('quarantined'),
        lineOf('given up'),
        ...listed('may have been counted already', doubts),
        ...listed('would be quarantined again', refusals),
        ...listed('came back', returns),
        ...unreadable,
        ...(passedOver > 0 ? [passedOverLine(passedOver)] : []),
        ...(doubts.size > 0 && !includeUncertain
          ? ['--include-uncertain puts back what may have been counted already.']
          : []),
        ...(returns.size > 0 && !again ? ['--again puts back once more what came back: mend the reason first.'] : []),
        ...(dryRun ? ['This was a dry run: nothing was done.'] : []),
        '',
      ].join('\n'),
  };
}

const passedOverLine = (objects: number) =>
  `${objects} objects ${UNREAD_PREFIX}… hold what ingest could not read: see the runbook, "Records can not be read".`;

function count<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function listed(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  const most = [...counts].sort(([, a], [, b]) => b - a);
  const rest = most.length - NAMED;
  return [
    ...most.slice(0, NAMED).map(([name, some]) => `  ${some} ${title}: ${name}`),
    ...(rest > 0 ? [`  and ${rest} more of these`] : []),
  ];
}
