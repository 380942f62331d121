import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Baseline, StoredBaselineVersion } from '../../shared/model/baseline.ts';

/** Whose baselines the fixtures are. */
export const FIXTURE_ACTOR = 'e-00042';
/** A newcomer after one access; five weeks of ordinary work; every list full; alerted about, with evidence and fences. */
export const FIXTURE_BASELINES = ['newcomer', 'settled', 'full', 'alerted'] as const;
export type FixtureBaseline = (typeof FIXTURE_BASELINES)[number];

/** One folder for each stored version of the baseline; what else is stored lies in the folder of the release that wrote it first. */
export const fixtureFolder = (version: StoredBaselineVersion): string =>
  fileURLToPath(new URL(`../fixtures/stored/v${version}/`, import.meta.url));

export const fixtureBytes = (version: StoredBaselineVersion, file: string): Uint8Array =>
  new Uint8Array(readFileSync(fixtureFolder(version) + file));

export const fixtureJson = (version: StoredBaselineVersion, file: string): unknown =>
  JSON.parse(readFileSync(fixtureFolder(version) + file, 'utf8'));

/**
 * A baseline as the fixtures' JSON says it, whatever it looks like in memory: sequence numbers, which are beyond JSON's, and times of
 * evidence are texts, and users looked up 16 hexadecimal digits each.
 */
export function baselineAsJson(baseline: Baseline): unknown {
  const inWords = {
    ...baseline,
    topSubjects: baseline.topSubjects.map(({ high, low, ...looks }) => ({ subject: digitsOf(high, low), ...looks })),
    evidence: baseline.evidence.map((event) => ({ ...event, time: new Date(event.time).toISOString() })),
  };
  return JSON.parse(JSON.stringify(inWords, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
}

function digitsOf(high: number, low: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(high, 0);
  bytes.writeInt32BE(low, 4);
  return bytes.toString('hex');
}
