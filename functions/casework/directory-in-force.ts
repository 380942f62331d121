import type { Directory } from '../../shared/model/directory.ts';
import { publishedDirectory } from '../../shared/stores/directory-value.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';

/** The directory in force, or nothing before the first. @param now epoch milliseconds @throws when it can't be read */
export type DirectoryInForce = (now: number) => Promise<Directory | undefined>;

/** A directory is immutable under its name, so the last one read is kept. */
export function createDirectoryInForce(references: Pick<ReferenceStore, 'get' | 'newest'>): DirectoryInForce {
  let known: { readonly name: string; readonly directory: Directory } | undefined;
  return async (now) => {
    const newest = await references.newest('directory', now);
    if (newest && newest.name !== known?.name)
      known = { name: newest.name, directory: await publishedDirectory(references, newest.name) };
    return newest && known?.directory;
  };
}
