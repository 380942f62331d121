import { CommandFailure } from './usage-error.ts';

/** Logs shrink to a twentieth, the most repetitive to a hundredth; deflate could hide a thousandfold. */
export const MAXIMUM_EXPANSION = 200;
/** So much may come out of a file of any size. */
export const FREE_BYTES = 1 << 30;

/**
 * Stops at a file that unpacks to absurd sizes: it would be read for hours.
 *
 * @param packed bytes of the file that were read
 * @param unpacked bytes that came out of them
 * @throws CommandFailure naming the limit
 */
export function refuseBomb(path: string, packed: number, unpacked: number): void {
  if (unpacked <= FREE_BYTES || unpacked <= packed * MAXIMUM_EXPANSION) return;
  throw new CommandFailure(
    `${path} unpacks to more than ${MAXIMUM_EXPANSION} times its size and ${FREE_BYTES} bytes; stopped there. Unpack it yourself if it is sound`,
  );
}
