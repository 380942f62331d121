import { hash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { SNAPSHOT_SCHEMA_VERSION, type Snapshot } from '../model/snapshot.ts';

/** Names what the bytes hold: a fold that is done again after a crash may have seen more. */
export const snapshotName = (stamp: number, bytes: Uint8Array): string =>
  `snapshot-${stamp}-${hash('sha256', bytes).slice(0, 16)}`;

/** A snapshot as it is stored: JSON, deflated. JSON keeps every double exactly, and the same snapshot gives the same bytes. */
export const encodeSnapshot = (snapshot: Snapshot): Uint8Array => new Uint8Array(deflateSync(JSON.stringify(snapshot)));

/** @throws Error when the bytes are no snapshot of a version that this release can read */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const value = JSON.parse(inflateSync(bytes).toString('utf8')) as Snapshot;
  if (value.schemaVersion !== SNAPSHOT_SCHEMA_VERSION)
    throw new Error(`snapshot schema version ${value.schemaVersion} is unknown`);
  // Snapshots of before tellings and shocks were folded say nothing of them.
  return { ...value, tellingsPerCase: value.tellingsPerCase ?? 1, shocks: value.shocks ?? {} };
}
