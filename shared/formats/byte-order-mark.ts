const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The chunks of a text without the byte order mark that some tools put before UTF-8: no JSON begins with one (RFC 8259, section 8.1).
 *
 * @throws what the chunks throw, after the chunks before it were yielded
 */
export async function* withoutByteOrderMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    const begun: Uint8Array = Buffer.concat([head, chunk]);
    head = begun.length < MARK.length ? begun : undefined;
    if (head === undefined) yield MARK.equals(begun.subarray(0, MARK.length)) ? begun.subarray(MARK.length) : begun;
  }
  if (head !== undefined && head.length > 0) yield head;
}
