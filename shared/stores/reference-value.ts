import type { ReferenceStore } from './ports.ts';

/** The bytes of a value that is published. @throws Error when it isn't there: publishing follows writing, so it must be */
export async function referenceValue(references: Pick<ReferenceStore, 'get'>, name: string): Promise<Uint8Array> {
  const bytes = await references.get(name);
  if (!bytes) throw new Error(`${name} is published and can't be found`);
  return bytes;
}
