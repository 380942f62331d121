import { parseCsv } from './csv.ts';
import { isObject } from './own-field.ts';
import { type DecodedRecord, decodedRecord } from './record-json.ts';
import type { RecordText, Splitter } from './record-text.ts';
import { splitJson } from './split-json.ts';
import { oneLineEach, quoteContinues, splitLines, tabContinues } from './split-lines.ts';

/**
 * How a file holds its records: one JSON object a line; JSON over several lines, in a list or in `Records`; lines of a text log;
 * CSV with its columns' names on the first line, or without names.
 */
export type Framing = 'json-lines' | 'json' | 'log' | 'csv' | 'csv-without-names';

/** So much of a file's beginning tells how it goes on. */
export const HEAD_BYTES = 65_536;

/** A column's name; data would have digits first, spaces and signs. */
const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_.$-]{0,127}$/;
/** PostgreSQL's csvlog begins with a time and its zone. */
const CSVLOG = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [A-Za-z0-9+:-]+,/;

/** The members of one list, as in CloudTrail's files. */
const RECORDS = /^\{\s*"Records"\s*:\s*\[/;
const LINES_LOOKED_AT = 20;
/** Not indented: a part of a larger object would be. */
const isObjectOnItsOwn = (line: string): boolean => line.startsWith('{') && isObject(decodedJson(line));

/** @param head the file's beginning, decompressed, at most `HEAD_BYTES` */
export function framingOf(head: Uint8Array): Framing {
  const text = new TextDecoder().decode(head).trimStart();
  const lines = text.split(/\r?\n/, LINES_LOOKED_AT);
  const [line = ''] = lines;
  if (RECORDS.test(text)) return 'json';
  // One broken line must not make one object of all others.
  if (text.startsWith('{')) return lines.some(isObjectOnItsOwn) ? 'json-lines' : 'json';
  if (/^\[\s*[\]{]/.test(text)) return 'json';
  if (CSVLOG.test(line)) return 'csv-without-names';
  return columnNames(line) ? 'csv' : 'log';
}

/** Two columns or more; or the one that a query of CloudTrail Lake for whole records has. */
function columnNames(line: string): readonly string[] | undefined {
  const csv = parseCsv(line);
  const names = csv.ok ? csv.records[0]?.map(({ text }) => text.trim()) : undefined;
  if (!names?.every((name) => COLUMN_NAME.test(name))) return undefined;
  return names.length > 1 || /^eventjson$/i.test(names[0] ?? '') ? names : undefined;
}

export function splitterOf(framing: Framing): Splitter {
  switch (framing) {
    case 'json-lines':
      return splitLines(oneLineEach);
    case 'json':
      return splitJson();
    case 'log':
      return splitLines(tabContinues);
    case 'csv':
    case 'csv-without-names':
      return splitLines(quoteContinues);
    default:
      return framing satisfies never;
  }
}

export type Decoded =
  | DecodedRecord
  /** It tells how to read the records behind it. */
  | { readonly kind: 'header' };

/** Makes records of their texts, in a file's order: CSV needs its first line for all others. */
export function openDecoder(framing: Framing): (text: Extract<RecordText, { kind: 'line' }>) => Decoded {
  let names: readonly string[] | undefined;
  return ({ text }) => {
    if (framing === 'json' || framing === 'json-lines') return decodedRecord(text);
    if (framing === 'log')
      return text.trimStart().startsWith('{') ? decodedRecord(text) : { kind: 'record', value: text };
    const csv = parseCsv(text);
    if (!csv.ok) return { kind: 'invalid', reason: `field ${csv.field}: ${csv.reason}` };
    const fields = csv.records[0]?.map((field) => field.text) ?? [];
    if (framing === 'csv-without-names') return { kind: 'record', value: fields };
    if (!names) {
      names = fields.map((name) => name.trim());
      return { kind: 'header' };
    }
    if (fields.length !== names.length)
      return { kind: 'invalid', reason: `${fields.length} fields, but ${names.length} columns` };
    return { kind: 'record', value: Object.fromEntries(names.map((name, index) => [name, fields[index]])) };
  };
}

const decodedJson = (text: string): unknown => {
  const decoded = decodedRecord(text);
  return decoded.kind === 'record' ? decoded.value : undefined;
};
