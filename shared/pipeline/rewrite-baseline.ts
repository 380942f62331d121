import type { StoredBaselineVersion } from '../model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../model/baseline-codec.ts';
import { fitItem } from './fit-item.ts';

/**
 * A stored baseline in another stored form: up, or down again for a release that reads nothing newer. Down it may lose what the
 * older form has no room for, which is the oldest evidence; everything that scoring and learning use stays.
 *
 * @throws RangeError when the bytes are none that this release reads
 */
export const rewriteBaseline = (actorId: string, bytes: Uint8Array, version: StoredBaselineVersion): Uint8Array =>
  encodeBaseline(fitItem(decodeBaseline(bytes), actorId, version), version);
