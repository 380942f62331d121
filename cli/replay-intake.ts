import type { RecordReading } from '../shared/formats/record-reading.ts';
import { openSignInJoin, openSourceReader } from '../shared/formats/source-reader.ts';
import type { AccessEvent } from '../shared/model/access-event.ts';
import type { SourceRequest } from './load-source-context.ts';
import { openTimeOrder } from './order-by-time.ts';
import type { FileRecord } from './read-source-file.ts';
import type { ReplayResults } from './replay-results.ts';

/** What became of the records of a recording. */
export interface IntakeCounts {
  readonly lines: number;
  readonly notConcerned: number;
  /** Accesses whose session or query never came. */
  readonly unjoined: number;
  /** Accesses by the resource that nobody has mapped. */
  readonly unmapped: ReadonlyMap<string, number>;
}

/** Makes accesses of a recording's records, in the order in which a run wants them. */
export interface ReplayIntake {
  readonly take: (record: FileRecord) => void;
  /** What waited for records that never came, or for its turn. */
  readonly finish: () => Promise<void>;
  readonly counts: IntakeCounts;
  /** Removes what it wrote, which holds accesses as they are. */
  readonly close: () => void;
}

export interface IntakePorts {
  readonly judge: (event: AccessEvent, time: number) => void;
  readonly quarantine: ReplayResults['quarantine'];
}

/** @param orderFolder where accesses wait to be put in order of event time; undefined where they come in the order of their arrival */
export function openReplayIntake(
  source: SourceRequest,
  orderFolder: string | undefined,
  { judge, quarantine }: IntakePorts,
): ReplayIntake {
  const reader = openSourceReader(source.context, source.format);
  const joinSignIn = openSignInJoin();
  const order = orderFolder === undefined ? undefined : openTimeOrder(orderFolder);
  const unmapped = new Map<string, number>();
  const counts = { lines: 0, notConcerned: 0, unjoined: 0, unmapped };
  const replayOne = (reading: RecordReading) => {
    const joined = joinSignIn(reading);
    if (joined.kind !== 'event') return;
    if (joined.unjoined) counts.unjoined++;
    judge(joined.value, joined.time);
  };
  const takeReading = (reading: RecordReading, line: number | undefined, text: string) => {
    if ('unmapped' in reading && reading.unmapped)
      unmapped.set(reading.unmapped.name, (unmapped.get(reading.unmapped.name) ?? 0) + 1);
    if (reading.kind === 'invalid') quarantine(line, reading.reason, text);
    else if (reading.kind !== 'event') counts.notConcerned++;
    if (reading.kind !== 'event' && reading.kind !== 'sign-in') return;
    if (order) order.add(reading);
    else replayOne(reading);
  };
  return {
    take: (record) => {
      counts.lines++;
      if (record.kind === 'invalid') return quarantine(record.number, record.reason, record.text);
      for (const reading of reader.take(record.value)) takeReading(reading, record.number, record.text);
    },
    finish: async () => {
      for (const reading of reader.finish()) takeReading(reading, undefined, '');
      for await (const reading of order?.inOrder() ?? []) replayOne(reading);
    },
    counts,
    close: () => order?.close(),
  };
}
