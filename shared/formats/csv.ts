/** One field, and the line on which it begins, from 1. */
export interface CsvField {
  readonly text: string;
  readonly line: number;
}

export type CsvResult =
  | { readonly ok: true; readonly records: readonly (readonly CsvField[])[] }
  | { readonly ok: false; readonly line: number; readonly field: number; readonly reason: string };

const FIELD_END = /[",\r\n]|$/g;

/**
 * Splits CSV text (RFC 4180) into records: quoted fields may hold commas, line breaks and doubled quotes; lines end in CRLF
 * or LF; a byte order mark is skipped. Lines with nothing on them are no records. Own code, because the libraries tell a
 * record's line but not a field's, or read on silently after a stray quote.
 *
 * @returns the records, or the first place where the text isn't CSV: its line and field, both from 1
 */
export function parseCsv(text: string): CsvResult {
  const records: (readonly CsvField[])[] = [];
  let record: CsvField[] = [];
  let line = 1;
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  const refuse = (reason: string): CsvResult => ({ ok: false, line, field: record.length + 1, reason });

  while (at < text.length || record.length) {
    const quoted = text[at] === '"';
    const startLine = line;
    let value = '';
    if (quoted) {
      for (;;) {
        const close = text.indexOf('"', at + 1);
        if (close < 0) {
          line = startLine;
          return refuse('the quote is never closed');
        }
        const piece = text.slice(at + 1, close);
        line += piece.split('\n').length - 1;
        value += piece;
        at = close + 1;
        if (text[at] !== '"') break;
        value += '"';
      }
    } else {
      FIELD_END.lastIndex = at;
      const end = FIELD_END.exec(text)?.index ?? text.length;
      value = text.slice(at, end);
      at = end;
    }
    record.push({ text: value, line: startLine });
    if (text[at] === ',') {
      at++;
      continue;
    }
    const lineBreak = text.startsWith('\r\n', at) ? 2 : text[at] === '\n' ? 1 : 0;
    if (!lineBreak && at < text.length) {
      record.pop();
      return refuse(quoted ? 'text after the closing quote' : `${JSON.stringify(text[at])} in a field without quotes`);
    }
    if (record.length > 1 || value !== '' || quoted) records.push(record);
    record = [];
    at += lineBreak;
    line++;
  }
  return { ok: true, records };
}
