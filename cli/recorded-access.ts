import { type DecodedRecord, decodedRecord } from '../shared/formats/record-json.ts';
import type { RecordReading } from '../shared/formats/record-reading.ts';
import { NO_CONTEXT, type SourceContext } from '../shared/formats/source-format.ts';
import { openSignInJoin, openSourceReader } from '../shared/formats/source-reader.ts';
import { type Line, TruncatedFile } from './read-lines.ts';

/** What a recording holds that counts: accesses, and what can't be read. */
export type RecordedAccess = Extract<RecordReading, { readonly kind: 'event' | 'invalid' }>;

/**
 * The accesses of a recorded stream, in whichever formats its lines are. What concerns nobody is passed over.
 *
 * @throws TruncatedFile after the last access of a recording that is cut off
 */
export async function* recordedAccesses(
  lines: AsyncIterable<readonly Line[]>,
  context: SourceContext = NO_CONTEXT,
): AsyncGenerator<RecordedAccess> {
  const reader = openSourceReader(context);
  const joinSignIn = openSignInJoin();
  const counting = (readings: readonly RecordReading[]) =>
    readings.map(joinSignIn).filter((reading) => reading.kind === 'event' || reading.kind === 'invalid');
  let truncated: TruncatedFile | undefined;
  try {
    for await (const some of lines)
      for (const line of some) {
        const decoded = recordIn(line);
        yield* counting(decoded.kind === 'record' ? reader.take(decoded.value) : [decoded]);
      }
  } catch (error) {
    if (!(error instanceof TruncatedFile)) throw error;
    truncated = error;
  }
  yield* counting(reader.finish());
  if (truncated) throw truncated;
}

const recordIn = (line: Line): DecodedRecord =>
  line.kind === 'line' ? decodedRecord(line.text) : { kind: 'invalid', reason: line.reason };
