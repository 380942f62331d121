import { type ActorMap, NO_ACTORS } from '../model/actors.ts';
import { NO_RESOURCES, type ResourceMap } from '../model/resources.ts';
import type { RecordReading } from './record-reading.ts';

/** What the company says about its own systems, which no record says. */
export interface SourceContext {
  /** What buckets, tables and warehouses hold. */
  readonly resources: ResourceMap;
  /** Who goes by which name. */
  readonly actors: ActorMap;
  /** What an access to an unmapped resource is: none of our business, or an access about users of unknown region. */
  readonly unmapped: 'not-concerned' | 'unknown-region';
}

export const NO_CONTEXT: SourceContext = { resources: NO_RESOURCES, actors: NO_ACTORS, unmapped: 'not-concerned' };

export interface FormatStep<State> {
  /** What became of the record, and of earlier ones that waited for it. */
  readonly readings: readonly RecordReading[];
  readonly state: State;
}

/**
 * One kind of record that accesses arrive in. Whatever record it is handed, it never throws; it needs no clock and no network.
 *
 * A record is what `decodedRecord` returns, a line of a text log as a string, or a row of CSV: an object by its column names, or a list
 * of fields where it has none.
 */
export interface SourceFormat<State = unknown> {
  readonly name: string;
  /** One line for people: what it reads. */
  readonly about: string;
  /** Whether a record is in this format, by what only this format has. */
  readonly recognises: (record: unknown) => boolean;
  /** What is remembered before the first record. Bounded: what has to go early is let go as it is. */
  readonly start: () => State;
  // Methods, not properties: their parameters are bivariant, so that formats with different states fit into one list.
  /** @param state used up by the call: a state that joins records is changed in place, as copying it would cost more than reading */
  read(record: unknown, state: State, context: SourceContext): FormatStep<State>;
  /** What still waited for a partner when the source ended. */
  flush(state: State, context: SourceContext): readonly RecordReading[];
}

/** A format whose records need no other record. */
export const statelessFormat = (
  format: Pick<SourceFormat, 'name' | 'about' | 'recognises'>,
  read: (record: unknown, context: SourceContext) => RecordReading | readonly RecordReading[],
): SourceFormat<undefined> => ({
  ...format,
  start: () => undefined,
  read: (record, state, context) => {
    const reading = read(record, context);
    return { readings: 'kind' in reading ? [reading] : reading, state };
  },
  flush: () => [],
});
