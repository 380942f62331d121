import { accessEventFormat } from './access-event-format.ts';
import { formatOf } from './formats.ts';
import type { RecordReading } from './record-reading.ts';
import { NO_CONTEXT, type SourceContext } from './source-format.ts';
import { openSignInJoin, openSourceReader, type SourceReader } from './source-reader.ts';

/**
 * Turns one source record, in whichever format, into readings, without knowing any record before it. What no format recognises is
 * taken for an access event, so that the reason for refusing it is said in the terms of the contract. Throws at nothing that
 * `decodedRecord` returns.
 *
 * @param value one decoded JSON line
 */
export function readRecord(value: unknown, context: SourceContext = NO_CONTEXT): readonly RecordReading[] {
  const format = formatOf(value) ?? accessEventFormat;
  const { readings, state } = format.read(value, format.start(), context);
  return [...readings, ...format.flush(state, context)];
}

/**
 * Reads the records of one source in their order, as `readRecord` does, and joins them: rows of a statement with each other,
 * accesses with the session or the sign-in before them.
 */
export function openRecordReader(context: SourceContext): SourceReader {
  const reader = openSourceReader(context);
  const join = openSignInJoin();
  return {
    take: (record) => (formatOf(record) ? reader.take(record) : readRecord(record, context)).map(join),
    finish: () => reader.finish().map(join),
  };
}
