import * as z from 'zod/mini';
import { regionSchema } from './country.ts';
import { issueText } from './schema-issue.ts';

/** The version of resources.json. */
export const RESOURCES_VERSION = 1;

const text = (maximum: number) => {
  const expected = `not a text of 1 to ${maximum} characters`;
  return z.string(expected).check(z.minLength(1, expected), z.maxLength(maximum, expected));
};
/** Misspelt keys are refused here, because a forgotten `prefix` would claim the whole bucket. */
const matchSchema = z.strictObject(
  { s3: z.strictObject({ bucket: text(256), prefix: z.optional(text(1024)) }, 'not { bucket, prefix? }') },
  'not { s3 }',
);

/** One entry of resources.json: what a technical resource holds. */
export const resourceSchema = z.object(
  {
    match: matchSchema,
    dataset: text(512),
    dataClass: z.optional(text(128)),
    store: z.optional(text(256)),
    /** Whose users' data it is. */
    region: regionSchema,
  },
  'not an object',
);

/** The file resources.json. */
export const resourcesSchema = z.array(resourceSchema);

export type Resource = z.output<typeof resourceSchema>;

/** What is known of resources, ready to be asked. */
export interface ResourceMap {
  /** By bucket, the longest prefix first. */
  readonly s3: ReadonlyMap<string, readonly Resource[]>;
}

export type ResourcesResult =
  | { readonly ok: true; readonly resources: ResourceMap }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Reads decoded resources.json. All entries are validated before any is accepted.
 *
 * @returns the map, or every error, naming the entry by its position (from 0)
 */
export function parseResources(value: unknown): ResourcesResult {
  if (!Array.isArray(value)) return { ok: false, errors: ['resources: not a list'] };
  const items: readonly unknown[] = value;
  const errors: string[] = [];
  const s3 = new Map<string, Resource[]>();
  for (const [index, item] of items.entries()) {
    const result = resourceSchema.safeParse(item);
    if (!result.success) {
      errors.push(...result.error.issues.map((issue) => `resources[${index}]: ${issueText(issue, 'entry')}`));
      continue;
    }
    const { bucket } = result.data.match.s3;
    const inBucket = s3.get(bucket) ?? [];
    s3.set(bucket, inBucket);
    if (inBucket.some((other) => prefixOf(other) === prefixOf(result.data))) {
      errors.push(`resources[${index}]: ${bucket}/${prefixOf(result.data)} is there twice`);
    }
    inBucket.push(result.data);
  }
  if (errors.length) return { ok: false, errors };
  for (const inBucket of s3.values()) inBucket.sort((a, b) => prefixOf(b).length - prefixOf(a).length);
  return { ok: true, resources: { s3 } };
}

/**
 * What an S3 object holds; of several prefixes the longest decides.
 *
 * @param key the object's key, or the prefix that was listed; '' where the source doesn't say, which only a whole bucket matches
 */
export function lookUpS3Resource(resources: ResourceMap, bucket: string, key: string): Resource | undefined {
  return resources.s3.get(bucket)?.find((resource) => key.startsWith(prefixOf(resource)));
}

const prefixOf = (resource: Resource): string => resource.match.s3.prefix ?? '';
