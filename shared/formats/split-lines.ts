import { collectRecordBytes, type RecordText, type Splitter } from './record-text.ts';

const NEWLINE = 10;
const TAB = 9;
const QUOTE = 34;

/** Whether a line goes on with the record before it, which has so many quotes so far. */
export type Continues = (line: Uint8Array, quotesBefore: number) => boolean;

/** Every line is a record. */
export const oneLineEach: Continues = () => false;
/** PostgreSQL begins the further lines of a message with a tab. */
export const tabContinues: Continues = (line) => line[0] === TAB;
/** A field of CSV that is still open goes on: until it closes, the quotes are odd in number. */
export const quoteContinues: Continues = (_, quotesBefore) => quotesBefore % 2 === 1;

/**
 * Cuts text into records of one or more lines. Lines with nothing on them are no records.
 *
 * @param continues which lines go on with the record before them
 */
export function splitLines(continues: Continues): Splitter {
  const record = collectRecordBytes();
  let begin = 0;
  let quotes = 0;
  let line = 0;
  let rest: Uint8Array[] = [];
  let restLength = 0;

  const finishRecord = (): RecordText[] => {
    if (begin === 0) return [];
    const taken = record.take(begin);
    begin = 0;
    quotes = 0;
    if (taken.kind === 'unreadable') return [taken];
    const text = taken.text.replace(/[\r\n]+$/, '');
    return text.trim() === '' ? [] : [{ ...taken, text }];
  };
  const takeLine = (bytes: Uint8Array): RecordText[] => {
    line++;
    // What has become too long is no record; a stray quote must not swallow the rest of the file.
    const finished = begin > 0 && (record.isTooLong() || !continues(bytes, quotes)) ? finishRecord() : [];
    if (begin === 0) begin = line;
    record.add(bytes);
    for (let at = bytes.indexOf(QUOTE); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) quotes++;
    return finished;
  };
  const joined = (end: Uint8Array): Uint8Array => {
    const bytes = rest.length > 0 ? Buffer.concat([...rest, end]) : end;
    rest = [];
    restLength = 0;
    return bytes;
  };
  return {
    push: (chunk) => {
      const found: RecordText[] = [];
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        found.push(...takeLine(joined(chunk.subarray(start, end + 1))));
        start = end + 1;
      }
      const left = chunk.subarray(start);
      restLength += left.length;
      // A line longer than any record is dropped as it comes; what is kept of it still makes it too long.
      if (left.length > 0 && (rest.length === 0 || restLength <= 4 * 1_048_576)) rest.push(Uint8Array.from(left));
      return found;
    },
    end: () => [...(rest.length > 0 ? takeLine(joined(new Uint8Array())) : []), ...finishRecord()],
  };
}
