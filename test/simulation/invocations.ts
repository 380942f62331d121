import { below, chance, type Random } from '../../shared/simulation/random.ts';
import { WriteConflict } from '../../shared/stores/ports.ts';
import type { Agenda } from './agenda.ts';
import type { RunCounts } from './observed.ts';
import { type CallFault, type Fault, type FunctionName, NO_FAULTS, type Schedule } from './schedule.ts';

/** One run of a function, from its start to beyond its end: a zombie's calls still belong to it. */
export interface Invocation {
  readonly name: FunctionName;
  readonly ordinal: number;
  /** Calls made so far. */
  calls: number;
  /** Calls that were not answered yet. */
  unanswered: number;
  /** Faults that it met. */
  faults: number;
  /** It began in an environment in which an earlier one's call is not answered yet: it may have to wait for that. */
  inherited: boolean;
  conflicts: number;
  /** It returned, threw, timed out or died: whoever invoked it has moved on. */
  over: boolean;
  /** It came to its end by itself, in time. */
  returned: boolean;
  /** It will never make another call. */
  dead: boolean;
}

export type Ending<Value> =
  | { readonly kind: 'returned'; readonly value: Value }
  | { readonly kind: 'threw'; readonly error: unknown };

/** Runs functions, and stands between them and the stores. */
export interface Invocations {
  /** How many of a function were begun: the ordinal of the next. */
  readonly begun: (name: FunctionName) => number;
  readonly begin: (name: FunctionName) => Invocation;
  /** Runs what a function does; its ending is told once, at the time-out at the latest. */
  readonly run: <Value>(
    invocation: Invocation,
    work: () => Promise<Value>,
    ended: (ending: Ending<Value>) => void,
  ) => void;
  /**
   * Makes one call of a port, some milliseconds long, with what the schedule lets go wrong with it.
   *
   * @param part the call with only some of its items, where it has several
   */
  readonly call: <Answer>(
    invocation: Invocation,
    act: () => Promise<Answer>,
    part?: () => Promise<unknown>,
  ) => Promise<Answer>;
  readonly counts: () => Omit<RunCounts, 'steps'>;
}

/** As in infra. A function that timed out on AWS is ended; here `detect` and `notify` go on, which is worse than the truth. */
const TIMEOUT_MS: Readonly<Record<FunctionName, number>> = { detect: 60_000, notify: 60_000, assess: 240_000 };
/**
 * A request of `assess` lands within this or never. Snapshots and settings are used no sooner than ten minutes and 45
 * seconds after their stamps; what is stamped and lands later than that would change verdicts that were given already.
 */
const ASSESS_LANDS_WITHIN_MS = 40_000;

export function createInvocations(schedule: Schedule, agenda: Agenda, random: Random): Invocations {
  const faults = new Map(schedule.faults.flatMap((fault) => (isCallFault(fault) ? [[keyOf(fault), fault]] : [])));
  const begun: Record<FunctionName, number> = { detect: 0, assess: 0, notify: 0 };
  const all: Invocation[] = [];
  const met = { ...NO_FAULTS };
  const endings = new WeakMap<Invocation, (error: unknown) => void>();
  const latency = () => (chance(random, 0.05) ? below(random, 3_000) : 1 + below(random, 40));

  const die = (invocation: Invocation, reason: string) => {
    invocation.dead = true;
    endings.get(invocation)?.(new Error(reason));
  };

  return {
    begun: (name) => begun[name],
    begin: (name) => {
      const invocation: Invocation = {
        name,
        ordinal: begun[name]++,
        calls: 0,
        unanswered: 0,
        faults: 0,
        inherited: false,
        conflicts: 0,
        over: false,
        returned: false,
        dead: false,
      };
      all.push(invocation);
      return invocation;
    },
    run: (invocation, work, tell) => {
      const end = (ending: Parameters<typeof tell>[0]) => {
        if (invocation.over) return;
        invocation.over = true;
        tell(ending);
      };
      endings.set(invocation, (error) => end({ kind: 'threw', error }));
      agenda.at(agenda.now() + TIMEOUT_MS[invocation.name], () => {
        if (invocation.over) return;
        if (invocation.name === 'assess') die(invocation, 'timed out');
        else end({ kind: 'threw', error: new Error('timed out') });
      });
      const ended = (ending: Parameters<typeof tell>[0]) => {
        invocation.returned = !invocation.over;
        end(ending);
      };
      work().then(
        (value) => ended({ kind: 'returned', value }),
        (error) => ended({ kind: 'threw', error }),
      );
    },
    call: <Answer>(invocation: Invocation, act: () => Promise<Answer>, part?: () => Promise<unknown>) => {
      const planned = faults.get(`${invocation.name} ${invocation.ordinal} ${invocation.calls++}`);
      const fault = planned?.fault === 'partly' && !part ? 'refused' : planned?.fault;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const landsAfterDeath = chance(random, 0.5);
      invocation.unanswered++;
      const answer = (settle: () => void) => {
        invocation.unanswered--;
        if (!invocation.dead) settle();
      };
      const fail = (error: unknown) => {
        if (error instanceof WriteConflict) invocation.conflicts++;
        answer(() => reject(error));
      };
      const succeed = (value: Answer) => answer(() => resolve(value));
      const land = (after: number, attempt: () => Promise<unknown>, then: () => void) =>
        agenda.at(agenda.now() + after, () => {
          if (!invocation.dead || landsAfterDeath) attempt().then(then, fail);
        });
      const actThenAnswer = (after: number) =>
        agenda.at(agenda.now() + after, () => {
          if (!invocation.dead || landsAfterDeath) act().then(succeed, fail);
        });
      if (!planned || !fault) {
        actThenAnswer(latency());
        return promise;
      }
      invocation.faults++;
      met[fault]++;
      const delay = invocation.name === 'assess' ? planned.delay % ASSESS_LANDS_WITHIN_MS : planned.delay;
      const lost = () => fail(new Error('the answer was lost'));
      switch (fault) {
        case 'refused':
          agenda.at(agenda.now() + latency(), () => fail(new Error('throttled')));
          break;
        case 'lost':
          land(latency(), act, lost);
          break;
        case 'repeated':
          land(latency(), act, () => actThenAnswer(latency()));
          break;
        case 'dies before':
          agenda.at(agenda.now() + latency(), () => die(invocation, 'died before a call'));
          break;
        case 'dies after':
          land(latency(), act, () => die(invocation, 'died after a call'));
          break;
        case 'hangs':
          actThenAnswer(delay);
          break;
        case 'answers late':
          agenda.at(agenda.now() + latency(), () => {
            if (invocation.dead && !landsAfterDeath) return;
            const later = (settle: () => void) => agenda.at(agenda.now() + delay, settle);
            act().then(
              (value) => later(() => succeed(value)),
              (error) => later(() => fail(error)),
            );
          });
          break;
        case 'partly':
          land(latency(), part ?? act, lost);
          break;
      }
      return promise;
    },
    counts: () => ({
      invocations: all.length,
      conflicts: all.reduce((sum, { conflicts }) => sum + conflicts, 0),
      met: { ...met },
      zombies: all.filter(({ over, returned, dead }) => over && !returned && !dead).length,
    }),
  };
}

type PlannedCallFault = Extract<Fault, { readonly fault: CallFault }>;

const isCallFault = (fault: Fault): fault is PlannedCallFault => 'fault' in fault;
const keyOf = ({ on, invocation, call }: PlannedCallFault) => `${on} ${invocation} ${call}`;
