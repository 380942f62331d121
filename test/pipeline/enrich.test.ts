import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from '../../shared/model/access.ts';
import { buildDirectory } from '../../shared/model/directory.ts';
import { parseSettings } from '../../shared/model/settings.ts';
import { type EnrichmentContext, enrich, TOO_LATE_MS } from '../../shared/pipeline/enrich.ts';
import { addressIn, anAccess, anEnrichmentContext, aRow } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const settingsOf = (values: Readonly<Record<string, string>>) => parseSettings(deepFreeze(values)).settings;
const contextWith = (values: Readonly<Record<string, string>>) => anEnrichmentContext({ settings: settingsOf(values) });

describe('whether an access is protected', () => {
  it.each([
    ['a user of the protected region', 'US', undefined, true],
    ['a user of another region', 'GB', undefined, false],
    ['a user of no known region', 'unknown', undefined, false],
    ['a class of data that is not exempt', 'US', 'precise-geolocation', true],
    ['a class that is exempt', 'US', 'public', false],
  ])('%s: %s %s is %s', (_, region, dataClass, expected) => {
    expect(anAccess({ subjects: { region }, resource: { dataClass } }).protected).toBe(expected);
  });

  it('follows the settings', () => {
    const context = contextWith({ 'protected-regions': 'GB,FR', 'exempt-data-classes': 'marketing' });
    const isProtected = (region: string, dataClass: string) =>
      anAccess({ subjects: { region }, resource: { dataClass } }, context).protected;
    expect(isProtected('FR', 'public')).toBe(true);
    expect(isProtected('FR', 'marketing')).toBe(false);
    expect(isProtected('US', 'public')).toBe(false);
  });
});

describe('on whose behalf an access is', () => {
  it('is somebody else’s, never one’s own', () => {
    const by = (onBehalfOf: string) => anAccess({ actor: { id: 'e-00042', onBehalfOf } }).onBehalfOf;

    expect(by('e-00007')).toBe('e-00007');
    expect(by('e-00042')).toBeUndefined();
  });
});

describe('whether an access is approved', () => {
  const approvedBy = (approval: AccessEventChanges['approval']) => anAccess({ time: timeOn(3, 12), approval }).approved;

  it('a ticket without an end approves, none does not', () => {
    expect(approvedBy({ ticket: 'T-1' })).toBe(true);
    expect(approvedBy(undefined)).toBe(false);
  });

  it('a ticket approves up to its very end, not after it', () => {
    expect(approvedBy({ ticket: 'T-1', expires: timeOn(3, 12) })).toBe(true);
    expect(approvedBy({ ticket: 'T-1', expires: timeOn(3, 11, 59, 59) })).toBe(false);
    expect(approvedBy({ ticket: 'T-1', expires: '2026-09-10T12:00:00+08:00' })).toBe(true);
  });
});

