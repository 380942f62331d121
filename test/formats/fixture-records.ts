import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSourceFile } from '../../cli/read-source-file.ts';
import type { SourceContext } from '../../shared/formats/source-format.ts';
import { parseActors } from '../../shared/model/actors.ts';
import { parseResources } from '../../shared/model/resources.ts';

export const FIXTURES = join(import.meta.dirname, '../fixtures/sources');

const decoded = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));

/** What the company of the fixtures says about its systems and its people. */
export function fixtureContext(unmapped: SourceContext['unmapped'] = 'not-concerned'): SourceContext {
  const resources = parseResources(decoded('resources.json'));
  const actors = parseActors(decoded('actors.json'));
  if (!resources.ok || !actors.ok) throw new Error('the fixtures’ maps are wrong');
  return { resources: resources.resources, actors: actors.actors, unmapped };
}

/** Every record of a format's fixtures, by file in order of name. */
export async function fixtureRecords(format: string): Promise<readonly unknown[]> {
  const records: unknown[] = [];
  for (const name of readdirSync(join(FIXTURES, format)).sort()) {
    for await (const some of readSourceFile(join(FIXTURES, format, name))) {
      for (const record of some) {
        if (record.kind === 'invalid') throw new Error(`${name}: line ${record.number}: ${record.reason}`);
        records.push(record.value);
      }
    }
  }
  return records;
}
