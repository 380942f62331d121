/**
 * So many lists and objects within each other a record may have. JSON.parse reads any depth, but what walks through the value
 * afterwards, JSON.stringify for one, runs out of stack at a few thousand.
 */
export const MAXIMUM_LEVELS = 1_000;

export type DecodedRecord =
  | { readonly kind: 'record'; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly reason: string };

/** A record out of its text: what it holds, or why nobody can read it. */
export function decodedRecord(text: string): DecodedRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'invalid', reason: `not JSON: ${error instanceof Error ? error.message : error}`.slice(0, 200) };
  }
  // Every level opens and closes: most records are too short to be too deep.
  return text.length > 2 * MAXIMUM_LEVELS && isDeeperThan(MAXIMUM_LEVELS, value)
    ? { kind: 'invalid', reason: `nested more than ${MAXIMUM_LEVELS} levels deep` }
    : { kind: 'record', value };
}

/** What a JSON text within a record holds; undefined where nobody can read it. */
export function jsonWithin(text: string): unknown {
  const decoded = decodedRecord(text);
  return decoded.kind === 'record' ? decoded.value : undefined;
}

/** Goes no deeper than it is asked to. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
