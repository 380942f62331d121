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

/** A baseline as JSON says it; sequence numbers are beyond JSON's numbers, and stand there as texts. */
export const baselineAsJson = (baseline: Baseline): unknown =>
  JSON.parse(JSON.stringify(baseline, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
