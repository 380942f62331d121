import * as z from 'zod/mini';
import { issueText } from './schema-issue.ts';

/** A record of Borderwatch's own among the accesses, or the reason why what claims to be one isn't. */
export type ParsedRecord<Value> = { readonly value: Value } | { readonly reason: string };

/** Whether a decoded record claims to be of a kind: no access event has a field of this name with such a value. */
export const claimsToBe = (value: unknown, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'record' in value && value.record === kind;

/**
 * Reads a record of a kind out of its text. Nearly every record is an access, so only what holds the kind's name is decoded here.
 *
 * @param what the record is called where something is wrong with it
 * @returns nothing where it claims to be something else
 */
export function parseOwnRecord<Schema extends z.ZodMiniType>(
  line: string,
  kind: string,
  schema: Schema,
  what: string,
): ParsedRecord<z.output<Schema>> | undefined {
  if (!line.includes(kind)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Whoever reads accesses says what is wrong with it.
    return undefined;
  }
  if (!claimsToBe(value, kind)) return undefined;
  const result = z.safeParse(schema, value);
  return result.success ? { value: result.data } : { reason: issueText(result.error.issues[0], what) };
}
