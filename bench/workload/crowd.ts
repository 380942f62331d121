import type { Access } from '../../shared/model/access.ts';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import type { ScoringContext } from '../../shared/pipeline/judge-access.ts';
import type { SettledCompany } from './settled-company.ts';

/** One event of a company: as it arrives, and enriched. */
export interface CrowdEvent {
  readonly arrival: number;
  readonly line: string;
  readonly access: Access;
}

/** An event and whose it is: one of the copies of its actor. */
export interface Turn extends CrowdEvent {
  readonly key: string;
}

/** A company many times over. People are copied, not the directory: a copy has its actor's access, and a state of its own. */
export interface Crowd {
  /** The encoded state of each, by key. */
  readonly states: ReadonlyMap<string, Uint8Array>;
  readonly turns: readonly Turn[];
}

/** So many copies take each event, one after the other, whether there are as many or a thousand times more: an event is as often a new one. */
const TAKERS = 4;
/** Who takes an actor's next events is so far away from who took the last ones. A prime, so that each has a turn before one has a second. */
const STRIDE = 7_919;

/** Everybody's state before each of their events, encoded: what an event meets whose actor is one of very many. */
export function statesBefore(
  company: Pick<SettledCompany, 'baselines'>,
  events: readonly CrowdEvent[],
  inForce: ScoringContext,
): readonly Uint8Array[] {
  const baselines = new Map(company.baselines);
  return events.map(({ access }) => {
    const before = baselines.get(access.actorId) ?? initialBaseline();
    baselines.set(access.actorId, applyEvent(before, access, undefined, inForce).baseline);
    return encodeBaseline(before);
  });
}

/**
 * How much a company is multiplied, who takes which event, and from which state. Four copies of an actor take a run of the actor's events,
 * from what was known before its first, and the next four the next run: so each copy ends the sittings and days that its actor ended, and
 * none that it would for having been away.
 *
 * @param before of each event, see `statesBefore`
 * @param actors at least so many
 */
export function crowdOf(
  company: Pick<SettledCompany, 'baselines'>,
  events: readonly CrowdEvent[],
  before: readonly Uint8Array[],
  actors: number,
): Crowd {
  const copies = Math.ceil(actors / company.baselines.size);
  const numbers = Array.from({ length: copies }, (_, number) => number);
  // One text for a state and its turns: where it is another of the same characters, looking it up among a million reads both.
  const keys = new Map([...company.baselines.keys()].map((id) => [id, numbers.map((number) => `${id} ${number}`)]));
  const states = new Map<string, Uint8Array>();
  for (const [actorId, baseline] of company.baselines) {
    const bytes = encodeBaseline(baseline);
    for (const key of keys.get(actorId) ?? []) states.set(key, bytes);
  }
  const takers = Math.min(copies, TAKERS);
  const groups = Math.floor(copies / takers);
  const eventsOf = Map.groupBy(events, ({ access }) => access.actorId);
  const taken = new Map<string, number>();
  const turns = events.flatMap((event, index) => {
    const { actorId } = event.access;
    const place = taken.get(actorId) ?? 0;
    taken.set(actorId, place + 1);
    const run = Math.floor(place / Math.ceil((eventsOf.get(actorId)?.length ?? 1) / groups));
    const first = ((run * STRIDE) % groups) * takers;
    return numbers.slice(0, takers).map((taker) => {
      const copy = first + taker;
      return { index, turn: { ...event, key: keys.get(actorId)?.[copy] ?? `${actorId} ${copy}` } };
    });
  });
  // Whose turn comes is in the midst of a day, as people mostly are. The first event of each decides, so it is written last.
  if (copies > takers)
    for (const { index, turn } of turns.toReversed()) states.set(turn.key, before[index] ?? new Uint8Array());
  return { states, turns: turns.map(({ turn }) => turn) };
}
