import { describe, expect, it } from 'vitest';
import { readRecord } from '../../shared/formats/read-records.ts';
import { createSourceContext } from '../../shared/intake/source-context.ts';
import { dataEvent } from '../formats/cloudtrail-records.ts';

const RESOURCES = JSON.stringify([
  { match: { s3: { bucket: 'exports' } }, dataset: 'user.exports', store: 'us-primary', region: 'US' },
]);
const ACTORS = JSON.stringify([{ source: 'cloudtrail', name: 'Alice', actor: 'e-00042' }]);

/** Files that a test may change, and a clock. */
function world(files: Record<string, string> = {}) {
  const state = { files, now: 0, readings: 0, warnings: [] as unknown[] };
  const contextNow = createSourceContext({
    readFile: async (name) => {
      state.readings++;
      return state.files[name];
    },
    unmapped: 'not-concerned',
    now: () => state.now,
    warn: (_, error) => void state.warnings.push(error),
  });
  return { state, contextNow };
}

describe('what the company says about its systems', () => {
  it('names the resource and the actor of a record, with or without a byte order mark', async () => {
    const { contextNow } = world({ 'resources.json': RESOURCES, 'actors.json': `\uFEFF${ACTORS}` });

    expect(readRecord(dataEvent(), await contextNow())).toMatchObject([
      { kind: 'event', value: { actor: { id: 'e-00042' }, resource: { dataset: 'user.exports' } } },
    ]);
  });

  it('is nothing where it has no files: then an access is not concerned', async () => {
    const { contextNow } = world();

    expect(readRecord(dataEvent(), await contextNow())).toMatchObject([{ kind: 'not-concerned' }]);
  });

  it('is read once a minute', async () => {
    const { state, contextNow } = world();

    await contextNow();
    state.now = 59_999;
    await contextNow();
    expect(state.readings).toBe(2);
    state.now = 60_000;
    await contextNow();
    expect(state.readings).toBe(4);
  });

  it('counts as it was when a good file is broken, and says so', async () => {
    const { state, contextNow } = world({ 'resources.json': RESOURCES });
    const before = await contextNow();
    Object.assign(state, { now: 60_000, files: { 'resources.json': '[{}]' } });

    expect(await contextNow()).toBe(before);
    expect(state.warnings).toHaveLength(1);
  });

  it.each([
    ['resources.json', '{', 'resources.json is not JSON'],
    ['resources.json', '[{}]', 'resources[0]'],
    ['actors.json', '[{"name":1}]', 'actors[0]'],
  ])('is refused where %s never was good: %s', async (name, text, message) => {
    const { contextNow } = world({ [name]: text });

    await expect(contextNow()).rejects.toThrow(message);
  });
});
