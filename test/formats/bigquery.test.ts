import { describe, expect, it } from 'vitest';
import { bigQueryFormat } from '../../shared/formats/bigquery.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';

const entry = (payload: object = {}) => ({
  insertId: 'b-1',
  timestamp: '2026-11-23T03:00:00Z',
  protoPayload: {
    serviceName: 'bigquery.googleapis.com',
    authenticationInfo: { principalEmail: 'jane.smith@example.com' },
    resourceName: 'projects/lake/datasets/users/tables/profiles',
    metadata: { tableDataRead: { reason: 'JOB' } },
    ...payload,
  },
});
const read = (record: unknown) =>
  bigQueryFormat.read(record, undefined, { ...NO_CONTEXT, unmapped: 'unknown-region' }).readings[0];

const actorOf = (authenticationInfo: object) => {
  const reading = read(entry({ authenticationInfo }));
  return reading?.kind === 'event' ? reading.value.actor : reading;
};
const POOLS = 'principal://iam.googleapis.com/locations/global';
const JANE = { id: 'jane.smith@example.com', type: 'employee' };

describe('who it was', () => {
  it.each([
    [{ principalEmail: 'jane.smith@example.com' }, JANE],
    [{ principalSubject: 'user:jane.smith@example.com' }, JANE],
    [
      { principalSubject: `${POOLS}/workforcePools/acme/subject/jane` },
      { id: `${POOLS}/workforcePools/acme/subject/jane`, type: 'employee' },
    ],
    [
      { principalSubject: `${POOLS}/workloadIdentityPools/github/subject/repo:acme` },
      { id: `${POOLS}/workloadIdentityPools/github/subject/repo:acme`, type: 'service' },
    ],
    [
      { principalSubject: 'serviceAccount:lake.svc.id.goog[etl/etl]' },
      { id: 'serviceAccount:lake.svc.id.goog[etl/etl]', type: 'service' },
    ],
  ])('is by address, else by subject: %j', (info, actor) => {
    expect(actorOf(info)).toEqual(actor);
  });

  const ETL = 'etl@lake.iam.gserviceaccount.com';
  const first = (principalEmail: string) => ({ firstPartyPrincipal: { principalEmail } });
  it.each([
    ['a person', [first('jane.smith@example.com')], JANE],
    ['a person who is named by subject', [{ principalSubject: 'user:jane.smith@example.com' }], JANE],
    ['a person by way of another service account', [first('jane.smith@example.com'), first(`a-${ETL}`)], JANE],
    ['another service', [first('service-1@gcp-sa-x.iam.gserviceaccount.com')], { id: ETL, type: 'service' }],
    [
      'a build from elsewhere',
      [{ principalSubject: `${POOLS}/workloadIdentityPools/github/subject/repo:acme` }],
      { id: ETL, type: 'service' },
    ],
    ['nobody who is named', [{}, null, 'x'], { id: ETL, type: 'service' }],
    ['nobody', undefined, { id: ETL, type: 'service' }],
  ])('behind a service account is %s', (_, serviceAccountDelegationInfo, actor) => {
    expect(actorOf({ principalEmail: ETL, serviceAccountDelegationInfo })).toEqual(actor);
  });
});

describe('what Google’s audit log tells', () => {
  it.each([
    [{ serviceName: 'storage.googleapis.com', methodName: 'storage.objects.get' }],
    // Named by a table, and still another service's.
    [{ serviceName: 'datacatalog.googleapis.com' }],
  ])('entries of other services are known, and passed over: %j', (payload) => {
    expect(bigQueryFormat.recognises(entry(payload))).toBe(true);
    expect(read(entry(payload))).toEqual({ kind: 'not-concerned', why: 'other-service' });
  });

  it('what is no audit entry is not known', () => {
    expect(bigQueryFormat.recognises({ insertId: 'x', textPayload: 'hello' })).toBe(false);
    expect(bigQueryFormat.recognises({ protoPayload: { '@type': 'x' } })).toBe(false);
  });
});
