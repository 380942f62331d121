import { type Networks, parseNetworks } from '../model/networks.ts';
import type { ReferenceStore } from './ports.ts';
import { referenceValue, UnreadableReference } from './reference-value.ts';

/** The networks that are published under a name. @throws UnreadableReference */
export async function publishedNetworks(references: Pick<ReferenceStore, 'get'>, name: string): Promise<Networks> {
  const bytes = await referenceValue(references, name);
  const result = parseNetworks(JSON.parse(new TextDecoder().decode(bytes)));
  if (!result.ok) throw new UnreadableReference(`${name} can't be read: ${result.errors[0]}`);
  return result.networks;
}
