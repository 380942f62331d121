import { createReadStream, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadContext } from '../../cli/load-folder.ts';
import { simulate } from '../../cli/simulate.ts';
import { type AccessEvent, parseAccessEventText } from '../../shared/model/access-event.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import type { EnrichmentContext } from '../../shared/pipeline/enrich.ts';
import { FULL_RUN, isEvalThere, simulatedRun } from '../../test/quality/labelled-run.ts';
import type { Scale } from '../harness/benchmark.ts';

/** Runs are simulated once, and kept. */
const CACHE = join(tmpdir(), 'borderwatch-bench');
const OWN_QUICK = { people: 60, days: 21 };

/** A company with attacks hidden in it, in a folder as `replay` reads it. */
export interface LabelledRun {
  readonly folder: string;
  /** Where it comes from, for whoever compares figures. */
  readonly origin: string;
}

/** The specification's run of seed 1 where the specification is at hand, or one of the same size of the project's own. */
export async function labelledRun({ quick }: Pick<Scale, 'quick'>): Promise<LabelledRun> {
  if (!quick && isEvalThere()) {
    const folder = await simulatedRun(CACHE, { ...FULL_RUN, seed: 1 });
    return { folder, origin: `seed 1 of the specification, ${FULL_RUN.employees} people, ${FULL_RUN.days} days` };
  }
  const { people, days } = quick ? OWN_QUICK : { people: FULL_RUN.employees, days: FULL_RUN.days };
  const folder = join(CACHE, `own-seed-1-${people}x${days}`);
  if (!existsSync(join(folder, 'events.ndjson'))) {
    const options = ['--seed', '1', '--people', String(people), '--days', String(days)];
    const silent = { write: () => true };
    const exitCode = await simulate([folder, ...options], { stdout: silent, stderr: silent });
    if (exitCode !== 0) throw new Error(`the run could not be simulated into ${folder}`);
  }
  return { folder, origin: `borderwatch simulate, seed 1, ${people} people, ${days} days` };
}

/** What its events are enriched with. */
export const contextOf = ({ folder }: LabelledRun): EnrichmentContext =>
  loadContext(folder, DEFAULT_SETTINGS, () => {});

/** Its good events in order of arrival. */
export async function* eventsOf({
  folder,
}: LabelledRun): AsyncGenerator<{ readonly event: AccessEvent; readonly time: number; readonly line: string }> {
  for await (const line of createInterface({ input: createReadStream(join(folder, 'events.ndjson')) })) {
    const parsed = parseAccessEventText(line);
    if (parsed.ok) yield { event: parsed.event, time: parsed.time, line };
  }
}
