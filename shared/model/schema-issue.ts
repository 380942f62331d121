import type * as z from 'zod/mini';

/**
 * One thing that a schema found wrong, in a line: the field's path and the reason. zod/mini brings no messages of its own, so
 * schemas of files that people write by hand say what they expect.
 *
 * @param root what to call the value itself
 */
export function issueText(issue: z.core.$ZodIssue | undefined, root = 'value'): string {
  const where = issue?.path.length ? issue.path.join('.') : root;
  const unknownKeys = issue?.code === 'unrecognized_keys' ? `no such key: ${issue.keys.join(', ')}` : undefined;
  return `${where}: ${unknownKeys ?? issue?.message ?? 'invalid'}`.slice(0, 200);
}
