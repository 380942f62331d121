import { collectRecordBytes, type RecordText, type Splitter } from './record-text.ts';

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [10, 34, 92, 44];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];
const isSpace = (byte: number) => byte === 32 || byte === 9 || byte === 13 || byte === NEWLINE;
/** How an object begins whose list of records is to be cut up, as CloudTrail's files do. */
const RECORDS = /^\{\s*"Records"\s*:\s*\[$/;
const RECORDS_HEAD_BYTES = 200;
const SHOWN = 100;

/**
 * Cuts JSON text into records without holding it: the objects of a list, the members of `Records`, or objects one behind the other,
 * over as many lines as they like. Only the nesting is looked at; what is in an object is for JSON.parse to judge.
 */
export function splitJson(): Splitter {
  const record = collectRecordBytes();
  let line = 1;
  let begin = 1;
  /** Brackets that are open around the records: none, 1 in a list, 2 in `Records`. */
  let around = 0;
  let depth = 0;
  let inText = false;
  let escaped = false;
  /** Within what follows a list of records in its object. */
  let passingOver = false;
  /** After text that is no JSON nothing can be trusted. */
  let broken = false;

  const scan = (chunk: Uint8Array): RecordText[] => {
    const found: RecordText[] = [];
    let start = depth > around ? 0 : -1;
    const keep = (end: number) => {
      if (!passingOver && start >= 0) record.add(chunk.subarray(start, end));
      start = end;
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === NEWLINE) line++;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (depth > around) {
        if (byte === QUOTE) inText = true;
        else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
          depth++;
          if (byte === OPEN_LIST && depth === 2 && around === 0 && record.length() + at - start < RECORDS_HEAD_BYTES) {
            keep(at + 1);
            const head = record.take(begin);
            if (head.kind === 'line' && RECORDS.test(head.text)) around = 2;
            else record.add(head.kind === 'line' ? Buffer.from(head.text) : head.bytes);
          }
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
          depth--;
          if (depth === around) {
            keep(at + 1);
            if (!passingOver) found.push(record.take(begin));
            passingOver = false;
          }
        }
      } else if (byte === OPEN_OBJECT) {
        depth++;
        start = at;
        begin = line;
      } else if (byte === OPEN_LIST && depth === 0) {
        around = 1;
        depth = 1;
      } else if (byte === CLOSE_LIST && around > 0) {
        depth--;
        around = 0;
        passingOver = depth > 0;
        start = at;
      } else if (byte !== COMMA && byte !== undefined && !isSpace(byte)) {
        broken = true;
        const bytes = chunk.subarray(at, at + SHOWN);
        found.push({ kind: 'unreadable', number: line, reason: 'not JSON from here on', bytes });
        return found;
      }
    }
    if (depth > around) keep(chunk.length);
    return found;
  };
  return {
    push: (chunk) => (broken ? [] : scan(chunk)),
    end: () => {
      if (broken || depth === 0) return [];
      const rest = record.take(begin);
      const bytes = rest.kind === 'line' ? Buffer.from(rest.text) : rest.bytes;
      const reason = 'the text ends in the middle of its JSON';
      return [{ kind: 'unreadable', number: begin, reason, bytes: bytes.subarray(0, SHOWN) }];
    },
  };
}
