import * as z from 'zod/mini';
import type { AccessEvent } from './access-event.ts';
import { issueText } from './schema-issue.ts';

/** The version of actors.json. */
export const ACTORS_VERSION = 1;

const text = (maximum: number) => {
  const expected = `not a text of 1 to ${maximum} characters`;
  return z.string(expected).check(z.minLength(1, expected), z.maxLength(maximum, expected));
};

/** One entry of actors.json: who goes by a name in a source. Misspelt keys are refused: a lost `source` would rename others too. */
const entrySchema = z.strictObject(
  {
    /** The access event's `source`; absent: in every source. */
    source: z.optional(text(128)),
    /** The name in the source; one that ends in `*` stands for every name that begins so. */
    name: text(256),
    /** The actor id, the employeeId of the directory; `*` is what the name's `*` stands for. */
    actor: text(256),
    type: z.optional(z.enum(['employee', 'service'], 'neither employee nor service')),
  },
  'not { source?, name, actor, type? }',
);

/** The file actors.json. */
export const actorsSchema = z.array(entrySchema);

type ActorEntry = z.output<typeof entrySchema>;

/** Who goes by which name, ready to be asked. */
export interface ActorMap {
  /** By `source name`, `*` for every source. */
  readonly names: ReadonlyMap<string, ActorEntry>;
  /** Entries whose name ends in `*`, the longest first. */
  readonly beginnings: readonly ActorEntry[];
}

export const NO_ACTORS: ActorMap = { names: new Map(), beginnings: [] };

export type ActorsResult =
  | { readonly ok: true; readonly actors: ActorMap }
  | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Reads decoded actors.json. All entries are validated before any is accepted.
 *
 * @returns the map, or every error, naming the entry by its position (from 0)
 */
export function parseActors(value: unknown): ActorsResult {
  if (!Array.isArray(value)) return { ok: false, errors: ['actors: not a list'] };
  const items: readonly unknown[] = value;
  const errors: string[] = [];
  const all = new Map<string, ActorEntry>();
  for (const [index, item] of items.entries()) {
    const result = entrySchema.safeParse(item);
    if (!result.success) {
      errors.push(...result.error.issues.map((issue) => `actors[${index}]: ${issueText(issue, 'entry')}`));
      continue;
    }
    const key = keyOf(result.data.source, result.data.name);
    if (all.has(key)) errors.push(`actors[${index}]: ${result.data.name} is there twice`);
    if (result.data.actor === '*' && !result.data.name.endsWith('*'))
      errors.push(`actors[${index}]: actor: * needs a name that ends in *`);
    all.set(key, result.data);
  }
  if (errors.length) return { ok: false, errors };
  const beginnings = [...all.values()]
    .filter(({ name }) => name.endsWith('*'))
    .sort((a, b) => b.name.length - a.name.length);
  return { ok: true, actors: { names: all, beginnings } };
}

type Actor = AccessEvent['actor'];

/**
 * The actor behind a source's name for somebody, and whoever it acts for: as mapped, else under the source's name. Nobody acts for
 * themselves, though two names may say so.
 */
export function resolveActor(actors: ActorMap, source: string, { id, type, onBehalfOf }: Actor): Actor {
  const resolved = resolveName(actors, source, id);
  const behalf = onBehalfOf === undefined ? undefined : resolveName(actors, source, onBehalfOf).id;
  return {
    id: resolved.id,
    type: resolved.type ?? type,
    ...(behalf !== undefined && behalf !== resolved.id && { onBehalfOf: behalf }),
  };
}

function resolveName(
  { names, beginnings }: ActorMap,
  source: string,
  name: string,
): { readonly id: string; readonly type?: Actor['type'] | undefined } {
  const isSource = (entry: ActorEntry) => entry.source === undefined || entry.source === source;
  const entry =
    names.get(keyOf(source, name)) ??
    names.get(keyOf(undefined, name)) ??
    beginnings.find((candidate) => isSource(candidate) && beginsLike(candidate, name));
  if (!entry) return { id: name };
  return { id: entry.actor === '*' ? name.slice(entry.name.length - 1) : entry.actor, type: entry.type };
}

/** Something must stand for the `*`, or an actor could be named nothing. */
const beginsLike = ({ name }: ActorEntry, id: string): boolean =>
  id.length >= name.length && id.startsWith(name.slice(0, -1));

const keyOf = (source: string | undefined, name: string): string => `${source ?? '*'} ${name}`;
