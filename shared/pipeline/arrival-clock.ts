/** A bigger jump ahead needs a second witness: one broken clock must not move everybody's time. */
export const UNCONFIRMED_JUMP_MS = 24 * 3_600_000;

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
  /** Records of one actor that claim a jump nobody else has confirmed. */
  readonly unconfirmed: readonly Item[];
}

export const startClock = <Item extends Timed>(): ArrivalClock<Item> => ({ now: undefined, unconfirmed: [] });

/**
 * Arrival on simulated time: the running maximum of event time. It jumps more than a day ahead only when the next record of
 * another actor confirms it; unconfirmed records are handed back as `ahead`.
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
  const jumps = item.time - now > UNCONFIRMED_JUMP_MS;
  if (!claim) return jumps ? { clock: { now, unconfirmed: [item] }, arrivals: [] } : handled(now, [item], []);
  if (claim.actorId === item.actorId) {
    // The same source again says nothing new: a jump waits with the others, anything else goes on as before.
    if (jumps) return { clock: { now, unconfirmed: [...unconfirmed, item] }, arrivals: [] };
    return handled(now, [item], unconfirmed);
  }
  return jumps ? handled(now, [...unconfirmed, item], []) : refused(now, unconfirmed, item);
}

/** At the end nobody is left to contradict: what waits arrives. */
export function flushClock<Item extends Timed>(clock: ArrivalClock<Item>): readonly Arrival<Item>[] {
  return handled(clock.now ?? 0, clock.unconfirmed, []).arrivals;
}

function begin<Item extends Timed>(clock: ArrivalClock<Item>, item: Item) {
  const [first] = clock.unconfirmed;
  if (!first || first.actorId === item.actorId)
    return { clock: { ...clock, unconfirmed: [...clock.unconfirmed, item] }, arrivals: [] };
  let next: ArrivalClock<Item> = {
    now: Math.min(item.time, ...clock.unconfirmed.map(({ time }) => time)),
    unconfirmed: [],
  };
  const arrivals: Arrival<Item>[] = [];
  for (const waiting of [...clock.unconfirmed, item]) {
    const step = arrive(next, waiting);
    next = step.clock;
    arrivals.push(...step.arrivals);
  }
  return { clock: next, arrivals };
}

function handled<Item extends Timed>(from: number, items: readonly Item[], unconfirmed: readonly Item[]) {
  let now = from;
  const arrivals = items.map((item): Arrival<Item> => {
    now = Math.max(now, item.time);
    return { kind: 'arrived', item, arrival: now };
  });
  return { clock: { now, unconfirmed }, arrivals };
}

function refused<Item extends Timed>(now: number, ahead: readonly Item[], item: Item) {
  const arrived = handled(now, [item], []);
  const refusals = ahead.map((early): Arrival<Item> => ({ kind: 'ahead', item: early }));
  return { clock: arrived.clock, arrivals: [...refusals, ...arrived.arrivals] };
}
