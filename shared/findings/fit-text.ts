import { cleanLine } from '../notification/clean-text.ts';

/**
 * One clean line of at most so many UTF-16 units, which is how AWS's validation counts; a pair is never split. Names in an alert
 * were chosen by others, so what leaves the project is cleaned as it is for people.
 */
export function fitText(text: string, maximum: number): string {
  const line = cleanLine(text, maximum);
  if (line.length <= maximum) return line;
  let kept = '';
  for (const character of line) {
    if (kept.length + character.length > maximum - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The same, for fields that may not be empty. */
export const fitSomeText = (text: string, maximum: number): string => fitText(text, maximum) || 'unknown';
