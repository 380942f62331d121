const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** Longer runs of digits and letters are random, not counted. */
const LONGEST_COUNTER = 12;

/**
 * The id that follows an id: its last run of digits and letters, counted on by one. Digits alone are decimal, up to f
 * hexadecimal, otherwise all letters are digits; the length stays, as padded counters have it, or grows where it must.
 *
 * @returns undefined where the id has no such run, or one that is too long to be counted
 */
export function successorOf(id: string): string | undefined {
  const run = /[0-9a-z]+$/i.exec(id)?.[0];
  if (run === undefined || run.length > LONGEST_COUNTER) return undefined;
  const isUpper = run !== run.toLowerCase();
  const radix = /^\d+$/.test(run) ? 10 : /^[\da-f]+$/i.test(run) ? 16 : 36;
  const next = countOn(run.toLowerCase(), radix);
  return id.slice(0, -run.length) + (isUpper ? next.toUpperCase() : next);
}

function countOn(run: string, radix: number): string {
  const highest = DIGITS[radix - 1] as string;
  let end = run.length;
  while (end > 0 && run[end - 1] === highest) end--;
  const zeros = '0'.repeat(run.length - end);
  if (end === 0) return `1${zeros}`;
  const raised = DIGITS[DIGITS.indexOf(run[end - 1] as string) + 1] as string;
  return run.slice(0, end - 1) + raised + zeros;
}
