import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchemas } from '../shared/model/json-schemas.ts';
import { PROJECT_ROOT } from './function-bundling.ts';

/** Where other programs find the schemas of what travels: `npm run schemas` writes them, and a test compares. */
const FOLDER = join(PROJECT_ROOT, 'docs', 'schemas');

mkdirSync(FOLDER, { recursive: true });
for (const [name, schema] of Object.entries(jsonSchemas()))
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
