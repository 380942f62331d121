import type { Alert } from '../../shared/model/alert.ts';
import { isCountry } from '../../shared/model/country.ts';
import { type Directory, lookUpEmployee } from '../../shared/model/directory.ts';

/**
 * Whether an alert may be about a subject, as far as the directory says: it doesn't name sources, and whoever it doesn't know can
 * still read users' data.
 *
 * @param now epoch milliseconds
 */
export function isKnownSubject({ type, id }: Alert['subject'], directory: Directory, now: number): boolean {
  switch (type) {
    case 'employee':
    case 'service':
      return lookUpEmployee(directory, id, now)?.type === type;
    case 'team':
      return [...directory.values()].flat().some(({ team, homeCountry }) => id === `${team}/${homeCountry}`);
    case 'region':
      return isCountry(id);
    case 'source':
      return true;
    default:
      return type satisfies never;
  }
}
