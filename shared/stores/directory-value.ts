import { decodeDirectory } from '../formats/directory-bytes.ts';
import { buildDirectory, type Directory } from '../model/directory.ts';
import type { ReferenceStore } from './ports.ts';
import { referenceValue } from './reference-value.ts';

/** The directory that is published under a name. @throws Error when it isn't there, is damaged or of another version */
export const publishedDirectory = async (references: Pick<ReferenceStore, 'get'>, name: string): Promise<Directory> =>
  buildDirectory(decodeDirectory(await referenceValue(references, name)));
