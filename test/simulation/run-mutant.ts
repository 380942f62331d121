import { registerHooks } from 'node:module';
import { MUTANTS, type Mutant } from './mutants.ts';

/**
 * Plays schedules over a product with a defect until one comes out wrong. Prints which, as JSON; exit code 1 when none does.
 *
 * usage: node test/simulation/run-mutant.ts NAME SCHEDULES
 */
const [name, schedules] = process.argv.slice(2);
const mutant = MUTANTS.find((candidate) => candidate.name === name);
if (!mutant) throw new Error(`no defect is called ${name}`);

const root = new URL('../../', import.meta.url);
let changed = false;
registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    if (url !== new URL(mutant.file, root).href) return loaded;
    changed = true;
    return { ...loaded, source: changedText(mutant, String(loaded.source)) };
  },
});

/** @throws Error when the product no longer says what the defect changes: the defect has to be written anew then */
function changedText({ name, file, edits }: Mutant, text: string): string {
  return edits.reduce((result, { find, replace }) => {
    if (result.split(find).length !== 2)
      throw new Error(`"${name}" can't be made: ${file} does not have once: ${find}`);
    return result.replace(find, () => replace);
  }, text);
}

const { planSchedule } = await import('./plan-schedule.ts');
const { play } = await import('./play.ts');
if (!changed) throw new Error(`${mutant.file} was not loaded`);

let caught: { readonly seed: number; readonly wrong: readonly string[] } | undefined;
for (let seed = 0; seed < Number(schedules) && !caught; seed++) {
  const { wrong } = await play(planSchedule(seed));
  if (wrong.length > 0) caught = { seed, wrong };
}
process.stdout.write(`${JSON.stringify(caught ?? null)}\n`);
process.exitCode = caught ? 0 : 1;
