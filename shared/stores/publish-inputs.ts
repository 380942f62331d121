import { hash } from 'node:crypto';
import { directoryGeneration, encodeDirectory } from '../formats/directory-bytes.ts';
import type { DirectoryRow } from '../model/directory.ts';
import type { Network } from '../model/networks.ts';
import type { ReferenceStore } from './ports.ts';

/**
 * Puts a directory in force: a new generation is written whole, then its stamp is published. The next snapshot names it.
 *
 * @param rows validated @param now epoch milliseconds
 * @returns the generation's name
 */
export async function publishDirectory(
  references: ReferenceStore,
  rows: readonly DirectoryRow[],
  now: number,
): Promise<string> {
  const bytes = encodeDirectory(rows);
  const name = directoryGeneration(bytes);
  await references.put(name, bytes);
  await references.publish('directory', now, name);
  return name;
}

/** Puts networks in force, likewise. */
export async function publishNetworks(
  references: ReferenceStore,
  networks: readonly Network[],
  now: number,
): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(networks));
  const name = `networks#${hash('sha256', bytes).slice(0, 32)}`;
  await references.put(name, bytes);
  await references.publish('networks', now, name);
  return name;
}
