import { accessEventFormat } from './access-event-format.ts';
import { cloudTrailFormat } from './cloudtrail.ts';
import type { SourceFormat } from './source-format.ts';

/** Every format that is read. A new one is a file of its own and a line here; the first that recognises a record reads it. */
export const FORMATS: readonly SourceFormat[] = [accessEventFormat, cloudTrailFormat];

export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** @returns undefined where no format recognises the record */
export const formatOf = (record: unknown): SourceFormat | undefined =>
  FORMATS.find(({ recognises }) => recognises(record));
