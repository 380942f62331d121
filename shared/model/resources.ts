import * as z from 'zod/mini';
import { regionSchema } from './country.ts';
import { issueText } from './schema-issue.ts';

/** The version of resources.json. */
export const RESOURCES_VERSION = 1;

/** The systems whose tables are named by a dotted path. */
export const TABLE_SOURCES = ['snowflake', 'postgres', 'teleport', 'bigquery', 'databricks', 'ocsf'] as const;
export type TableSource = (typeof TABLE_SOURCES)[number];

const text = (maximum: number) => {
  const expected = `not a text of 1 to ${maximum} characters`;
  return z.string(expected).check(z.minLength(1, expected), z.maxLength(maximum, expected));
};
const SOURCE = `not one of ${TABLE_SOURCES.join(', ')}`;
const COLUMNS = 'not a list of column names';

/** Misspelt keys are refused here, because a forgotten `prefix` would claim the whole bucket. */
const s3Schema = z.strictObject({ bucket: text(256), prefix: z.optional(text(1024)) }, 'not { bucket, prefix? }');
const dynamodbSchema = z.strictObject(
  { table: text(256), awsRegion: z.optional(text(64)) },
  'not { table, awsRegion? }',
);
const tableSchema = z.strictObject(
  {
    source: z.enum(TABLE_SOURCES, SOURCE),
    name: text(512),
    columns: z.optional(z.array(text(256), COLUMNS).check(z.minLength(1, COLUMNS))),
  },
  'not { source, name, columns? }',
);
const warehouseSchema = z.strictObject(
  { source: z.enum(TABLE_SOURCES, SOURCE), name: text(256) },
  'not { source, name }',
);

const MATCH = 'not one of { s3 }, { dynamodb }, { table }, { warehouse }';
const matchSchema = z
  .strictObject(
    {
      s3: z.optional(s3Schema),
      dynamodb: z.optional(dynamodbSchema),
      table: z.optional(tableSchema),
      warehouse: z.optional(warehouseSchema),
    },
    MATCH,
  )
  .check(z.refine((match) => Object.keys(match).length === 1, MATCH))
  // For the published JSON Schema, which the refinement doesn't reach.
  .register(z.globalRegistry, { minProperties: 1, maxProperties: 1 });

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
/** Which technical resource an entry of resources.json is about. */
export type ResourceMatch = Resource['match'];

/** What a source's record touched, in the source's own terms. */
export type TechnicalResource =
  /** An object's key, or the prefix that was listed; '' where the source doesn't say, which only a whole bucket matches. */
  | { readonly kind: 's3'; readonly bucket: string; readonly key: string }
  | { readonly kind: 'dynamodb'; readonly table: string; readonly awsRegion?: string | undefined }
  | {
      readonly kind: 'table';
      readonly source: TableSource;
      /** Dotted, the widest part first, as the source writes it: `PROD.PUBLIC.USERS`. */
      readonly name: string;
      /** The columns that were touched; absent where the source doesn't say. */
      readonly columns?: readonly string[] | undefined;
      readonly warehouse?: string | undefined;
    };

/** What is known of resources, ready to be asked. */
export interface ResourceMap {
  /** By bucket, the longest prefix first. */
  readonly s3: ReadonlyMap<string, readonly Resource[]>;
  /** By what `tableKey` and its like make of an entry: those with columns (or an AWS region) first. */
  readonly named: ReadonlyMap<string, readonly Resource[]>;
  /** Parts of the table name that has most: nothing longer need be looked for. */
  readonly mostTableParts: number;
}

