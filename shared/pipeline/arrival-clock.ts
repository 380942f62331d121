/** A bigger jump ahead needs a second witness: one broken clock must not move everybody's time. */
export const UNCONFIRMED_JUMP_MS = 24 * 3_600_000;
/** So many records of one actor in a row, with nobody else about, are the stream: they wait for no witness any more. */
export const MOST_WAITING = 10_000;

/** What the clock needs to know of a record. */
export interface Timed {
  readonly actorId: string;
  /** Event time, epoch milliseconds. */
  readonly time: number;
}

export type Arrival<Item extends Timed> =
  | { readonly kind: 'arrived'; readonly item: Item; readonly arrival: number }
  /** Ahead of everybody else: its clock is wrong. */
  | { readonly kind: 'ahead'; readonly item: Item };

export interface ArrivalClock<Item extends Timed> {
  /** Running maximum of event time; undefined before the first arrival. */
  readonly now: number | undefined;
  /** Records of one actor: the first claims a jump that nobody else has confirmed, the others came behind it. */
  readonly unconfirmed: readonly Item[];
}

export const startClock = <Item extends Timed>(): ArrivalClock<Item> => ({ now: undefined, unconfirmed: [] });

/**
 * Arrival on simulated time: the running maximum of event time. It jumps more than a day ahead only when the next record of
 * another actor confirms it; when that record contradicts it, it is handed back as `ahead`. The records of one actor leave in the
 * order they came.
 *
 * @returns the clock afterwards, and what can be handled now, in order
 */
export function arrive<Item extends Timed>(
  clock: ArrivalClock<Item>,
  item: Item,
): { readonly clock: ArrivalClock<Item>; readonly arrivals: readonly Arrival<Item>[] } {
  const { now, unconfirmed } = clock;
  const [claim] = unconfirmed;
  if (now === undefined) return begin(clock, item);
  // The same source again is no witness, and its records keep their order: what comes behind a claim waits with it.
  if (claim?.actorId === item.actorId) return wait(now, unconfirmed.concat([item]));
  const jumps = item.time - now > UNCONFIRMED_JUMP_MS;
  if (claim) return jumps ? handled(now, [...unconfirmed, item]) : contradicted(now, [...unconfirmed, item]);
  return jumps ? { clock: { now, unconfirmed: [item] }, arrivals: [] } : handled(now, [item]);
}

/** At the end nobody is left to contradict: what waits arrives. */
export function flushClock<Item extends Timed>(clock: ArrivalClock<Item>): readonly Arrival<Item>[] {
  return handled(clock.now ?? 0, clock.unconfirmed).arrivals;
}

function begin<Item extends Timed>(clock: ArrivalClock<Item>, item: Item) {
  const waiting = clock.unconfirmed.concat([item]);
  if (waiting[0]?.actorId === item.actorId) return wait(undefined, waiting);
  let next: ArrivalClock<Item> = {
    now: waiting.reduce((earliest, { time }) => Math.min(earliest, time), item.time),
    unconfirmed: [],
  };
  const arrivals: Arrival<Item>[] = [];
  for (const record of waiting) {
    const step = arrive(next, record);
    next = step.clock;
    for (const arrival of step.arrivals) arrivals.push(arrival);
  }
  return { clock: next, arrivals };
}

function wait<Item extends Timed>(now: number | undefined, waiting: readonly Item[]) {
  if (waiting.length > MOST_WAITING) return handled(now ?? 0, waiting);
  return { clock: { now, unconfirmed: waiting }, arrivals: [] };
}

function handled<Item extends Timed>(from: number, items: readonly Item[]) {
  let now = from;
  const arrivals = items.map((item): Arrival<Item> => {
    now = Math.max(now, item.time);
    return { kind: 'arrived', item, arrival: now };
  });
  return { clock: { now, unconfirmed: [] }, arrivals };
}

/** Of what waited, the jumps are refused; the rest only waited behind them. */
function contradicted<Item extends Timed>(from: number, items: readonly Item[]) {
  let now = from;
  const arrivals = items.map((item): Arrival<Item> => {
    if (item.time - now > UNCONFIRMED_JUMP_MS) return { kind: 'ahead', item };
    now = Math.max(now, item.time);
    return { kind: 'arrived', item, arrival: now };
  });
  return { clock: { now, unconfirmed: [] }, arrivals };
}