describe('the approval that policy demands', () => {
  const context = contextWith({ 'require-approval': 'precise-geolocation', 'home-countries': 'US,CA' });
  const breaches = (employee: string, ip: string | undefined, changes: AccessEventChanges = {}) =>
    anAccess(
      {
        ...changes,
        actor: { id: employee },
        network: ip === undefined ? undefined : { ip },
        resource: { dataClass: 'precise-geolocation', ...changes.resource },
      },
      context,
    ).breachesPolicy;
  const [CHINA, AUSTIN, SINGAPORE, NOBODY] = ['e-00042', 'e-00007', 'e-00091', 'e-00404'];

  it.each([
    ['somebody at home in China', CHINA, addressIn.CN, true],
    ['somebody from China in the US', CHINA, addressIn.US, true],
    ['somebody from China on the VPN', CHINA, addressIn.vpn, true],
    ['somebody from China, from nowhere', CHINA, undefined, true],
    ['somebody from Singapore at home', SINGAPORE, addressIn.SG, false],
    ['somebody from Singapore in China', SINGAPORE, addressIn.CN, true],
    ['somebody from Singapore on the VPN', SINGAPORE, addressIn.vpn, false],
    ['a US resident at home', AUSTIN, addressIn.US, false],
    ['a US resident in China', AUSTIN, addressIn.CN, true],
    ['a US resident on the VPN', AUSTIN, addressIn.vpn, false],
    ['a US resident, from nowhere', AUSTIN, undefined, false],
    ['nobody we know, in China', NOBODY, addressIn.CN, true],
    ['nobody we know, in the US', NOBODY, addressIn.US, false],
    ['nobody we know, on the VPN', NOBODY, addressIn.vpn, false],
  ])('is missing where %s reads without a ticket: %s from %s, %s', (_, employee, ip, expected) => {
    expect(breaches(employee, ip)).toBe(expected);
    expect(breaches(employee, ip, { approval: { ticket: 'T-1' } })).toBe(false);
  });

  it.each<readonly [string, AccessEventChanges, boolean]>([
    ['the ticket has run out', { approval: { ticket: 'T-1', expires: timeOn(-1) } }, true],
    ['it was refused', { outcome: 'denied' }, false],
    ['the class needs none', { resource: { dataClass: 'covered-personal-identifiers' } }, false],
    ['the class is not known', { resource: { dataClass: undefined } }, false],
    ['the user is of another region', { subjects: { region: 'GB' } }, false],
    ['the user is of no known region', { subjects: { region: 'unknown' } }, false],
    ['it is an export', { action: 'export' }, true],
  ])('from China, where %s', (_, changes, expected) => {
    expect(breaches(CHINA, addressIn.CN, changes)).toBe(expected);
  });

  it('is demanded for no class that is exempt, and from countries of concern alone', () => {
    const read = { resource: { dataClass: 'public' } };
    expect(anAccess(read, contextWith({ 'require-approval': 'public' })).breachesPolicy).toBe(false);
    const ofConcern = (countries: string) =>
      anAccess(
        { resource: { dataClass: 'x' } },
        contextWith({ 'require-approval': 'x', 'countries-of-concern': countries }),
      ).breachesPolicy;
    expect([ofConcern('CN'), ofConcern('RU,CN'), ofConcern('RU'), ofConcern('none')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is demanded of nobody by default', () => {
    expect(anAccess({ resource: { dataClass: 'precise-geolocation' } }).breachesPolicy).toBe(false);
  });
});

describe('who is judged on everything', () => {
  it.each([
    ['e-00042', addressIn.US, 'foreign'],
    ['e-00007', addressIn.US, 'home'],
    ['e-00007', addressIn.DE, 'foreign'],
    ['e-00007', addressIn.vpn, 'home'],
    ['e-00404', addressIn.US, 'home'],
    ['e-00404', addressIn.vpn, 'foreign'],
  ])('%s from %s is %s', (id, ip, population) => {
    expect(anAccess({ actor: { id }, network: { ip } }).population).toBe(population);
  });

  it('is everyone where the scope says so', () => {
    const access = anAccess(
      { actor: { id: 'e-00007' }, network: { ip: addressIn.US } },
      contextWith({ scope: 'everyone' }),
    );
    expect(access.population).toBe('foreign');
  });
});

describe('what the directory adds', () => {
  it('is a role where the directory has that column', () => {
    const directory = buildDirectory([aRow({ extra: { role: 'data engineer', manager: 'e-1' } })]);

    expect(anAccess({}, anEnrichmentContext({ directory })).role).toBe('data engineer');
    expect(anAccess().role).toBeUndefined();
  });

  it('is team, country, and the time on the wall there', () => {
    expect(anAccess({ time: '2026-09-07T23:30:00Z' })).toMatchObject({
      known: true,
      team: 'recsys',
      peerGroup: 'recsys/CN',
      inGroupSince: Date.UTC(2024, 0, 1),
      local: { hour: 7, weekday: 1 },
    });
    expect(anAccess({ time: '2026-09-07T23:30:00Z', actor: { id: 'e-00007' } }).local).toMatchObject({
      hour: 18,
      weekday: 0,
    });
  });

  it('is the row in force at the event’s time', () => {
    const moves = Date.parse(timeOn(3, 0));
    const directory = buildDirectory([aRow(), aRow({ homeCountry: 'SG', team: 'ads', effectiveFrom: moves })]);
    const context = anEnrichmentContext({ directory });
    expect(anAccess({ time: timeOn(2, 23) }, context)).toMatchObject({ peerGroup: 'recsys/CN', population: 'foreign' });
    expect(anAccess({ time: timeOn(3, 1) }, context)).toMatchObject({ peerGroup: 'ads/SG', inGroupSince: moves });
  });

  it('makes a service one, whatever the event says, and compares it with services', () => {
    expect(anAccess({ actor: { id: 's-00001' } })).toMatchObject({ actorType: 'service', peerGroup: 'services/CN' });
  });

  it('is nothing for somebody it doesn’t know: they are marked, grouped by where they are, and on UTC', () => {
    const access = anAccess({ time: '2026-09-07T23:30:00Z', actor: { id: 'e-00404' }, network: { ip: addressIn.DE } });
    expect(access).toMatchObject({ known: false, peerGroup: 'unknown/DE', local: { hour: 23, weekday: 0 } });
    expect(access.inGroupSince).toBeUndefined();
  });
});

describe('the habits that an access could become', () => {
  const attribute = (changes: AccessEventChanges, name: (typeof ATTRIBUTES)[number]) =>
    anAccess(changes).categories[ATTRIBUTES.indexOf(name)];

  it('have one number an attribute, never 0 where there is a value, and the same for the same value', () => {
    const access = anAccess({ network: { ip: addressIn.CN, deviceId: 'd-1' } });
    expect(access.categories).toHaveLength(ATTRIBUTES.length);
    for (const hash of access.categories) expect(hash).toBeGreaterThan(0);
    expect(anAccess({ id: 'another', time: timeOn(9) }).categories).toEqual(anAccess().categories);
  });

  it('are apart for apart values, also where two attributes have the same text', () => {
    const same = { action: 'x', resource: { dataset: 'x', store: 'x' }, network: { ip: addressIn.CN, deviceId: 'x' } };
    expect(new Set(anAccess(same).categories).size).toBe(ATTRIBUTES.length);
    expect(attribute({ resource: { dataset: 'x' } }, 'dataset')).not.toBe(attribute({}, 'dataset'));
  });

  it('leave out what is not known: device, store, and a country that was not observed', () => {
    expect(attribute({ network: { ip: addressIn.CN } }, 'device')).toBe(0);
    expect(attribute({ resource: { store: undefined } }, 'store')).toBe(0);
    // Where it is not about a protected user, a store says no more than the user's region.
    expect(attribute({ subjects: { region: 'GB' } }, 'store')).toBe(0);
    expect(attribute({ network: { ip: addressIn.vpn } }, 'country')).toBe(0);
    expect(attribute({ network: { ip: addressIn.DE } }, 'country')).not.toBe(0);
  });
});

describe('the subjects of an access', () => {
  const ids = ['us-1', 'us-2'];

  it('are known by their HMAC alone', () => {
    const access = anAccess({ subjects: { ids } });
    expect(access.subjectHashes).toHaveLength(2);
    expect(JSON.stringify(access)).not.toContain('us-1');
    const otherKey = anEnrichmentContext({ subjectKey: createSecretKey(Buffer.from('another key')) });
    expect(anAccess({ subjects: { ids } }, otherKey).subjectHashes).not.toEqual(access.subjectHashes);
  });

  it('are not kept of accesses that are not protected, nor of long lists', () => {
    expect(anAccess({ subjects: { region: 'GB', ids } }).subjectHashes).toEqual([]);
    const list = Array.from({ length: 1000 }, (_, i) => `us-${i}`);
    expect(anAccess({ subjects: { ids: list } }).subjectHashes).toEqual([]);
  });

  it('are not kept where more than five are meant, however many are named', () => {
    const few = { ids, count: 5 };
    expect(anAccess({ subjects: few }).subjectHashes).toHaveLength(2);
    expect(anAccess({ subjects: { ...few, count: 6 } }).subjectHashes).toEqual([]);
    expect(anAccess({ subjects: { count: undefined, ids: [...'abcdef'] } }).subjectHashes).toEqual([]);
    expect(anAccess({ subjects: { count: 3, ids: [...'abcdefgh'] } }).subjectHashes).toHaveLength(8);
    expect(anAccess({ subjects: { count: 3, ids: [...'abcdefghi'] } }).subjectHashes).toEqual([]);
  });

  it('have a successor only where one user alone was shown', () => {
    const successorOf = (changes: Parameters<typeof anAccess>[0]) => anAccess(changes).successorHash;
    const one = { ids: ['us-1'], count: 1 };
    expect(successorOf({ subjects: one })).toBe(anAccess({ subjects: { ids: ['us-2'], count: 1 } }).subjectHashes[0]);
    expect(successorOf({ subjects: { ids: ['us-0123456789abcdef'], count: 1 } })).toBeUndefined();
    expect(successorOf({ subjects: one, outcome: 'denied' })).toBeUndefined();
    expect(successorOf({ subjects: { ...one, count: 2 } })).toBeUndefined();
    expect(successorOf({ subjects: { ids, count: 2 } })).toBeUndefined();
  });

  it('have a successor only where a person’s pace is judged: abroad, or anywhere with the scope of everyone', () => {
    const one = { ids: ['us-1'], count: 1 };
    const everyone = contextWith({ scope: 'everyone' });
    const successorFor = (id: string, network: object, context?: EnrichmentContext) =>
      anAccess({ actor: { id }, network, subjects: one }, context).successorHash;
    const next = anAccess({ subjects: { ids: ['us-2'], count: 1 } }).subjectHashes[0];

    expect(successorFor('e-00042', { ip: addressIn.CN })).toBe(next);
    expect(successorFor('e-00007', { ip: addressIn.US })).toBeUndefined();
    expect(successorFor('e-00007', { ip: addressIn.CN })).toBe(next);
    expect(successorFor('e-00007', { ip: addressIn.US }, everyone)).toBe(next);
    expect(successorFor('s-00001', { ip: addressIn.CN })).toBeUndefined();
  });

  it('count as told, or as named, or not at all: never 0 where nothing is said', () => {
    expect(anAccess({ subjects: { count: 7, ids } })).toMatchObject({ subjectCount: 7, subjectBasis: 'exact' });
    expect(anAccess({ subjects: { count: undefined, ids } }).subjectCount).toBe(2);
    expect(anAccess({ subjects: { count: undefined } })).toMatchObject({ subjectBasis: 'unknown' });
    expect(anAccess({ subjects: { count: undefined } }).subjectCount).toBeUndefined();
    expect(anAccess({ subjects: { count: 7, countBasis: 'estimated' } }).subjectBasis).toBe('estimated');
  });
});

describe('lateness', () => {
  const context = anEnrichmentContext();
  const time = Date.parse(timeOn(0));

  it('is more than seven days from event to arrival', () => {
    const week = 7 * 24 * 3_600_000;
    expect(TOO_LATE_MS).toBe(week);
    const lateBy = (wait: number) => enrich(anAccessEvent(), time, context, time + wait).late;
    expect([0, week, week + 1].map(lateBy)).toEqual([false, false, true]);
    expect(enrich(anAccessEvent(), time, context).late).toBe(false);
  });
});
