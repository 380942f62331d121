/** The name of one of a stage's resources; fixed, so that the command line and policies find it without asking CloudFormation. */
export function resourceName(stage: string, part: string): string {
  return `borderwatch-${stage}-${part}`;
}

/** Where a stage's settings lie in Parameter Store; a setting's name follows after a slash. */
export function settingsPath(stage: string): string {
  return `/borderwatch/${stage}`;
}

/** Prefixes in the evidence bucket. */
export const QUARANTINE_PREFIX = 'quarantine/';
/** What `ingest` and `receive` could not read: records of sources, which were never on the stream. */
export const UNREAD_PREFIX = `${QUARANTINE_PREFIX}ingest-`;
export const FAILED_PREFIX = 'failed/';
/** What was put back on the stream, so that nothing is put back twice. */
export const REDRIVEN_PREFIX = `${FAILED_PREFIX}redriven/`;
export { PROGRESS_PREFIX as INGESTED_PREFIX } from '../shared/stores/s3-object-progress.ts';
export { REFERENCE_PREFIX } from '../shared/stores/s3-reference-file.ts';
/**
 * Where Lambda itself puts a batch that it gave up on; the prefix can't be chosen.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export const GIVEN_UP_PREFIX = 'aws/lambda/';

/** The parameter that holds the address of a stage's casework function; outside of the settings, where every name is one. */
export function caseworkUrlParameter(stage: string): string {
  return `/borderwatch-casework/${stage}/url`;
}
