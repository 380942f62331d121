import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Provisioned } from '../../infra/local/provision.ts';

/** What the consumer is told. */
export type Request =
  | { readonly kind: 'start'; readonly environment: Readonly<Record<string, string>>; readonly resources: Provisioned }
  | { readonly kind: 'detect' | 'notify'; readonly id: number; readonly event: unknown }
  /** @param now what `assess` takes for now, epoch milliseconds */
  | { readonly kind: 'assess'; readonly id: number; readonly now: number };

export type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

type Invocation = Request extends infer Each
  ? Each extends { readonly id: number }
    ? Omit<Each, 'id'>
    : never
  : never;

/** The functions in a process of their own, started again when it died. */
export interface Consumer {
  /** @throws Error when the function threw, or the process died before it answered */
  readonly invoke: (invocation: Invocation) => Promise<unknown>;
  /** `kill -9`, in the middle of whatever it does. */
  readonly kill: () => void;
  readonly isAlive: () => boolean;
  /** How many processes were started. */
  readonly starts: () => number;
  readonly stop: () => Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  /** Invocations that this very process has not answered yet. */
  readonly waiting: Map<number, (answer: Answer) => void>;
}

/** @param environment where the consumer finds its services */
export function createConsumer(environment: Readonly<Record<string, string>>, resources: Provisioned): Consumer {
  let running: Running | undefined;
  let starts = 0;
  let invocations = 0;

  const start = (): Running => {
    starts++;
    // Its log tells of every fault that is put in its way; what it fails at comes back as an answer.
    const options = { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } satisfies ForkOptions;
    const child = fork(new URL('consumer.ts', import.meta.url), options);
    const started: Running = { child, waiting: new Map() };
    child.on('message', (answer: Answer) => {
      started.waiting.get(answer.id)?.(answer);
      started.waiting.delete(answer.id);
    });
    child.once('exit', () => {
      if (running === started) running = undefined;
      for (const [id, answer] of started.waiting) answer({ id, error: 'the consumer died' });
    });
    child.send({ kind: 'start', environment, resources } satisfies Request);
    return started;
  };

  return {
    invoke: async (invocation) => {
      running ??= start();
      const { child, waiting } = running;
      const id = ++invocations;
      const answer = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve);
        child.send({ ...invocation, id } satisfies Request, (error) => {
          if (error) resolve({ id, error: String(error) });
        });
      });
      if ('error' in answer) throw new Error(answer.error);
      return answer.value;
    },
    kill: () => {
      running?.child.kill('SIGKILL');
      // Whoever invokes next gets a new process, even before this one's end is known.
      running = undefined;
    },
    isAlive: () => running !== undefined,
    starts: () => starts,
    stop: async () => {
      if (!running) return;
      const ended = once(running.child, 'exit');
      running.child.kill('SIGTERM');
      await ended;
    },
  };
}
