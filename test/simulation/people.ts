import { createSecretKey } from 'node:crypto';
import type { DirectoryRow } from '../../shared/model/directory.ts';
import type { EnrichmentContext } from '../../shared/pipeline/enrich.ts';

const aRow = (employeeId: string, homeCountry: string, team: string, timeZone: string): DirectoryRow => ({
  employeeId,
  type: 'employee',
  homeCountry,
  team,
  timeZone,
  effectiveFrom: Date.UTC(2024, 0, 1),
  extra: {},
});

/** Whom the directory knows: two colleagues in China, one in Singapore, one in the US, and one whose row is broken. */
export const ROWS: readonly DirectoryRow[] = [
  aRow('e-1', 'CN', 'recsys', 'Asia/Shanghai'),
  aRow('e-2', 'CN', 'recsys', 'Asia/Shanghai'),
  aRow('e-3', 'SG', 'trust', 'Asia/Singapore'),
  aRow('e-4', 'US', 'trust', 'America/Chicago'),
  aRow('e-6', 'SG', 'trust', 'Mars/Olympus'),
];

/** People whose accesses can be judged; e-5 is unknown to the directory. */
export const PEOPLE = ['e-1', 'e-2', 'e-3', 'e-4', 'e-5'] as const;
/** Nobody's access can be enriched who has this row: the time zone is none. */
export const BROKEN_ROW = 'e-6';
/** Unknown to the directory, so that events may call it a service: see `breaksOnServices`. */
export const UNKNOWN_ACTOR = 'e-5';

const COUNTRIES: Readonly<Record<string, string>> = { '36': 'CN', '8': 'US', '103': 'SG', '91': 'DE' };
export const ADDRESSES = ['36.110.4.7', '103.1.1.1', '8.8.8.8', '91.1.1.1'] as const;

/** What doesn't change: where addresses are, and the key for subjects. */
export const FIXED: Pick<EnrichmentContext, 'addressCountry' | 'subjectKey'> = {
  addressCountry: (ip) => COUNTRIES[ip.split('.')[0] ?? ''],
  subjectKey: createSecretKey(Buffer.from('a key of the simulation')),
};
