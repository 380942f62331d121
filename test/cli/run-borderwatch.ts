import { main } from '../../cli/borderwatch.ts';

/** Runs the command line in this process. @returns its exit code and what it wrote */
export async function runBorderwatch(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    stdout: { write: (text) => void out.push(text) },
    stderr: { write: (text) => void err.push(text) },
  });
  return { code, out: out.join(''), err: err.join('') };
}
