import type { SourceContext } from '../formats/source-format.ts';
import { NO_ACTORS, parseActors } from '../model/actors.ts';
import { NO_RESOURCES, parseResources } from '../model/resources.ts';

/** A changed file counts within a minute, and no flood of requests becomes a flood of readings. */
const KEPT_MS = 60_000;

export interface SourceContextPorts {
  /** @returns a reference file's text, or nothing where there is no such file */
  readonly readFile: (name: 'resources.json' | 'actors.json') => Promise<string | undefined>;
  readonly unmapped: SourceContext['unmapped'];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * What the company says about its own systems, looked up when it is asked for, once a minute at most. A file that isn't there says
 * nothing; one that was good before and is broken now counts as it was.
 *
 * @returns a function that throws, naming every error, where a file is broken and none before it was good
 */
export function createSourceContext({ readFile, unmapped, now, warn }: SourceContextPorts) {
  let known: SourceContext | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<SourceContext> => {
    const [resources, actors] = await Promise.all([readFile('resources.json'), readFile('actors.json')]);
    return {
      resources: resources === undefined ? NO_RESOURCES : resourcesIn(resources),
      actors: actors === undefined ? NO_ACTORS : actorsIn(actors),
      unmapped,
    };
  };
  return async (): Promise<SourceContext> => {
    if (known && now() - readAt < KEPT_MS) return known;
    try {
      known = await read();
    } catch (error) {
      if (!known) throw error;
      warn('resources.json and actors.json count as they were', error);
    }
    readAt = now();
    return known;
  };
}

function resourcesIn(text: string) {
  const result = parseResources(decoded('resources.json', text));
  if (!result.ok) throw new Error(result.errors.join('; '));
  return result.resources;
}

function actorsIn(text: string) {
  const result = parseActors(decoded('actors.json', text));
  if (!result.ok) throw new Error(result.errors.join('; '));
  return result.actors;
}

function decoded(name: string, text: string): unknown {
  try {
    // Some editors begin a file with a byte order mark, which the SDK leaves in the text.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new Error(`${name} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
