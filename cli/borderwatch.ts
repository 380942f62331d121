#!/usr/bin/env node
import type { Io } from './progress.ts';
import { REPLAY_HELP, replay } from './replay.ts';
import { simulate } from './simulate.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

type Command = (args: readonly string[], io: Io) => Promise<number>;

/** One line a command: its name, what it does, how to run it. */
const COMMANDS: { readonly [name: string]: { readonly about: string; readonly run: Command } } = {
  simulate: { about: 'Writes a simulated company with attacks hidden in it, ready for replay.', run: simulate },
  replay: { about: REPLAY_HELP.split('\n')[2] ?? '', run: replay },
};

const HELP = `usage: borderwatch COMMAND [options]; borderwatch COMMAND --help says more

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}
`;

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (!command) throw new UsageError(`there is no command ${name}; borderwatch --help lists them`);
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isUsage = error instanceof UsageError || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
    if (!isUsage && !(error instanceof CommandFailure)) throw error;
    io.stderr.write(`borderwatch: ${error.message}\n`);
    return isUsage ? 2 : 1;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2), process);
