import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { writeOrFail } from './quarantine-file.ts';
import { UsageError } from './usage-error.ts';

/** The files of a folder that say how its accesses are read and judged, whether they are there or not. */
export const contextFilesIn = (folder: string): readonly string[] =>
  ['directory.csv', 'networks.json', 'resources.json', 'actors.json'].map((name) => join(folder, name));

/** A file of results that is written bit by bit. Its functions throw CommandFailure when that can't be. */
export interface OutputFile {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** Opens a file anew, in a folder that is made where there is none. @throws CommandFailure naming it */
export function openOutput(file: string): OutputFile {
  const descriptor = writeOrFail(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  });
  return {
    // Unlike writeSync it goes on where only a part was taken.
    write: (text) => writeOrFail(file, () => writeFileSync(descriptor, text)),
    close: () => writeOrFail(file, () => closeSync(descriptor)),
  };
}

/**
 * Refuses to write over what a command reads, or over another of its results: opening a file for writing empties it.
 *
 * @param outputs files that will be written @param inputs files that are read, where they are there; undefined is none
 * @throws UsageError naming the file, before anything is written
 */
export function refuseOverwriting(outputs: readonly string[], inputs: readonly (string | undefined)[]): void {
  const taken = new Map(
    inputs.filter((file) => file !== undefined).flatMap((file) => identitiesOf(file).map((id) => [id, file])),
  );
  for (const file of outputs) {
    const identities = identitiesOf(file);
    const other = identities.map((id) => taken.get(id)).find((found) => found !== undefined);
    if (other !== undefined) {
      const as = other === file ? '' : ` as ${other}`;
      throw new UsageError(`${file}: results can't go there, this command reads or writes it already${as}`);
    }
    for (const id of identities) taken.set(id, file);
  }
}

/** What two names of the same file share: the path behind links, and the file itself, which hard links and other spellings name too. */
function identitiesOf(file: string): readonly string[] {
  const folder = dirname(file);
  const path = existsSync(folder) ? join(realpathSync(folder), basename(file)) : resolve(file);
  if (!existsSync(file)) return [path];
  const stats = statSync(file, { bigint: true });
  // A terminal or /dev/null has nothing to lose.
  return stats.isFile() ? [path, `${stats.dev} ${stats.ino}`] : [];
}
