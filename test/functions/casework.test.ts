import { beforeEach, describe, expect, it } from 'vitest';
import { nameOfPrincipal } from '../../functions/casework/caller.ts';
import { type CaseworkPorts, casework } from '../../functions/casework/casework.ts';
import { createDirectoryInForce } from '../../functions/casework/directory-in-force.ts';
import { createKnownCallers } from '../../functions/casework/known-callers.ts';
import type { Adjudication } from '../../shared/model/adjudication.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { createMemorySuppressionStore } from '../../shared/stores/memory-suppression-store.ts';
import type { CaseStore, SuppressionStore } from '../../shared/stores/ports.ts';
import { publishDirectory } from '../../shared/stores/publish-inputs.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { aRow } from '../factories/an-access.ts';

const ANALYST = 'arn:aws:sts::111122223333:assumed-role/analyst/jane@example.com';
const CASE = '5f2c8a90b1d3e467';
const NOW = Date.parse('2026-11-24T08:00:00.000Z');

describe('the name of a principal', () => {
  it.each([
    [ANALYST, 'jane@example.com'],
    ['arn:aws:iam::111122223333:user/security/jane', 'jane'],
    ['arn:aws-us-gov:sts::111122223333:federated-user/jane', 'jane'],
    ['arn:aws:iam::111122223333:root', undefined],
    ['arn:aws:sts::111122223333:assumed-role/analyst', undefined],
    ['arn:aws:iam::111122223333:role/analyst', undefined],
    ['', undefined],
  ])('of %s is %s', (arn, name) => {
    expect(nameOfPrincipal(arn)).toBe(name);
  });
});

