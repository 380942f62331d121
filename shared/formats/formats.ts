import { accessEventFormat } from './access-event-format.ts';
import { bigQueryFormat } from './bigquery.ts';
import { cloudTrailFormat } from './cloudtrail.ts';
import { databricksFormat } from './databricks.ts';
import { ocsfFormat } from './ocsf.ts';
import { oktaFormat } from './okta.ts';
import { postgresFormat } from './postgres.ts';
import { snowflakeFormat } from './snowflake.ts';
import type { SourceFormat } from './source-format.ts';
import { teleportFormat } from './teleport.ts';

/** Every format that is read. A new one is a file of its own and a line here; the first that recognises a record reads it. */
export const FORMATS: readonly SourceFormat[] = [
  accessEventFormat,
  cloudTrailFormat,
  ocsfFormat,
  snowflakeFormat,
  postgresFormat,
  teleportFormat,
  bigQueryFormat,
  databricksFormat,
  oktaFormat,
];

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** @returns undefined where no format recognises the record */
export const formatOf = (record: unknown): SourceFormat | undefined =>
  FORMATS.find(({ recognises }) => recognises(record));
