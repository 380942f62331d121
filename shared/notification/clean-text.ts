const ESCAPE = String.fromCodePoint(0x1b);
const CONTROL_SEQUENCE_INTRODUCER = String.fromCodePoint(0x9b);
/** A colour or cursor command of a terminal with its parameters (ECMA-48, control sequences). */
const TERMINAL_SEQUENCE = new RegExp(`(?:${ESCAPE}\\[|${CONTROL_SEQUENCE_INTRODUCER})[0-?]*[ -/]*[@-~]`, 'gu');
/** Letters that are not seen and can reorder or hide what is: bidi controls, joiners, tags, byte order marks, fillers. */
const INVISIBLE = /\p{Cf}|\p{Co}|\p{Cs}|\p{Cn}|\u034F|\u115F|\u1160|\u17B4|\u17B5|\u3164|\uFFA0/gu;
/** Controls and line breaks of every kind. */
const SEPARATORS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/**
 * Text that others chose (names of data sets, devices, tickets), made fit to stand in one line of a message: it can't
 * break the line, command a terminal, reorder or hide letters, or become a link that a tired analyst clicks.
 *
 * @param maximum characters; longer text ends in an ellipsis
 */
export function cleanLine(text: string, maximum = 200): string {
  const line = text
    .replace(INVISIBLE, '')
    .replace(TERMINAL_SEQUENCE, ' ')
    .replace(SEPARATORS, ' ')
    .replaceAll('://', '[:]//')
    .trim();
  const characters = [...line];
  return characters.length <= maximum ? line : `${characters.slice(0, maximum - 1).join('')}…`;
}

/**
 * The same for places that take ASCII only, such as the subject of an SNS message. Accents are dropped, other letters
 * become question marks.
 *
 * @param maximum characters; longer text ends in three dots
 */
export function cleanAsciiLine(text: string, maximum: number): string {
  const line = cleanLine(text, Number.POSITIVE_INFINITY)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[‘’]/gu, "'")
    .replace(/[^ -~]/gu, '?');
  return line.length <= maximum ? line : `${line.slice(0, maximum - 3)}...`;
}
