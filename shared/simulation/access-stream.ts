import { personDay, type Sitting, sittingsOf } from './day.ts';
import { arrivalsOf, type Delivery } from './delivery.ts';
import { PART } from './people.ts';
import { type PlannedAccess, toAccessEvent } from './planned-access.ts';
import { type Random, randomSource, scramble } from './random.ts';
import { type Service, serviceAccesses } from './services.ts';
import { accessesOf } from './sitting.ts';
import { DAY, HOUR, MINUTE } from './wall-clock.ts';
import type { World } from './world.ts';

/** Simulated time moves on in steps of this length: what is held at once is about what two of them bring. */
const STEP = 10 * MINUTE;
/** The first clocks on earth show a new day 14 hours before UTC does; every sitting of a day starts after that. */
const EARLIEST_MIDNIGHT = 14 * HOUR;

/** How far a stream has come, for progress reports and tests. */
export interface StreamState {
  /** The simulated time up to which events are being delivered, epoch milliseconds. */
  readonly clock: number;
  /** Events made and not delivered yet. */
  readonly held: number;
  /** Sittings planned and not begun yet. */
  readonly planned: number;
}

/** What is read in a run beside the staff's ordinary days. */
export interface Extras {
  readonly services: readonly Service[];
  /** Hidden accesses, in any order. */
  readonly hidden: readonly PlannedAccess[];
}

/**
 * Every event of a run in the order of arrival, made step by step as it is asked for. Memory grows with people (their day's
 * plan) and with two steps' events, not with days. The same world gives the same events, every time.
 *
 * @param observe called at every step before its events are delivered, and once after the last
 */
export function* streamAccesses(
  world: World,
  { services, hidden }: Extras,
  observe: (state: StreamState) => void = () => {},
): Generator<Delivery, void, undefined> {
  const sittings = slots<Sitting>();
  const accesses = slots<PlannedAccess>();
  const deliveries = slots<Delivery>();
  for (const access of hidden) accesses.add(access.time, access);
  let nextDay = -1;
  let nextNumber = 0;

  const send = (random: Random, access: PlannedAccess) => {
    if (access.time < world.start || access.time >= world.end) return;
    const id = `ev-${scramble(world.seed ^ nextNumber++)
      .toString(36)
      .padStart(7, '0')}`;
    const event = toAccessEvent(access, id);
    for (const arrival of arrivalsOf(random, access.time)) deliveries.add(arrival, { arrival, event });
  };

  let clock = world.start;
  for (; clock < world.end || deliveries.size() > 0; clock += STEP) {
    for (; nextDay <= world.days && world.start + nextDay * DAY - EARLIEST_MIDNIGHT <= clock; nextDay++) {
      for (const person of world.staff) {
        for (const sitting of sittingsOf(world, personDay(world, person, nextDay))) {
          if (sitting.start >= clock && sitting.start < world.end) sittings.add(sitting.start, sitting);
        }
      }
    }
    for (const sitting of sittings.take(clock)) {
      const { personDay: today, ordinal } = sitting;
      const random = randomSource(world.seed, PART.delivery, today.person.index, today.day, ordinal);
      for (const access of accessesOf(world, sitting)) send(random, access);
    }
    for (const service of services) {
      const random = randomSource(world.seed, PART.delivery, -1 - service.index, clock / STEP);
      for (const access of serviceAccesses(world.seed, service, clock, clock + STEP)) send(random, access);
    }
    const random = randomSource(world.seed, PART.delivery, -0x8000_0000, clock / STEP);
    for (const access of accesses.take(clock)) send(random, access);

    observe({ clock, held: deliveries.size(), planned: sittings.size() });
    yield* deliveries.take(clock).sort((a, b) => a.arrival - b.arrival);
  }
  observe({ clock, held: 0, planned: 0 });
}

/** Things kept by the step in which their time falls. */
function slots<Item>() {
  const kept = new Map<number, Item[]>();
  let size = 0;
  return {
    size: () => size,
    add(time: number, item: Item): void {
      const slot = Math.floor(time / STEP);
      const items = kept.get(slot);
      if (items) items.push(item);
      else kept.set(slot, [item]);
      size++;
    },
    take(clock: number): Item[] {
      const slot = Math.floor(clock / STEP);
      const items = kept.get(slot) ?? [];
      kept.delete(slot);
      size -= items.length;
      return items;
    },
  };
}
