import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonSchemas } from '../../shared/model/json-schemas.ts';

describe('the published JSON Schemas', () => {
  it.each(Object.entries(jsonSchemas()))('%s is what the code checks; npm run schemas writes it', (name, schema) => {
    const published = JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.json`, import.meta.url), 'utf8'));

    expect(published).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});
