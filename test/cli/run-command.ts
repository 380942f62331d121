import { main } from '../../cli/borderwatch.ts';

/** What a command answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a terminal would, within this process. */
export async function borderwatch(...args: readonly string[]): Promise<Answer> {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await main(args, { stdout: into('stdout'), stderr: into('stderr') });
  return { code, ...written };
}
