import type { Output } from './progress.ts';

/** What commands a terminal, breaks a line other than by its end, or hides and reorders letters. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text with every letter that a terminal would obey written as an escape, `\u001b`. Names of data sets, files and people come from
 * others. In JSON, which has the same escapes, nothing changes its meaning.
 */
export const terminalText = (text: string): string =>
  text.replace(UNSAFE, (letter) =>
    letter
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** An output that nothing written to it can command; only `redraw` goes back to the beginning of the line. */
export const inertOutput = (output: Output): Output => ({
  ...(output.isTTY === undefined ? {} : { isTTY: output.isTTY }),
  write: (text) => output.write(terminalText(text)),
  redraw: (line) => output.write(`\r\u001b[K${terminalText(line)}`),
});
