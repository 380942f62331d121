import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** A folder of its own for each test of a file, gone afterwards. */
export function scratchFolder() {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'borderwatch-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const path = (name = '') => join(root, name);
  return {
    path,
    /** @returns where it was written */
    write: async (name: string, content: string | Uint8Array): Promise<string> => {
      await writeFile(path(name), content);
      return path(name);
    },
    remove: (name: string) => rm(path(name)),
    read: (name: string) => readFile(path(name), 'utf8'),
  };
}