export const NO_RESOURCES: ResourceMap = { s3: new Map(), named: new Map(), mostTableParts: 0 };

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
  const named = new Map<string, Resource[]>();
  let mostTableParts = 0;
  for (const [index, item] of items.entries()) {
    const result = resourceSchema.safeParse(item);
    if (!result.success) {
      errors.push(...result.error.issues.map((issue) => `resources[${index}]: ${issueText(issue, 'entry')}`));
      continue;
    }
    const { match } = result.data;
    const [entries, key] = match.s3 ? [s3, match.s3.bucket] : [named, namedKey(match)];
    const others = entries.get(key) ?? [];
    entries.set(key, others);
    if (others.some((other) => detailOf(other) === detailOf(result.data))) {
      errors.push(`resources[${index}]: ${matchName(match)} is there twice`);
    }
    others.push(result.data);
    if (match.table) mostTableParts = Math.max(mostTableParts, match.table.name.split('.').length);
  }
  if (errors.length) return { ok: false, errors };
  for (const entries of [...s3.values(), ...named.values()])
    entries.sort((a, b) => detailOf(b).length - detailOf(a).length);
  return { ok: true, resources: { s3, named, mostTableParts } };
}

/**
 * What a technical resource holds. Of several prefixes, or of a table, its schema and its database, the longest decides. An entry
 * with columns holds for accesses that touch one of them, and goes before one without; where the source doesn't say which
 * columns were touched, only an entry without columns holds. A warehouse is asked last.
 */
export function lookUpResource(resources: ResourceMap, resource: TechnicalResource): Resource | undefined {
  switch (resource.kind) {
    case 's3':
      return resources.s3.get(resource.bucket)?.find(({ match }) => resource.key.startsWith(match.s3?.prefix ?? ''));
    case 'dynamodb':
      return resources.named
        .get(`dynamodb ${resource.table}`)
        ?.find(({ match }) => !match.dynamodb?.awsRegion || match.dynamodb.awsRegion === resource.awsRegion);
    case 'table': {
      for (const name of widerNames(resource.name, resources.mostTableParts)) {
        const entry = resources.named
          .get(`table ${resource.source} ${name}`)
          ?.find(
            ({ match }) => !match.table?.columns || match.table.columns.some((c) => resource.columns?.includes(c)),
          );
        if (entry) return entry;
      }
      return resources.named.get(`warehouse ${resource.source} ${resource.warehouse ?? ''}`)?.[0];
    }
    default:
      return resource satisfies never;
  }
}

/**
 * A dotted name and those of what it lies in, the longest first. Whoever reads a table may choose what its name is, so of one with
 * thousands of parts only the first are looked at.
 */
function widerNames(name: string, mostParts: number): readonly string[] {
  const names: string[] = [];
  let end = -1;
  while (end < name.length && names.length < mostParts) {
    const dot = name.indexOf('.', end + 1);
    end = dot === -1 ? name.length : dot;
    names.unshift(name.slice(0, end));
  }
  return names;
}

/** An entry's match that would hold for a resource, as widely as one would want to begin with. */
export function matchFor(resource: TechnicalResource): ResourceMatch {
  switch (resource.kind) {
    case 's3':
      return { s3: { bucket: resource.bucket } };
    case 'dynamodb':
      return { dynamodb: { table: resource.table } };
    case 'table':
      return { table: { source: resource.source, name: resource.name } };
    default:
      return resource satisfies never;
  }
}

/** What a resource is called where resources.json has no name for it. */
export function matchName({ s3, dynamodb, table, warehouse }: ResourceMatch): string {
  if (s3) return `s3:${s3.bucket}${s3.prefix ? `/${s3.prefix}` : ''}`;
  if (dynamodb) return `dynamodb:${dynamodb.table}`;
  if (table) return `${table.source}:${table.name}`;
  return `${warehouse?.source}:${warehouse?.name}`;
}

const namedKey = ({ dynamodb, table, warehouse }: ResourceMatch): string =>
  dynamodb
    ? `dynamodb ${dynamodb.table}`
    : table
      ? `table ${table.source} ${table.name}`
      : `warehouse ${warehouse?.source} ${warehouse?.name}`;

/** What tells entries of one resource apart; the longer, the more of the resource it names. */
const detailOf = ({ match }: Resource): string =>
  match.s3?.prefix ?? match.dynamodb?.awsRegion ?? match.table?.columns?.toSorted().join('\u0000') ?? '';
