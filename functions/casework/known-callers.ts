import { lookUpEmployee } from '../../shared/model/directory.ts';
import type { DirectoryInForce } from './directory-in-force.ts';

/** The directory's extra column that says under which name somebody appears in IAM. */
export const PRINCIPAL_COLUMN = 'principal';

/** Finds the employees that a principal's name may stand for: one where all is well. @param now epoch milliseconds @throws when the directory can't be read */
export type EmployeesOf = (name: string, now: number) => Promise<readonly string[]>;

/** Looks principals up in the directory in force: by its column `principal`, or as an employee id. */
export function createKnownCallers(directoryInForce: DirectoryInForce): EmployeesOf {
  return async (name, now) => {
    const directory = await directoryInForce(now);
    if (!directory) return [];
    // Mail addresses are one whatever their case, and IAM keeps the case in which somebody typed theirs.
    const wanted = name.toLowerCase();
    return [...directory.keys()].filter((employeeId) => {
      const principal = lookUpEmployee(directory, employeeId, now)?.extra[PRINCIPAL_COLUMN];
      return principal?.trim().toLowerCase() === wanted || employeeId.toLowerCase() === wanted;
    });
  };
}
