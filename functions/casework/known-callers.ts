import { decodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { buildDirectory, type Directory, lookUpEmployee } from '../../shared/model/directory.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';

/** The directory's extra column that says under which name somebody appears in IAM. */
export const PRINCIPAL_COLUMN = 'principal';

/** Finds the employee behind a principal's name. @param now epoch milliseconds @throws when the directory can't be read */
export type EmployeeOf = (name: string, now: number) => Promise<string | undefined>;

/**
 * Looks principals up in the newest directory: by its column `principal`, or as an employee id. A directory is immutable under
 * its name, so the last one read is kept.
 */
export function createKnownCallers(references: Pick<ReferenceStore, 'get' | 'newest'>): EmployeeOf {
  let known: { readonly name: string; readonly directory: Directory } | undefined;
  const directoryAt = async (now: number): Promise<Directory | undefined> => {
    const newest = await references.newest('directory', now);
    if (newest && newest.name !== known?.name)
      known = {
        name: newest.name,
        directory: buildDirectory(decodeDirectory(await referenceValue(references, newest.name))),
      };
    return newest && known?.directory;
  };
  return async (name, now) => {
    const directory = await directoryAt(now);
    if (!directory) return undefined;
    // Mail addresses are one whatever their case, and IAM keeps the case in which somebody typed theirs.
    const wanted = name.toLowerCase();
    for (const employeeId of directory.keys()) {
      const principal = lookUpEmployee(directory, employeeId, now)?.extra[PRINCIPAL_COLUMN];
      if (principal?.trim().toLowerCase() === wanted || employeeId.toLowerCase() === wanted) return employeeId;
    }
    return undefined;
  };
}
