/** One of a stream's values, as bytes; `junk` is what can't be one, with the reason. */
export type JsonValueBytes =
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | { readonly kind: 'junk'; readonly bytes: Uint8Array; readonly reason: string };

/** Takes a stream apart, chunk by chunk, holding no more than one value. */
export interface JsonValueSplitter {
  readonly push: (chunk: Uint8Array) => readonly JsonValueBytes[];
  /** What is left when the stream is over. */
  readonly end: () => readonly JsonValueBytes[];
}

/** Of a value that is too long so much is kept. */
const SHOWN_BYTES = 1000;
/** How CloudTrail, and others after it, wrap the records of a file. */
const WRAPPER = /^\{\s*"[Rr]ecords"\s*:\s*\[$/;
const WRAPPER_BYTES = 64;

const [NEWLINE, QUOTE, BACKSLASH, COMMA, COLON] = [0x0a, 0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const isSpace = (byte: number) => byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/**
 * Finds the objects in a stream of JSON, whichever way they stand in it: one a line, one after the other, in one array, or in the
 * `Records` of one object, as in CloudTrail's files. What else such an object holds is passed over.
 *
 * It looks at brackets and quotes alone, so a value may still be no JSON. Where brackets don't match, it goes on with the next
 * object that begins where none may: what is broken is junk, and what follows is found again.
 *
 * @param maximumBytes of one value; longer ones are junk, of which the beginning is kept
 */
export function splitJsonValues(maximumBytes: number): JsonValueSplitter {
  const value = collectBytes(maximumBytes);
  /** `rest` is what follows the records in the object that wraps them. */
  let state: 'between' | 'object' | 'other' | 'rest' = 'between';
  /** Whether the values stand in an array, and in one that an object wraps. */
  let inArray = false;
  let wrapped = false;
  let depth = 0;
  let inString = false;
  let escaped = false;
  /** The last byte of an object that is neither space nor part of a text. */
  let previous = 0;

  const begin = (next: typeof state, at: number) => {
    state = next;
    depth = next === 'rest' ? 1 : 0;
    inString = escaped = false;
    previous = COMMA;
    return at;
  };

  /** @returns whether the byte belongs to a text, its quotes included */
  const isText = (byte: number): boolean => {
    if (!inString) {
      inString = byte === QUOTE;
      if (inString) previous = QUOTE;
      return inString;
    }
    if (escaped) escaped = false;
    else if (byte === BACKSLASH) escaped = true;
    else if (byte === QUOTE) inString = false;
    return true;
  };

  const push = (chunk: Uint8Array): readonly JsonValueBytes[] => {
    const found: JsonValueBytes[] = [];
    let start = 0;
    const close = (end: number, broken?: string) => {
      value.add(chunk.subarray(start, end));
      found.push(value.take(broken));
      begin('between', end);
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      switch (state) {
        case 'between':
          if (isSpace(byte) || byte === COMMA) break;
          if (byte === CLOSE_BRACKET && inArray) {
            inArray = false;
            if (wrapped) begin('rest', at);
          } else if (byte === OPEN_BRACKET && !inArray) inArray = true;
          else {
            start = begin(byte === OPEN_BRACE ? 'object' : 'other', at);
            at--;
          }
          break;
        case 'other':
          if (byte !== NEWLINE && !(inArray && (byte === COMMA || byte === CLOSE_BRACKET))) break;
          close(at, 'no JSON object');
          at--;
          break;
        case 'rest':
          if (isText(byte)) break;
          if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
          else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
            wrapped = false;
            begin('between', at);
          }
          break;
        case 'object': {
          // JSON has no line break in a text: it was never closed.
          if (inString && byte === NEWLINE) {
            close(at, 'a text that is not closed');
            break;
          }
          if (isText(byte) || isSpace(byte)) break;
          const opens = byte === OPEN_BRACE || byte === OPEN_BRACKET;
          if (
            byte === OPEN_BRACE &&
            depth > 0 &&
            previous !== COLON &&
            previous !== COMMA &&
            previous !== OPEN_BRACKET
          ) {
            close(at, 'brackets that are not closed');
            at--;
            break;
          }
          previous = byte;
          if (opens && ++depth === 2 && byte === OPEN_BRACKET && !inArray && value.size + at - start < WRAPPER_BYTES) {
            if (WRAPPER.test(value.textWith(chunk.subarray(start, at + 1)))) {
              value.drop();
              inArray = wrapped = true;
              begin('between', at);
            }
          } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) close(at + 1);
          break;
        }
        default:
          state satisfies never;
      }
    }
    if (state === 'object' || state === 'other') value.add(chunk.subarray(start));
    return found;
  };

  const end = (): readonly JsonValueBytes[] => {
    if (state === 'object') return [value.take('cut off')];
    return state === 'other' ? [value.take('no JSON object')] : [];
  };
  return { push, end };
}

/** The bytes of one value, over several chunks; of one that is too long only the beginning. */
function collectBytes(maximumBytes: number) {
  let parts: Uint8Array[] = [];
  let size = 0;
  const joined = (): Uint8Array => {
    const [only] = parts;
    if (only && parts.length === 1) return only;
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  };
  const drop = () => {
    parts = [];
    size = 0;
  };
  return {
    get size() {
      return size;
    },
    add: (bytes: Uint8Array) => {
      if (bytes.length === 0) return;
      size += bytes.length;
      if (size <= maximumBytes) parts.push(bytes.slice());
      else if (joined().length < SHOWN_BYTES) parts = [joined(), bytes.slice(0, SHOWN_BYTES)];
      else parts = [joined().slice(0, SHOWN_BYTES)];
    },
    textWith: (bytes: Uint8Array) => new TextDecoder().decode(joined()) + new TextDecoder().decode(bytes),
    drop,
    take: (broken: string | undefined): JsonValueBytes => {
      const bytes = joined();
      const tooLong = size > maximumBytes;
      drop();
      if (tooLong)
        return { kind: 'junk', bytes: bytes.slice(0, SHOWN_BYTES), reason: `longer than ${maximumBytes} bytes` };
      return broken === undefined ? { kind: 'value', bytes } : { kind: 'junk', bytes, reason: broken };
    },
  };
}
