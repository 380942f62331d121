import { isUtf8 } from 'node:buffer';

/** The text of one record of a file, and the line on which it begins, from 1; or bytes that can't be one. */
export type RecordText =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  | { readonly kind: 'unreadable'; readonly number: number; readonly reason: string; readonly bytes: Uint8Array };

/** Kinesis takes no larger record; a longer one is nonsense, and must not fill the memory. */
export const MAXIMUM_RECORD_BYTES = 1_048_576;
/** Of a record that is too long so much is kept, to show it. */
export const SHOWN_BYTES = 1000;

/** Cuts a stream of bytes into records, holding no more than one of them. */
export interface Splitter {
  readonly push: (chunk: Uint8Array) => readonly RecordText[];
  /** What is left when the stream ends. */
  readonly end: () => readonly RecordText[];
}

/** The bytes of one record under way, no more of them than a record may have. */
export interface RecordBytes {
  readonly add: (bytes: Uint8Array) => void;
  /** The text, or why it is none; begins anew. */
  readonly take: (number: number) => RecordText;
  /** The bytes kept so far. */
  readonly length: () => number;
  readonly isTooLong: () => boolean;
}

export function collectRecordBytes(): RecordBytes {
  let parts: Uint8Array[] = [];
  let length = 0;
  let tooLong = false;
  return {
    add: (bytes) => {
      if (bytes.length === 0) return;
      tooLong ||= length + bytes.length > MAXIMUM_RECORD_BYTES;
      if (tooLong && length >= SHOWN_BYTES) return;
      // A copy: the chunk that it is part of is large, and would stay in memory.
      parts.push(Uint8Array.from(bytes.subarray(0, MAXIMUM_RECORD_BYTES)));
      length += bytes.length;
    },
    take: (number) => {
      const bytes = Buffer.concat(parts);
      const dropped = tooLong;
      parts = [];
      length = 0;
      tooLong = false;
      if (dropped) {
        const reason = `longer than ${MAXIMUM_RECORD_BYTES} bytes`;
        return { kind: 'unreadable', number, reason, bytes: bytes.subarray(0, SHOWN_BYTES) };
      }
      if (!isUtf8(bytes)) return { kind: 'unreadable', number, reason: 'not UTF-8', bytes };
      return { kind: 'line', number, text: bytes.toString('utf8') };
    },
    length: () => length,
    isTooLong: () => tooLong,
  };
}