describe('casework', () => {
  let cases: CaseStore;
  let put: Adjudication[];
  let warnings: string[];
  let suppressions: SuppressionStore;
  let ports: CaseworkPorts;

  beforeEach(async () => {
    cases = createMemoryCaseStore();
    put = [];
    warnings = [];
    suppressions = createMemorySuppressionStore();
    const references = createMemoryReferenceStore();
    await publishDirectory(
      references,
      [
        aRow(),
        aRow({ employeeId: 'e-00007', extra: { principal: 'Jane@Example.com' } }),
        aRow({ employeeId: 'e-00091', extra: { principal: 'lee@example.com' } }),
      ],
      1,
    );
    ports = {
      cases,
      suppressions,
      adjudications: { put: async (adjudication) => void put.push(adjudication) },
      employeesOf: createKnownCallers(createDirectoryInForce(references)),
      directoryInForce: createDirectoryInForce(references),
      outsidersAllowed: false,
      now: () => NOW,
      warn: (message) => void warnings.push(message),
    };
    await cases.storeRevision(anAlert(), 1_000);
  });
  const resolve = (changes: object = {}, principal = ANALYST) =>
    casework(
      principal,
      JSON.stringify({ action: 'resolve', alertId: CASE, verdict: 'dismissed', reason: 'a migration', ...changes }),
      ports,
    );
  const untouched = async () => {
    expect(await cases.get(CASE)).toMatchObject({ state: 'open', history: [] });
    expect(put).toEqual([]);
  };

  it('keeps who judged, when and why with the case, and puts the verdict on the stream', async () => {
    const answer = await resolve();

    const change = {
      version: 1,
      state: 'dismissed',
      at: '2026-11-24T08:00:00.000Z',
      by: ANALYST,
      employeeId: 'e-00007',
      reason: 'a migration',
      revision: 1,
    };
    expect(answer).toMatchObject({ status: 200, body: { case: { state: 'dismissed', history: [change] } } });
    expect(await cases.get(CASE)).toMatchObject({ state: 'dismissed', history: [change] });
    expect(put).toEqual([
      {
        record: 'borderwatch.adjudication',
        schemaVersion: 1,
        actorId: 'e-00042',
        alertId: CASE,
        verdict: 'dismissed',
        by: ANALYST,
        at: '2026-11-24T08:00:00.000Z',
        caseVersion: 1,
      },
    ]);
    expect(await cases.unadjudicated(NOW)).toEqual([]);
  });

  it.each([
    ['without a reason', { reason: undefined }, 'a reason is required'],
    ['with a blank reason', { reason: ' \n ' }, 'a reason is required'],
    ['with a verdict that is none', { verdict: 'expired' }, 'confirmed or dismissed'],
    ['with something else besides', { state: 'open' }, 'no such key: state'],
    ['with a reason longer than 2,000 characters', { reason: 'x'.repeat(2_001) }, 'at most 2,000 characters'],
    ['on what is no case’s id', { alertId: `${CASE}0` }, 'not the id of a case'],
    ['on no revision', { revision: 0 }, 'a revision'],
    ['for something else', { action: 'delete' }, 'no such action'],
  ])('refuses a request %s', async (_, changes, reason) => {
    expect(await resolve(changes)).toMatchObject({ status: 400, body: { error: expect.stringContaining(reason) } });
    await untouched();
  });

  it('refuses what is not JSON', async () => {
    expect(await casework(ANALYST, 'resolve it', ports)).toMatchObject({ status: 400 });
  });

  it('refuses a case that is not there', async () => {
    expect(await resolve({ alertId: '0000000000000000' })).toMatchObject({ status: 404 });
  });

  it.each([
    ['is its subject', { subject: { type: 'employee' as const, id: 'e-00091' } }],
    ['is named in it', { relatedEmployees: ['e-00091'] }],
  ])('refuses a verdict by somebody who %s', async (_, changes) => {
    await cases.storeRevision(anAlert({ ...changes, revision: 2 }), 2_000);

    const answer = await resolve({}, 'arn:aws:sts::111122223333:assumed-role/analyst/Lee@example.com');

    expect(answer).toMatchObject({ status: 403, body: { error: expect.stringContaining('concerns themselves') } });
    await untouched();
  });

  it.each(['e-00042', 'E-00042'])(
    'knows somebody whose principal is named like their employee id: %s',
    async (name) => {
      expect(await resolve({}, `arn:aws:iam::111122223333:user/${name}`)).toMatchObject({
        status: 403,
        body: { error: expect.stringContaining('concerns themselves') },
      });
      await untouched();
    },
  );

  it('knows somebody whose employee id is in capitals', async () => {
    const references = createMemoryReferenceStore();
    await publishDirectory(references, [aRow({ employeeId: 'E-00042' })], 1);
    ports = { ...ports, employeesOf: createKnownCallers(createDirectoryInForce(references)), outsidersAllowed: true };
    await cases.storeRevision(anAlert({ subject: { type: 'employee', id: 'E-00042' }, revision: 2 }), 2_000);

    expect(await resolve({}, 'arn:aws:iam::111122223333:user/E-00042')).toMatchObject({ status: 403 });
    await untouched();
  });

  it('knows people by the newest directory, read once, and nobody before there is one', async () => {
    const references = createMemoryReferenceStore();
    let reads = 0;
    const directoryInForce = createDirectoryInForce({
      newest: references.newest,
      get: (name) => {
        reads++;
        return references.get(name);
      },
    });
    const employeesOf = createKnownCallers(directoryInForce);
    const known = async () => [await employeesOf('jane', NOW), await employeesOf('lee', NOW)];

    expect(await known()).toEqual([[], []]);
    await publishDirectory(references, [aRow({ employeeId: 'jane' })], 1);
    expect(await known()).toEqual([['jane'], []]);
    const readOnce = reads;
    expect(await known()).toEqual([['jane'], []]);
    expect(reads).toBe(readOnce);
    await publishDirectory(references, [aRow({ employeeId: 'lee' })], 2);
    expect(await known()).toEqual([[], ['lee']]);
  });

  it('notes which revision was judged, also where the request does not say', async () => {
    await cases.storeRevision(anAlert({ revision: 3 }), 2_000);

    expect(await resolve()).toMatchObject({ status: 200 });
    expect((await cases.get(CASE))?.history).toMatchObject([{ revision: 3 }]);
  });

  it('refuses a verdict on less than the case holds by now, where it says what was looked at', async () => {
    await cases.storeRevision(anAlert({ revision: 3 }), 2_000);

    expect(await resolve({ revision: 2 })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('has grown to revision 3') },
    });
    await untouched();
    expect(await resolve({ revision: 3 })).toMatchObject({ status: 200 });
  });

  it('refuses a verdict on a revision that there is not', async () => {
    expect(await resolve({ revision: 2 })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('has no revision 2, it is at 1') },
    });
    await untouched();
  });

  it('refuses a name that several people go by, since a case about one of them could be judged by the other', async () => {
    const references = createMemoryReferenceStore();
    await publishDirectory(references, [aRow({ extra: { principal: 'alice' } }), aRow({ employeeId: 'alice' })], 1);
    ports = { ...ports, employeesOf: createKnownCallers(createDirectoryInForce(references)), outsidersAllowed: true };

    expect(await resolve({}, 'arn:aws:iam::111122223333:user/Alice')).toMatchObject({
      status: 403,
      body: { error: 'the directory knows 2 people as Alice: alice, e-00042' },
    });
    await untouched();
  });

  it('refuses whoever the directory does not know, unless the stage allows it', async () => {
    const stranger = 'arn:aws:sts::111122223333:assumed-role/analyst/somebody';

    expect(await resolve({}, stranger)).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('column') },
    });
    expect(await resolve({}, 'arn:aws:iam::111122223333:root')).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('knows nobody as arn:aws:iam::111122223333:root: ') },
    });
    await untouched();

    ports = { ...ports, outsidersAllowed: true };
    expect(await resolve({}, stranger)).toMatchObject({ status: 200 });
    expect((await cases.get(CASE))?.history[0]).not.toHaveProperty('employeeId');
  });

  it.each(['confirmed', 'dismissed'])('changes no verdict, here to %s', async (verdict) => {
    await resolve({ verdict: 'confirmed' });

    expect(await resolve({ verdict })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining('already') },
    });

    expect((await cases.get(CASE))?.history).toHaveLength(1);
    expect(put).toHaveLength(1);
  });

  it('takes a late verdict on a case that expired, for the record', async () => {
    const expired = {
      version: 1,
      state: 'expired' as const,
      at: '2026-11-23T00:00:00.000Z',
      by: 'assess',
      reason: 'late',
      revision: 1,
    };
    await cases.change(CASE, expired);

    const history = [{ state: 'expired' }, { version: 2 }];
    expect(await resolve({ verdict: 'confirmed' })).toMatchObject({ status: 200, body: { case: { history } } });

    expect(await cases.get(CASE)).toMatchObject({ state: 'confirmed', history });
  });

  it('refuses when somebody else judged between the look and the verdict', async () => {
    const change = async () => false;

    ports = { ...ports, cases: { ...cases, change } };

    expect(await resolve()).toMatchObject({ status: 409, body: { error: expect.stringContaining('meanwhile') } });
    expect(put).toEqual([]);
  });

  it('lets a verdict stand that does not reach the stream, for assess to put it there', async () => {
    ports = { ...ports, adjudications: { put: () => Promise.reject(new Error('the stream is away')) } };

    expect(await resolve()).toMatchObject({ status: 200 });

    expect((await cases.unadjudicated(NOW)).map(({ alertId }) => alertId)).toEqual([CASE]);
    expect(warnings).toHaveLength(1);
  });

  it('judges an office without a word on the stream: it has no baseline', async () => {
    await cases.storeRevision(anAlert({ subject: { type: 'region', id: 'CN' }, revision: 2 }), 2_000);

    expect(await resolve()).toMatchObject({ status: 200 });

    expect(put).toEqual([]);
    expect(await cases.unadjudicated(NOW)).toEqual([]);
  });

  const subject = { type: 'employee' as const, id: 'e-00042' };
  const suppress = (changes: object = {}, principal = ANALYST) =>
    casework(
      principal,
      JSON.stringify({ action: 'suppress', subject, signals: ['volume'], days: 30, reason: 'a project', ...changes }),
      ports,
    );

  it('suppresses signals of a subject for a while, each once, and keeps who asked and why', async () => {
    const answer = await suppress({ signals: ['volume', 'volume'] });

    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).not.toHaveProperty('warning');

    expect(await suppressions.of(subject)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        subject,
        signals: ['volume'],
        from: '2026-11-24T08:00:00.000Z',
        until: '2026-12-24T08:00:00.000Z',
        reason: 'a project',
        by: ANALYST,
        employeeId: 'e-00007',
      },
    ]);
  });

  it.each([
    ['employee', 'e-00042', true],
    ['employee', 'e-0042', false],
    ['service', 'e-00042', false],
    ['team', 'recsys/CN', true],
    ['team', 'recsys', false],
    ['region', 'SG', true],
    ['region', 'EMEA', false],
    ['source', 'okta', true],
  ])('suppresses signals of %s %s, and warns where nothing is known of it', async (type, id, isKnown) => {
    const { status, body } = await suppress({ subject: { type, id } });

    expect(status).toBe(200);
    expect(body).toEqual({
      suppression: expect.anything(),
      ...(isKnown ? {} : { warning: `the directory knows no ${type} ${id}` }),
    });
  });

  it.each([
    ['for longer than 90 days', { days: 91 }, 'from 1 to 90'],
    ['for no time', { days: 0 }, 'from 1 to 90'],
    ['for ever', { days: undefined }, 'from 1 to 90'],
    ['of a breach of policy', { signals: ['unapproved-access'] }, 'one of volume'],
    ['of no signal', { signals: [] }, 'one signal at least'],
    ['of nobody', { subject: { type: 'employee', id: '' } }, 'whom it is about'],
    ['of an id that is too long', { subject: { type: 'employee', id: 'x'.repeat(257) } }, 'subject.id'],
    ['without a reason', { reason: '' }, 'a reason is required'],
  ])('refuses a suppression %s', async (_, changes, reason) => {
    expect(await suppress(changes)).toMatchObject({ status: 400, body: { error: expect.stringContaining(reason) } });
    expect(await suppressions.of(subject)).toEqual([]);
  });

  it('takes what is asked again later for another suppression, and the same request for the same', async () => {
    let now = NOW;
    ports = { ...ports, now: () => now };
    await suppress({ days: 1 });
    await suppress({ days: 1 });
    now += 86_400_000;
    await suppress({ days: 1 });

    expect((await suppressions.of(subject)).map(({ from, until }) => [from, until])).toEqual([
      ['2026-11-24T08:00:00.000Z', '2026-11-25T08:00:00.000Z'],
      ['2026-11-25T08:00:00.000Z', '2026-11-26T08:00:00.000Z'],
    ]);
  });

  it('warns of everybody before there is a directory', async () => {
    ports = { ...ports, directoryInForce: createDirectoryInForce(createMemoryReferenceStore()) };

    expect((await suppress()).body).toMatchObject({ warning: 'the directory knows no employee e-00042' });
  });

  it('refuses a suppression of alerts about the one who asks', async () => {
    expect(await suppress({}, 'arn:aws:iam::111122223333:user/e-00042')).toMatchObject({ status: 403 });
    expect(await suppressions.of(subject)).toEqual([]);
  });

  it('ends a suppression before its time, once', async () => {
    await suppress();
    const [{ id } = { id: '' }] = await suppressions.of(subject);
    const lift = (changes: object = {}) =>
      casework(ANALYST, JSON.stringify({ action: 'lift', subject, id, reason: 'it is over', ...changes }), ports);

    const ofAnother = { type: 'service', id: 'e-00042' };
    expect(await lift({ subject: ofAnother })).toMatchObject({ status: 404 });
    expect(await lift({ id: 'this one' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('not the id of a suppression') },
    });
    expect(await lift()).toMatchObject({ status: 200 });
    expect(await lift()).toMatchObject({ status: 404 });

    expect(await suppressions.holding(NOW)).toEqual([]);
    expect(await suppressions.of(subject)).toMatchObject([{ lifted: { by: ANALYST, reason: 'it is over' } }]);
  });
});
