import { decodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { buildDirectory, type Directory, lookUpEmployee } from '../../shared/model/directory.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';

/** The directory's extra column that says under which name somebody appears in IAM. */
export const PRINCIPAL_COLUMN = 'principal';

/** Finds the employees that a principal's name may stand for: one where all is well. @param now epoch milliseconds @throws when the directory can't be read */
export type EmployeesOf = (name: string, now: number) => Promise<readonly string[]>;

/**
 * Looks principals up in the newest directory: by its column `principal`, or as an employee id. A directory is immutable under
 * its name, so the last one read is kept.
 */
export function createKnownCallers(references: Pick<ReferenceStore, 'get' | 'newest'>): EmployeesOf {
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
    if (!directory) return [];
    // Mail addresses are one whatever their case, and IAM keeps the case in which somebody typed theirs.
    const wanted = name.toLowerCase();
    return [...directory.keys()].filter((employeeId) => {
      const principal = lookUpEmployee(directory, employeeId, now)?.extra[PRINCIPAL_COLUMN];
      return principal?.trim().toLowerCase() === wanted || employeeId.toLowerCase() === wanted;
    });
  };
}
