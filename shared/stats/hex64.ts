/**
 * 64 bits as 16 lower-case hexadecimal digits. In one call: a text put together from parts is copied when it is first read, and costs three
 * times as much.
 *
 * @param high, low unsigned 32-bit halves
 */
export const hex64 = (high: number, low: number): string =>
  String.fromCharCode(
    digit(high >>> 28),
    digit((high >>> 24) & 15),
    digit((high >>> 20) & 15),
    digit((high >>> 16) & 15),
    digit((high >>> 12) & 15),
    digit((high >>> 8) & 15),
    digit((high >>> 4) & 15),
    digit(high & 15),
    digit(low >>> 28),
    digit((low >>> 24) & 15),
    digit((low >>> 20) & 15),
    digit((low >>> 16) & 15),
    digit((low >>> 12) & 15),
    digit((low >>> 8) & 15),
    digit((low >>> 4) & 15),
    digit(low & 15),
  );

/**
 * The halves of 64 bits that are written so, signed: the engine keeps such numbers in place, where larger ones are an object each.
 *
 * @param hex 16 hexadecimal digits
 */
export const halvesOfHex64 = (hex: string): readonly [high: number, low: number] => [
  Number.parseInt(hex.slice(0, 8), 16) | 0,
  Number.parseInt(hex.slice(8), 16) | 0,
];

/** The character code of a digit: letters stand 39 places further than digits end. Without a branch, since which it is nobody can guess. @param value 0 to 15 */
const digit = (value: number): number => 48 + value + 39 * ((value + 6) >> 4);
