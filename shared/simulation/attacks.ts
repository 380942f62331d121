import type { SignalName } from '../model/signal-names.ts';
import { accountTakenOver } from './attacks/account-taken-over.ts';
import { bulkInFewReads } from './attacks/bulk-in-few-reads.ts';
import { burstInOneSitting } from './attacks/burst-in-one-sitting.ts';
import { colleaguesLaptop } from './attacks/colleagues-laptop.ts';
import { dataSetOutOfTheBlue } from './attacks/data-set-out-of-the-blue.ts';
import { nightReading } from './attacks/night-reading.ts';
import type { Attack, Stage } from './attacks/stage.ts';
import { tryingDoors } from './attacks/trying-doors.ts';
import { watchingAFew } from './attacks/watching-a-few.ts';
import { PART, type Person } from './people.ts';
import type { PlannedAccess } from './planned-access.ts';
import { below, randomSource } from './random.ts';
import type { World } from './world.ts';

/** Every attack there is, each hidden once in a run. A new one is a file in attacks/ and a line here, at the end. */
export const ATTACKS: readonly Attack[] = [
  burstInOneSitting,
  bulkInFewReads,
  dataSetOutOfTheBlue,
  nightReading,
  tryingDoors,
  accountTakenOver,
  watchingAFew,
  colleaguesLaptop,
];

/** What was hidden: one line of hidden.ndjson. Times are RFC 3339, UTC, of the first and the last access. */
export interface Label {
  readonly id: string;
  readonly kind: string;
  readonly signal: SignalName;
  readonly actors: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly note: string;
}

/** The attacks of a run: their labels, their accesses, and the kinds that nobody in the company could play. */
export interface Hidden {
  readonly labels: readonly Label[];
  readonly accesses: readonly PlannedAccess[];
  readonly unplayed: readonly string[];
}

export const NOTHING_HIDDEN: Hidden = { labels: [], accesses: [], unplayed: [] };

/** Hides every attack once, each by other people. Person 0 plays none. @param firstDay from 0 */
export function hideAttacks(world: World, firstDay: number): Hidden {
  const taken = new Set<number>([0]);
  const labels: Label[] = [];
  const accesses: PlannedAccess[] = [];
  const unplayed: string[] = [];
  for (const [turn, attack] of ATTACKS.entries()) {
    const planned = attack.plan(stageFor(world, firstDay, turn, taken));
    if (!planned) {
      unplayed.push(attack.kind);
      continue;
    }
    const times = planned.accesses.map(({ time }) => time);
    labels.push({
      id: `hidden-${labels.length + 1}`,
      kind: attack.kind,
      signal: attack.signal,
      actors: planned.actors.map(({ id }) => id),
      start: new Date(Math.min(...times)).toISOString(),
      end: new Date(Math.max(...times)).toISOString(),
      note: planned.note,
    });
    accesses.push(...planned.accesses);
  }
  return { labels, accesses, unplayed };
}

function stageFor(world: World, firstDay: number, turn: number, taken: Set<number>): Stage {
  const random = randomSource(world.seed, PART.attack, turn);
  const isFree = ({ index }: Person) =>
    !taken.has(index) &&
    !world.occasions.get(index)?.some(({ kind, untilDay }) => kind !== 'launch' || untilDay > firstDay);
  const cast: Stage['cast'] = (tryOut) => {
    const first = below(random, world.staff.length);
    for (let step = 0; step < world.staff.length; step++) {
      const person = world.staff[(first + step) % world.staff.length];
      const role = person && isFree(person) ? tryOut(person) : undefined;
      if (person && role !== undefined) {
        taken.add(person.index);
        return role;
      }
    }
    return undefined;
  };
  return { world, random, firstDay, turn, cast };
}
