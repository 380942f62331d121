/**
 * Cuts a list where what holds its parts is full. A part that is larger than that stands alone.
 *
 * @param bytesOf what a part takes up
 * @param most bytes that fit
 */
export function packParts<Part>(
  parts: readonly Part[],
  bytesOf: (part: Part) => number,
  most: number,
): readonly (readonly Part[])[] {
  const packed: Part[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const size = bytesOf(part);
    if (bytes + size > most) {
      packed.push([]);
      bytes = 0;
    }
    packed.at(-1)?.push(part);
    bytes += size;
  }
  return packed;
}
