import { type Result, readResult } from '../../bench/harness/result-file.ts';
import { CommandFailure } from '../usage-error.ts';

/** What was measured of one event, and not typed in. */
export interface Measured {
  /** Under which circumstances, as the benchmark names them. */
  readonly of: string;
  /** Distinct employees' events of a batch. */
  readonly eventsPerEmployee: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Items of links, which stay in their tables for a day or so, and their bytes. */
  readonly linkItems: number;
  readonly linkBytes: number;
  /** Write units that counting one source takes, once a minute. */
  readonly sourceUnits: number;
  readonly eventBytes: number;
  /** Seconds of a processor. */
  readonly cpuSeconds: number;
  readonly measuredAt: string;
}

/** As the traffic of the benchmarks' company is, and where each employee has five events in a full batch. */
export type Circumstances = 'own timing' | 'k = 5';

/**
 * The benchmarks' company is so small that most of its batches hold one event. Where processor time costs anything, a second brings
 * many, and all of different people.
 */
const FULL_BATCHES = 'k = 1';

/** @param folder of results @throws CommandFailure where they are missing, saying how to get them */
export function measuredOf(folder: string, of: Circumstances): Measured {
  const result = resultOf(folder, 'detect-metered');
  const figure = (name: string) => figureOf(result, of, name);
  return {
    of,
    eventsPerEmployee: figure('events an employee and batch'),
    writeUnits: figure('write units an event'),
    readUnits: figure('read units an event'),
    linkItems: figure('items of links an event'),
    linkBytes: figure('bytes of links an event'),
    sourceUnits: figureOf(result, 'own timing', 'write units a count of a source'),
    eventBytes: figure('bytes of an event'),
    cpuSeconds:
      figureOf(result, of === 'own timing' ? FULL_BATCHES : of, 'processor time an event, with the wire') / 1e6,
    measuredAt: result.measuredAt,
  };
}

/** Bytes of an employee's item, the usual one. */
export function measuredItemBytes(folder: string): number {
  const result = resultOf(folder, 'item-bytes');
  const figure = result.figures.find(({ name }) => name === 'item, p50');
  if (!figure) throw missing(result, 'item, p50');
  return figure.median;
}

function resultOf(folder: string, name: string): Result {
  try {
    return readResult(folder, name);
  } catch (cause) {
    throw new CommandFailure(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function figureOf(result: Result, of: string, name: string): number {
  const figure = result.figures.find((each) => each.of === of && each.name === name);
  if (!figure) throw missing(result, `${of}: ${name}`);
  return figure.median;
}

const missing = ({ benchmark }: Result, name: string) =>
  new CommandFailure(
    `the result of ${benchmark} doesn't say "${name}": measure again with npm run bench -- --only ${benchmark}`,
  );
