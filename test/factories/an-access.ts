import { createSecretKey } from 'node:crypto';
import type { Access } from '../../shared/model/access.ts';
import { buildDirectory, type Directory, type DirectoryRow } from '../../shared/model/directory.ts';
import { parseNetworks } from '../../shared/model/networks.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { type EnrichmentContext, enrich } from '../../shared/pipeline/enrich.ts';
import { type AccessEventChanges, anAccessEvent } from './an-access-event.ts';
import { deepFreeze } from './deep-freeze.ts';

/** A row of the directory, in force since long before the tests' calendar begins. */
export const aRow = (changes: Partial<DirectoryRow> = {}): DirectoryRow => ({
  employeeId: 'e-00042',
  type: 'employee',
  homeCountry: 'CN',
  team: 'recsys',
  timeZone: 'Asia/Shanghai',
  effectiveFrom: Date.UTC(2024, 0, 1),
  extra: {},
  ...changes,
});

/** e-00042 in Beijing, e-00007 in Austin, e-00091 in Singapore, and a service; e-00404 is nobody. */
export const DIRECTORY: Directory = buildDirectory([
  aRow(),
  aRow({ employeeId: 'e-00007', homeCountry: 'US', team: 'trust', timeZone: 'America/Chicago' }),
  aRow({ employeeId: 'e-00091', homeCountry: 'SG', team: 'trust', timeZone: 'Asia/Singapore' }),
  aRow({ employeeId: 's-00001', type: 'service', timeZone: 'UTC' }),
]);

const parsed = parseNetworks([
  { cidr: '10.9.0.0/16', label: 'vpn', kind: 'vpn', country: 'US' },
  { cidr: '10.20.0.0/16', label: 'shanghai', kind: 'office', country: 'CN' },
]);
if (!parsed.ok) throw new Error(parsed.errors.join());
const { networks } = parsed;

const COUNTRIES = new Map([
  ['36', 'CN'],
  ['8', 'US'],
  ['103', 'SG'],
  ['91', 'DE'],
]);
/** The first number of an address tells its country. */
export const addressIn = { CN: '36.110.4.7', US: '8.8.8.8', SG: '103.1.1.1', DE: '91.1.1.1', vpn: '10.9.1.1' } as const;

/** What accesses are enriched with. */
export function anEnrichmentContext(changes: Partial<EnrichmentContext> = {}): EnrichmentContext {
  return {
    directory: DIRECTORY,
    networks,
    addressCountry: (ip) => COUNTRIES.get(ip.split('.')[0] ?? ''),
    settings: DEFAULT_SETTINGS,
    subjectKey: createSecretKey(Buffer.from('a key of the tests')),
    ...changes,
  };
}

const DEFAULT_CONTEXT = anEnrichmentContext();

/** An access as signals see it: the event, enriched by the real thing. */
export function anAccess(changes: AccessEventChanges = {}, context: EnrichmentContext = DEFAULT_CONTEXT): Access {
  const event = anAccessEvent(changes);
  return deepFreeze(enrich(event, Date.parse(event.time), context));
}
