import { parseArgs } from 'node:util';
import { RESULTS_FOLDER } from '../bench/harness/result-file.ts';
import { costReport } from './cost/cost-report.ts';
import { measuredItemBytes, measuredOf } from './cost/measured.ts';
import type { Io } from './progress.ts';
import { UsageError } from './usage-error.ts';

export const COST_HELP = `usage: borderwatch cost --events-per-second N --employees N

Says what a deployment would cost a month, by resource, on demand and provisioned, and what is assumed.
What an event needs is read from the benchmarks' results in bench/results; npm run bench measures it again.

  --events-per-second N   accesses to user data, on average
  --employees N           people whose accesses they are
  --results FOLDER        other results than those in bench/results
  --help                  this text
`;

/** @returns the exit code: 0 done */
export async function cost(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'events-per-second': { type: 'string' },
      employees: { type: 'string' },
      results: { type: 'string', default: RESULTS_FOLDER },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    io.stdout.write(COST_HELP);
    return 0;
  }
  const load = {
    eventsPerSecond: numberOption('events-per-second', values['events-per-second']),
    employees: numberOption('employees', values.employees),
  };
  const measured = [measuredOf(values.results, 'own timing'), measuredOf(values.results, 'k = 5')];
  io.stdout.write(costReport(load, measured, measuredItemBytes(values.results)));
  return 0;
}

function numberOption(name: string, text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!(value > 0 && value <= 1e9)) throw new UsageError(`cost needs --${name}, a number above 0 and up to a billion`);
  return value;
}
