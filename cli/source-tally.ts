import type { RecordReading, UnmappedResource } from '../shared/formats/record-reading.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';

/** Names that are told apart; what comes beyond is counted together. */
const NAMES_KEPT = 10_000;
const OTHERS = 'others';

interface Tallied {
  count: number;
  /** Undefined while no access said how many. */
  bytes: number | undefined;
}
interface UnmappedTally {
  readonly resource: UnmappedResource;
  count: number;
}

/** What became of records, counted for people. */
export interface SourceTally {
  readonly take: (reading: RecordReading) => void;
  /** Lines of text. */
  readonly report: () => readonly string[];
  /** How often resources were touched that nobody has mapped, and how many these are. */
  readonly unmapped: () => { readonly accesses: number; readonly resources: number };
}

export function startSourceTally(): SourceTally {
  const accesses = new Map<string, Tallied>();
  const unmapped = new Map<string, UnmappedTally>();
  const passedOver = new Map<string, number>();
  const remarks = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string) => {
    const kept = counts.has(name) || counts.size < NAMES_KEPT ? name : OTHERS;
    counts.set(kept, (counts.get(kept) ?? 0) + 1);
  };

  const takeAccess = ({ value, unjoined, unknownVersion }: Extract<RecordReading, { kind: 'event' }>) => {
    const { source = 'no source', resource, action, subjects, outcome } = value;
    const key = [source, resource.dataset, subjects.region, action, outcome].map((text) => cleanLine(text)).join('\t');
    const name = accesses.has(key) || accesses.size < NAMES_KEPT ? key : OTHERS;
    const tallied = accesses.get(name) ?? { count: 0, bytes: undefined };
    tallied.count++;
    if (value.bytes !== undefined) tallied.bytes = (tallied.bytes ?? 0) + value.bytes;
    accesses.set(name, tallied);
    if (unjoined) count(remarks, `${cleanLine(source)}: ${unjoined} never seen, so what it would say is unknown`);
    if (unknownVersion)
      count(
        remarks,
        `${cleanLine(source)}: version ${cleanLine(unknownVersion)} is unknown here, read as far as understood`,
      );
  };
  const takeUnmapped = (resource: UnmappedResource) => {
    const name = unmapped.has(resource.name) || unmapped.size < NAMES_KEPT ? resource.name : OTHERS;
    const tallied = unmapped.get(name) ?? { resource, count: 0 };
    // The first that names a part is shown: a listing of everything names none.
    unmapped.set(name, { resource: tallied.resource.part ? tallied.resource : resource, count: tallied.count + 1 });
  };
  return {
    take: (reading) => {
      if (reading.kind === 'event') takeAccess(reading);
      else if (reading.kind === 'not-concerned') count(passedOver, reading.why);
      else if (reading.kind === 'sign-in') count(passedOver, 'context');
      else count(passedOver, 'invalid');
      if ((reading.kind === 'event' || reading.kind === 'not-concerned') && reading.unmapped)
        takeUnmapped(reading.unmapped);
    },
    unmapped: () => ({
      accesses: [...unmapped.values()].reduce((sum, tallied) => sum + tallied.count, 0),
      resources: unmapped.size,
    }),
    report: () => [
      ...section('Accesses: count, bytes, source, data set, region, action, outcome', accesses, ([name, tallied]) => [
        `${tallied.count}\t${tallied.bytes ?? '-'}\t${name}`,
      ]),
      ...section('No accesses', passedOver, ([why, times]) => [`${times}\t${why}`]),
      ...section('Remarks', remarks, ([remark, times]) => [`${times}\t${remark}`]),
      ...section(
        'Unmapped resources, each with an entry for resources.json',
        unmapped,
        ([name, { resource, count }]) => [
          `${count}\t${cleanLine(name)}${resource.part ? `, such as ${cleanLine(resource.part)}` : ''}`,
          `\t${JSON.stringify({ match: resource.match, dataset: resource.name, region: 'unknown' })}`,
        ],
      ),
    ],
  };
}

/** The most frequent first. */
function section<Value extends number | { readonly count: number }>(
  title: string,
  counts: ReadonlyMap<string, Value>,
  linesOf: (entry: readonly [string, Value]) => readonly string[],
): readonly string[] {
  if (counts.size === 0) return [];
  const size = (value: Value) => (typeof value === 'number' ? value : value.count);
  const ordered = [...counts].sort(([a, x], [b, y]) => size(y) - size(x) || (a < b ? -1 : 1));
  return ['', title, ...ordered.flatMap(linesOf).map((line) => `  ${line}`)];
}
