import { FORMATS, formatOf } from './formats.ts';
import type { RecordReading } from './record-reading.ts';
import { joinSignIn, rememberSignIn, startSignIns } from './sign-ins.ts';
import type { SourceContext, SourceFormat } from './source-format.ts';

/** Reads one stream of records, whatever formats are mixed in it. */
export interface SourceReader {
  /** @returns what became of the record, and of earlier ones that waited for it */
  readonly take: (record: unknown) => readonly RecordReading[];
  /** What still waits for a partner that never came. */
  readonly finish: () => readonly RecordReading[];
}

/**
 * @param format read every record as this one. @default each record's format is told by its content; what none recognises is
 * invalid
 */
export function openSourceReader(context: SourceContext, format?: SourceFormat): SourceReader {
  // Keyed by format: as many states as there are formats.
  const states = new Map<SourceFormat, unknown>();
  return {
    take: (record) => {
      const found = format ?? formatOf(record);
      if (!found) return [{ kind: 'invalid', reason: unrecognised(record) }];
      if (format && !format.recognises(record))
        return [{ kind: 'invalid', reason: `not in the format ${format.name}` }];
      const { readings, state } = found.read(record, states.has(found) ? states.get(found) : found.start(), context);
      states.set(found, state);
      return readings;
    },
    finish: () => FORMATS.flatMap((each) => (states.has(each) ? each.flush(states.get(each), context) : [])),
  };
}

/** Joins accesses with sign-ins, as both come along: in order of time they find each other best. */
export function openSignInJoin(): (reading: RecordReading) => RecordReading {
  const signIns = startSignIns();
  return (reading) => {
    if (reading.kind === 'sign-in') {
      rememberSignIn(signIns, reading.value);
      return { kind: 'not-concerned', why: 'context' };
    }
    return reading.kind === 'event' ? joinSignIn(signIns, reading) : reading;
  };
}

const KEYS_NAMED = 6;

function unrecognised(record: unknown): string {
  if (typeof record !== 'object' || record === null) return 'in no known format';
  const keys = Object.keys(record).slice(0, KEYS_NAMED);
  return `in no known format (begins with ${keys.join(', ') || 'nothing'})`.slice(0, 200);
}
