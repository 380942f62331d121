import { readFileSync } from 'node:fs';
import { REPLAY_SUBJECT_KEY } from '../../cli/load-folder.ts';
import { loadSourceContext } from '../../cli/load-source-context.ts';
import { renderEmailDigest } from '../../shared/notification/email-digest.ts';
import { alertLines } from './alert-printer.ts';
import type { EmulatorPorts } from './emulators.ts';
import { keepRunning } from './keep-running.ts';
import { startLocalStack } from './local-stack.ts';
import { stackAddresses } from './stack-addresses.ts';

export interface EmptyRunOptions {
  readonly ports?: EmulatorPorts;
  /** Files that say what buckets and tables hold, and who goes by which name, for what is posted. @default nothing is known */
  readonly resources?: string | undefined;
  readonly actors?: string | undefined;
}

/**
 * The system on a fresh stream and the wall clock, without the simulated company: whoever starts it sends records of their own.
 *
 * @param stopped ends it
 * @throws CommandFailure naming a file and every thing that is wrong with it, before anything is started
 */
export async function runEmpty({ ports, resources, actors }: EmptyRunOptions, stopped: AbortSignal): Promise<void> {
  loadSourceContext({ resources, actors, unmapped: 'not-concerned' }, undefined);
  const stack = await startLocalStack({
    ...(ports && { ports }),
    subjectKey: REPLAY_SUBJECT_KEY,
    now: Date.now,
    referenceFiles: {
      ...(resources !== undefined && { 'resources.json': readFileSync(resources, 'utf8') }),
      ...(actors !== undefined && { 'actors.json': readFileSync(actors, 'utf8') }),
    },
    onAlert: (alert) => process.stdout.write(`${alertLines(alert).join('\n')}\n`),
    onDigest: (digest) => process.stdout.write(renderEmailDigest(digest)),
  });
  try {
    process.stdout.write(
      `The system is up, knows nobody, and stays until Ctrl-C. To talk to it, from another terminal:\n\n${stackAddresses(stack)}\n`,
    );
    await keepRunning(stack, stopped, (error) => process.stderr.write(`assess failed: ${error}\n`));
  } finally {
    await stack.stop();
  }
}
