import { decodeDirectory } from '../formats/directory-bytes.ts';
import { buildDirectory, type Directory, type DirectoryRow } from '../model/directory.ts';
import type { ReferenceStore } from './ports.ts';
import { referenceValue, UnreadableReference } from './reference-value.ts';

/** The directory that is published under a name. @throws UnreadableReference when it isn't there, is damaged or of another version */
export async function publishedDirectory(references: Pick<ReferenceStore, 'get'>, name: string): Promise<Directory> {
  const bytes = await referenceValue(references, name);
  return buildDirectory(rowsIn(bytes, name));
}

function rowsIn(bytes: Uint8Array, name: string): readonly DirectoryRow[] {
  try {
    return decodeDirectory(bytes);
  } catch (cause) {
    throw new UnreadableReference(`${name} can't be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
