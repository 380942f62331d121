import { isUtf8 } from 'node:buffer';
import { withoutByteOrderMark } from '../formats/byte-order-mark.ts';
import { type Framing, framingOf, HEAD_BYTES, openDecoder, splitterOf } from '../formats/file-framing.ts';
import { formatOf } from '../formats/formats.ts';
import { type JsonValueBytes, splitJsonValues } from '../formats/json-values.ts';
import { decodedRecord } from '../formats/record-json.ts';
import type { RecordReading } from '../formats/record-reading.ts';
import { MAXIMUM_RECORD_BYTES, type RecordText } from '../formats/record-text.ts';
import type { SourceReader } from '../formats/source-reader.ts';

/** One record of a source, decoded, and as it came; `junk` is what can't be one, with the reason. */
export type SourceRecord =
  | { readonly kind: 'record'; readonly value: unknown; readonly bytes: Uint8Array }
  | { readonly kind: 'junk'; readonly bytes: Uint8Array; readonly reason: string };

/** Takes a stream apart, chunk by chunk, holding no more than one record. */
interface Cutter {
  readonly push: (chunk: Uint8Array) => readonly SourceRecord[];
  readonly end: () => readonly SourceRecord[];
}

/**
 * The records in the bytes of an object or a body: JSON in any wrapping, CSV with its columns' names on the first line, PostgreSQL's
 * log as text or csvlog. The beginning tells which; it and one record are held at a time.
 *
 * @throws what the bytes throw, after the records before it were yielded
 */
export async function* sourceRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SourceRecord[]> {
  const head: Uint8Array[] = [];
  const headBytes = () => Buffer.concat(head);
  let length = 0;
  let cutter: Cutter | undefined;
  try {
    for await (const chunk of withoutByteOrderMark(chunks)) {
      if (cutter) yield cutter.push(chunk);
      else {
        head.push(chunk);
        length += chunk.length;
        if (length < HEAD_BYTES) continue;
        cutter = cutterFor(headBytes());
        yield cutter.push(headBytes());
      }
    }
  } catch (error) {
    if (!cutter) yield cutterFor(headBytes()).push(headBytes());
    throw error;
  }
  if (!cutter) {
    cutter = cutterFor(headBytes());
    yield cutter.push(headBytes());
  }
  yield cutter.end();
}

/** What a record means, read by `reader`; one that it throws at is put aside, so that those around it go on. */
export function readingsOf(record: SourceRecord, reader: Pick<SourceReader, 'take'>): readonly RecordReading[] {
  if (record.kind === 'junk') return [{ kind: 'invalid', reason: record.reason }];
  try {
    return reader.take(record.value);
  } catch (error) {
    const reason = `reading it threw: ${error instanceof Error ? error.message : error}`.slice(0, 200);
    return [{ kind: 'invalid', reason }];
  }
}

/** One record that comes by itself. */
export const recordIn = (bytes: Uint8Array): SourceRecord => decodedJson({ kind: 'value', bytes });

const LINES_LOOKED_AT = 20;

function cutterFor(bytes: Uint8Array): Cutter {
  const head = bytes.subarray(0, HEAD_BYTES);
  const framing = framingOf(head);
  const isText = framing === 'log' ? isKnownLog(head) : framing === 'csv' || framing === 'csv-without-names';
  return isText ? cutText(framing) : cutJson();
}

/** Anything at all could be lines of text; whatever isn't a log that is read counts as JSON, in which sound records are found again. */
const isKnownLog = (head: Uint8Array): boolean =>
  new TextDecoder()
    .decode(head)
    .split(/\r?\n/, LINES_LOOKED_AT)
    .some((line) => formatOf(line) !== undefined);

function cutJson(): Cutter {
  const splitter = splitJsonValues(MAXIMUM_RECORD_BYTES);
  return {
    push: (chunk) => splitter.push(chunk).map(decodedJson),
    end: () => splitter.end().map(decodedJson),
  };
}

function decodedJson(found: JsonValueBytes): SourceRecord {
  if (found.kind === 'junk') return found;
  const { bytes } = found;
  if (!isUtf8(bytes)) return { kind: 'junk', bytes, reason: 'not UTF-8' };
  const decoded = decodedRecord(new TextDecoder().decode(bytes));
  return decoded.kind === 'record' ? { ...decoded, bytes } : { kind: 'junk', bytes, reason: decoded.reason };
}

function cutText(framing: Framing): Cutter {
  const splitter = splitterOf(framing);
  const decode = openDecoder(framing);
  const records = (texts: readonly RecordText[]) =>
    texts.flatMap((text): readonly SourceRecord[] => {
      if (text.kind === 'unreadable') return [{ kind: 'junk', bytes: text.bytes, reason: text.reason }];
      const decoded = decode(text);
      if (decoded.kind === 'header') return [];
      const bytes = Buffer.from(text.text);
      if (decoded.kind === 'invalid') return [{ kind: 'junk', bytes, reason: decoded.reason }];
      const { value } = decoded;
      return formatOf(value)
        ? [{ kind: 'record', value, bytes }]
        : [{ kind: 'junk', bytes, reason: 'in no known format' }];
    });
  return { push: (chunk) => records(splitter.push(chunk)), end: () => records(splitter.end()) };
}
