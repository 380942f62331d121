#!/usr/bin/env node
import { BASELINE_SHOW_HELP, baselineShow } from './baseline-show.ts';
import { CASES_LIST_HELP, casesList } from './cases-list.ts';
import { CASES_RESOLVE_HELP, casesResolve } from './cases-resolve.ts';
import { CASES_SHOW_HELP, casesShow } from './cases-show.ts';
import { CASES_SUPPRESS_HELP, casesSuppress } from './cases-suppress.ts';
import { COST_HELP, cost } from './cost.ts';
import { DIRECTORY_IMPORT_HELP, directoryImport } from './directory-import.ts';
import { DOCTOR_HELP, doctor } from './doctor.ts';
import { NETWORKS_IMPORT_HELP, networksImport } from './networks-import.ts';
import type { Io } from './progress.ts';
import { REDRIVE_HELP, redrive } from './redrive.ts';
import { REPLAY_HELP, replay } from './replay.ts';
import { REPORT_HELP, report } from './report.ts';
import { SEND_HELP, send } from './send.ts';
import {
  SETTINGS_HISTORY_HELP,
  SETTINGS_LIST_HELP,
  SETTINGS_ROLLBACK_HELP,
  SETTINGS_SET_HELP,
  settingsHistory,
  settingsList,
  settingsRollback,
  settingsSet,
} from './settings.ts';
import { SIMULATE_HELP, simulate } from './simulate.ts';
import { SOURCE_HEALTH_HELP, sourceHealth } from './source-health.ts';
import { SOURCES_HELP, sources } from './sources.ts';
import { inertOutput } from './terminal-text.ts';
import { TUNE_HELP, tune } from './tune.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

type Command = (args: readonly string[], io: Io) => Promise<number>;

/** The sentence after the usage line says what a command does. */
const aboutIn = (help: string) => help.split('\n\n')[1]?.split('\n')[0] ?? '';

/** One line a command: its name, of one word or two, what it does, how to run it. */
const COMMANDS: { readonly [name: string]: { readonly about: string; readonly run: Command } } = {
  simulate: { about: aboutIn(SIMULATE_HELP), run: simulate },
  replay: { about: aboutIn(REPLAY_HELP), run: replay },
  sources: { about: aboutIn(SOURCES_HELP), run: sources },
  'source-health': { about: aboutIn(SOURCE_HEALTH_HELP), run: sourceHealth },
  send: { about: aboutIn(SEND_HELP), run: send },
  redrive: { about: aboutIn(REDRIVE_HELP), run: redrive },
  doctor: { about: aboutIn(DOCTOR_HELP), run: doctor },
  'baseline show': { about: aboutIn(BASELINE_SHOW_HELP), run: baselineShow },
  'cases list': { about: aboutIn(CASES_LIST_HELP), run: casesList },
  'cases show': { about: aboutIn(CASES_SHOW_HELP), run: casesShow },
  'cases resolve': { about: aboutIn(CASES_RESOLVE_HELP), run: casesResolve },
  'cases suppress': { about: aboutIn(CASES_SUPPRESS_HELP), run: casesSuppress },
  'directory import': { about: aboutIn(DIRECTORY_IMPORT_HELP), run: directoryImport },
  'networks import': { about: aboutIn(NETWORKS_IMPORT_HELP), run: networksImport },
  'settings list': { about: aboutIn(SETTINGS_LIST_HELP), run: settingsList },
  'settings set': { about: aboutIn(SETTINGS_SET_HELP), run: settingsSet },
  'settings history': { about: aboutIn(SETTINGS_HISTORY_HELP), run: settingsHistory },
  'settings rollback': { about: aboutIn(SETTINGS_ROLLBACK_HELP), run: settingsRollback },
  tune: { about: aboutIn(TUNE_HELP), run: tune },
  report: { about: aboutIn(REPORT_HELP), run: report },
  cost: { about: aboutIn(COST_HELP), run: cost },
};

const HELP = `usage: borderwatch COMMAND [options]; borderwatch COMMAND --help says more

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(17)} ${about}`)
  .join('\n')}
`;

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage */
export async function main(args: readonly string[], terminal: Io): Promise<number> {
  const io: Io = { stdout: inertOutput(terminal.stdout), stderr: inertOutput(terminal.stderr) };
  const [name] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(HELP);
    return name === undefined ? 2 : 0;
  }
  try {
    const words = [1, 2].find((count) => Object.hasOwn(COMMANDS, args.slice(0, count).join(' ')));
    const command = words && COMMANDS[args.slice(0, words).join(' ')];
    if (!command) throw new UsageError(`there is no command ${unknownCommand(args)}; borderwatch --help lists them`);
    return await command.run(args.slice(words), io);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUsage = error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (!isUsage && !(error instanceof CommandFailure)) throw error;
    io.stderr.write(`borderwatch: ${error.message}\n`);
    return isUsage ? 2 : 1;
  }
}

/** What the user typed for a command; two words where the first one begins any. */
const unknownCommand = ([first = '', second = '']: readonly string[]) =>
  Object.keys(COMMANDS).some((name) => name.startsWith(`${first} `)) ? `${first} ${second}`.trim() : first;

if (import.meta.main) {
  // A reader that has seen enough, such as head, is no failure, and what was asked for is done to its end.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  process.exitCode = await main(process.argv.slice(2), process);
}
