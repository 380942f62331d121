import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FunctionBundle } from '../../../infra/function-bundles.ts';

/** One execution environment: a fresh process that has loaded one bundle and nothing else of the project. */
export interface LambdaProcess {
  /** @throws Error with the function's own stack when it throws */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** What it wrote so far: log lines and metrics, parsed. */
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly ready?: boolean;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * Starts a bundle with the variables that the template gives it, those that Lambda itself sets, and none of this process's.
 *
 * @param surroundings endpoint, credentials, and secrets' ARNs: what differs from an account
 */
export async function startLambda(
  { name, folder, file, environment }: FunctionBundle,
  surroundings: Readonly<Record<string, string>>,
): Promise<LambdaProcess> {
  const moved = Object.entries(environment).map(([key, value]) => [key, value.replace('/var/task', folder)]);
  const child = fork(fileURLToPath(new URL('run-bundle.ts', import.meta.url)), [file], {
    cwd: folder,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...Object.fromEntries(moved),
      AWS_LAMBDA_FUNCTION_NAME: environment.POWERTOOLS_SERVICE_NAME ?? name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_REGION: 'us-east-1',
      TZ: ':UTC',
      ...surroundings,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  // Not `exit`: what it wrote last is still on its way then.
  const exited = once(child, 'close').then((): never => {
    throw new Error(`${name} ended: ${output}`);
  });
  const answer = async (): Promise<Answer> => {
    const [message] = (await Promise.race([once(child, 'message'), exited])) as [Answer];
    return message;
  };
  await answer();
  return {
    invoke: async (event) => {
      const answered = answer();
      child.send(event as object);
      const { result, error } = await answered;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    lines: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}
