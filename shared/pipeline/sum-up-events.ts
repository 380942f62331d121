import type { AccessEvent } from '../model/access-event.ts';
import { hash64Hex } from '../stats/hash64.ts';

/** A shard takes 1,000 records a second, and all of one actor's are on one shard; half of it leaves room for the others there. */
export const EVENTS_A_SECOND = 500;
/** More users than these aren't named one by one: detection remembers few of them anyway. */
const IDS_NAMED = 100;
const ID_CHARACTERS = 256;

/** An event, and how many of the given ones it stands for. */
export interface SummedEvent<Given extends { readonly event: AccessEvent }> {
  readonly event: AccessEvent;
  readonly of: readonly Given[];
}

/**
 * Sums up the events of an actor that has more than so many in one second of event time: those that differ in nothing but their
 * users and bytes become one. Everybody else's pass as they are. The order of an actor's events stays.
 *
 * The sum counts what its events count; where one of them doesn't say, neither does the sum. Where users are named, one who was
 * touched twice counts once; otherwise the sum is an estimate, since the same user may be in several of its events.
 */
export function sumUpEvents<Given extends { readonly event: AccessEvent }>(
  given: readonly Given[],
  eventsASecond = EVENTS_A_SECOND,
): readonly SummedEvent<Given>[] {
  const seconds = Map.groupBy(given, ({ event }) => secondOf(event));
  const sums = new Map<string, Given[]>();
  const summed: (SummedEvent<Given> | { readonly sum: readonly Given[] })[] = [];
  for (const item of given) {
    const second = secondOf(item.event);
    if ((seconds.get(second)?.length ?? 0) <= eventsASecond) {
      summed.push({ event: item.event, of: [item] });
      continue;
    }
    const kind = `${second}\u0000${kindOf(item.event)}`;
    const sum = sums.get(kind);
    if (sum) sum.push(item);
    else {
      const opened = [item];
      sums.set(kind, opened);
      summed.push({ sum: opened });
    }
  }
  return summed.map((item) =>
    'event' in item ? item : { event: sumOf(item.sum.map(({ event }) => event)), of: item.sum },
  );
}

const secondOf = ({ actor, time }: AccessEvent) => `${actor.id}\u0000${Math.floor(Date.parse(time) / 1000)}`;

/** Everything that the events of one sum have in common. */
const kindOf = ({
  actor,
  source,
  network,
  action,
  resource,
  subjects,
  outcome,
  approval,
  canary,
}: AccessEvent): string =>
  JSON.stringify([actor, source, network, action, resource, subjects.region, outcome, approval, canary]);

/** @param events one at least */
function sumOf(events: readonly AccessEvent[]): AccessEvent {
  const [first] = events;
  if (!first) throw new Error('there is nothing to sum up');
  if (events.length === 1) return first;
  const { bytes: _, subjects: __, ...common } = first;
  const bytes = total(events.map((event) => event.bytes));
  return { ...common, id: sumId(events), subjects: subjectsOf(events), ...(bytes === undefined ? {} : { bytes }) };
}

/** Sums of the same events have the same id, so that sending them again is recognised. */
function sumId(events: readonly AccessEvent[]): string {
  const suffix = `+${events.length - 1}-${hash64Hex(events.map(({ id }) => id).join('\u0000'))}`;
  return `${events[0]?.id.slice(0, ID_CHARACTERS - suffix.length)}${suffix}`;
}

function subjectsOf(events: readonly AccessEvent[]): AccessEvent['subjects'] {
  const all = events.map(({ subjects }) => subjects);
  const region = all[0]?.region ?? 'unknown';
  const named = all.every(({ ids, count }) => ids !== undefined && (count === undefined || count === ids.length));
  const distinct = [...new Set(all.flatMap(({ ids = [] }) => ids))];
  const ids = distinct.length > 0 ? { ids: distinct.slice(0, IDS_NAMED) } : {};
  if (named) return { region, ...ids, count: distinct.length, countBasis: 'exact' };
  const count = total(all.map((subjects) => subjects.count ?? subjects.ids?.length));
  return count === undefined
    ? { region, ...ids, countBasis: 'unknown' }
    : { region, ...ids, count, countBasis: 'estimated' };
}

/** @returns nothing when one of them is unknown */
const total = (numbers: readonly (number | undefined)[]): number | undefined =>
  numbers.reduce((sum, number) => (sum === undefined || number === undefined ? undefined : sum + number), 0);
