import type { ReferenceStore } from './ports.ts';

/** What is published under a name isn't there, or is nothing that this release reads. */
export class UnreadableReference extends Error {}

/** The bytes of a value that is published. @throws UnreadableReference when it isn't there: publishing follows writing, so it must be */
export async function referenceValue(references: Pick<ReferenceStore, 'get'>, name: string): Promise<Uint8Array> {
  const bytes = await references.get(name);
  if (!bytes) throw new UnreadableReference(`${name} is published and can't be found`);
  return bytes;
}
