import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ocsfFormat } from '../../shared/formats/ocsf.ts';
import { toOcsf } from '../../shared/formats/ocsf-own.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { parseResources } from '../../shared/model/resources.ts';
import { anAccessEvent, fullAccessEvent } from '../factories/an-access-event.ts';

const ANY = { ...NO_CONTEXT, unmapped: 'unknown-region' } as const;
const read = (record: unknown) => ocsfFormat.read(record, undefined, ANY).readings;
const activity = (changes: object = {}) => ({
  class_uid: 6005,
  activity_id: 4,
  time: Date.UTC(2026, 10, 23),
  metadata: { version: '1.4.0', product: { name: 'CRM' }, uid: 'o-1' },
  actor: { user: { name: 'alice' } },
  src_endpoint: { ip: '192.0.2.1' },
  database: { name: 'crm' },
  table: { name: 'customers' },
  ...changes,
});
const value = (changes: object = {}) => {
  const [reading] = read(activity(changes));
  return reading?.kind === 'event' ? reading.value : reading;
};

describe('what OCSF says', () => {
  it.each([
    [6005, 1, 'read'],
    [6005, 2, 'update'],
    [6005, 4, 'query'],
    [6005, 7, 'delete'],
    [6005, 8, 'search'],
    [6003, 1, 'update'],
    [6003, 2, 'read'],
    [6003, 4, 'delete'],
  ])('class %i, activity %i is %s', (class_uid, activity_id, action) => {
    expect(value({ class_uid, activity_id, resources: [{ uid: 'r' }] })).toMatchObject({ action });
  });

  it('another activity goes by its name, and one without a name is none', () => {
    expect(value({ activity_id: 99, activity_name: 'Export' })).toMatchObject({ action: 'export' });
    expect(value({ activity_id: 99 })).toMatchObject({ kind: 'invalid' });
  });

  it.each([
    [{ action_id: 2 }, 'denied'],
    [{ status_id: 2, status_code: 'AccessDenied' }, 'denied'],
    [{ status_id: 2, status_code: '403' }, 'denied'],
    [{ status_id: 2, http_response: { code: 401 } }, 'denied'],
    [{ status_id: 1 }, 'allowed'],
    [{}, 'allowed'],
  ])('%j is %s', (changes, outcome) => {
    expect(value(changes)).toMatchObject({ outcome });
  });

  it('a failure that says no more was no refusal', () => {
    expect(value({ status_id: 2, status_code: '500' })).toEqual({ kind: 'not-concerned', why: 'failed-request' });
  });

  it.each([
    [{ user: { email_addr: 'a@example.com', name: 'a', uid: 'u' } }, { id: 'a@example.com', type: 'employee' }],
    [{ user: { uid: 'u', type_id: 4 } }, { id: 'u', type: 'service' }],
    [{ app_name: 'etl' }, { id: 'etl', type: 'service' }],
  ])('%j is who it was', (actor, expected) => {
    expect(value({ actor })).toMatchObject({ actor: expected });
  });

  it('nobody is nobody', () => {
    expect(value({ actor: {} })).toEqual({ kind: 'invalid', reason: 'actor: names nobody' });
  });

  it('a bucket is a bucket, by name or ARN', () => {
    for (const databucket of [{ name: 'exports', file: { path: 'users/1.csv' } }, { uid: 'arn:aws:s3:::exports' }])
      expect(value({ databucket })).toMatchObject({ resource: { dataset: 's3:exports' } });
  });

  it('an event without an id gets one of its own text', () => {
    const without = { metadata: { version: '1.4.0' } };
    expect(value(without)).toEqual(value(without));
    expect(value(without)).toMatchObject({ id: expect.stringMatching(/^ocsf-[0-9a-f]{16}$/) });
  });

  it('a version after this one is read as far as understood, and said', () => {
    expect(read(activity({ metadata: { version: '2.1.0', uid: 'o-1' } }))).toMatchObject([{ unknownVersion: '2.1.0' }]);
  });
});

describe('CloudTrail by way of Security Lake', () => {
  const ROLE = 'arn:aws:iam::111122223333:role';
  const assumed = (issuer: string, session: string) => ({
    user: {
      type: 'AssumedRole',
      uid: `arn:aws:sts::111122223333:assumed-role/${issuer.split('/').at(-1)}/${session}`,
      uid_alt: `AROAEXAMPLE:${session}`,
      account: { uid: '111122223333' },
    },
    session: { issuer },
  });
  const call = (changes: object = {}) =>
    activity({
      class_uid: 6003,
      activity_id: 2,
      metadata: { version: '1.1.0', product: { name: 'CloudTrail', vendor_name: 'AWS' }, uid: 'e-1' },
      cloud: { provider: 'AWS', region: 'us-west-2' },
      actor: assumed(`${ROLE}/Analyst`, 'jane'),
      api: { operation: 'GetObject', service: { name: 's3.amazonaws.com' }, request: { uid: 'R1' } },
      resources: [
        { type: 'AWS::S3::Object', uid: 'arn:aws:s3:::exports/users/us/1.csv' },
        { type: 'AWS::S3::Bucket', uid: 'arn:aws:s3:::exports', owner: { account: { uid: '111122223333' } } },
      ],
      ...changes,
    });
  const users = parseResources([
    { match: { s3: { bucket: 'exports', prefix: 'users/us/' } }, dataset: 'user.exports', region: 'US' },
    { match: { dynamodb: { table: 'Users', awsRegion: 'us-west-2' } }, dataset: 'user.profile', region: 'US' },
  ]);
  const told = (record: unknown) => {
    if (!users.ok) throw new Error(users.errors.join());
    const { readings } = ocsfFormat.read(record, undefined, { ...NO_CONTEXT, resources: users.resources });
    return readings.map((reading) => (reading.kind === 'event' ? reading.value : reading));
  };
  const ITEM = { type: 'AWS::DynamoDB::Table', uid: 'arn:aws:dynamodb:us-west-2:111122223333:table/Users' };
  const request = (operation: string, service: string, data: unknown = undefined) => ({
    api: { operation, service: { name: service }, request: { uid: 'R1', data } },
  });

  it.each([
    ['an object’s bucket and key by its ARN', {}, { action: 'read', resource: { dataset: 'user.exports' } }],
    [
      'an object’s bucket too, where nothing else names it',
      { resources: [{ type: 'AWS::S3::Object', uid: 'arn:aws:s3:::exports/users/us/1.csv' }] },
      { resource: { dataset: 'user.exports' } },
    ],
    [
      'a listing’s prefix in the request',
      {
        ...request('ListObjects', 's3.amazonaws.com', '{"bucketName":"exports","prefix":"users/us/2026"}'),
        resources: [{ type: 'AWS::S3::Bucket', uid: 'arn:aws:s3:::exports' }],
      },
      { action: 'search', resource: { dataset: 'user.exports' } },
    ],
    [
      'the source of a copy',
      request('CopyObject', 's3.amazonaws.com', {
        bucketName: 'x',
        key: 'y',
        'x-amz-copy-source': 'exports/users/us/1',
      }),
      { action: 'export', resource: { dataset: 'user.exports' } },
    ],
    [
      'a table in its region',
      { ...request('Scan', 'dynamodb.amazonaws.com'), resources: [ITEM] },
      { action: 'query', resource: { dataset: 'user.profile' } },
    ],
    [
      'a table’s region by its ARN, where no other is named',
      { ...request('Scan', 'dynamodb.amazonaws.com'), resources: [ITEM], cloud: undefined },
      { resource: { dataset: 'user.profile' } },
    ],
    [
      'PartiQL by its statement',
      {
        ...request('ExecuteStatement', 'dynamodb.amazonaws.com', '{"statement":"DELETE FROM Users"}'),
        resources: [ITEM],
      },
      { action: 'delete' },
    ],
  ])('knows %s', (_, changes, expected) => {
    expect(told(call(changes))).toMatchObject([expected]);
  });

  it.each([
    ['a role’s session', assumed(`${ROLE}/Analyst`, 'jane'), { id: 'Analyst/jane', type: 'employee' }],
    [
      'an Identity Center session',
      assumed(`${ROLE}/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_Analyst_0123`, 'jane@example.com'),
      { id: 'jane@example.com', type: 'employee' },
    ],
    ['a workload', assumed(`${ROLE}/web`, 'i-0317f6c6b66ae9c40'), { id: 'web/i-0317f6c6b66ae9c40', type: 'service' }],
    ['a user', { user: { type: 'IAMUser', name: 'Alice', uid_alt: 'AIDA' } }, { id: 'Alice', type: 'employee' }],
    [
      'another account’s principal',
      { user: { type: 'AWSAccount', uid_alt: 'AROAEXAMPLE:jane', account: { uid: '444455556666' } } },
      { id: 'AROAEXAMPLE:jane', type: 'employee' },
    ],
    ['a service', { invoked_by: 'athena.amazonaws.com' }, { id: 'athena.amazonaws.com', type: 'service' }],
  ])('names %s as CloudTrail’s own records do', (_, actor, expected) => {
    expect(told(call({ actor }))).toMatchObject([{ actor: expected }]);
  });
});

describe('an access event by way of OCSF', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
  const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const event = fc.record({
    id: text,
    time: fc
      .date({ min: new Date(1000), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    source: option(text),
    actor: fc.record({ id: text, type: fc.constantFrom('employee', 'service'), onBehalfOf: option(text) }),
    network: option(
      fc.record({
        ip: option(text),
        country: option(fc.constantFrom('CN', 'US')),
        asn: option(fc.nat()),
        deviceId: option(text),
      }),
    ),
    action: fc.oneof(
      fc.constantFrom('read', 'search', 'query', 'export', 'update', 'delete', 'grant', 'constructor'),
      text,
    ),
    resource: fc.record({ dataset: text, dataClass: option(text), store: option(text) }),
    subjects: fc.record({
      region: fc.constantFrom('US', 'DE', 'unknown'),
      count: option(fc.nat()),
      countBasis: option(fc.constantFrom('exact', 'estimated', 'unknown')),
      ids: option(fc.array(text, { maxLength: 3 })),
    }),
    bytes: option(fc.double({ min: 0, max: 1e15, noNaN: true })),
    outcome: fc.constantFrom('allowed', 'denied'),
    approval: option(fc.record({ ticket: text, expires: option(fc.constant('2026-12-01T00:00:00Z')) })),
  });

  it('comes back whole but for the ids of subjects', () => {
    fc.assert(
      fc.property(event, (given) => {
        // As JSON has it: what is undefined isn't there, and an empty network is none.
        const parsed = parseAccessEvent(JSON.parse(JSON.stringify(given)));
        if (!parsed.ok) throw new Error(parsed.reason);
        const { ids: _, ...subjects } = parsed.event.subjects;
        const { network, ...rest } = parsed.event;
        const hasNetwork = network !== undefined && Object.keys(network).length > 0;
        const written = JSON.parse(JSON.stringify(toOcsf(parsed.event, parsed.time)));
        expect(read(written)).toEqual([
          { kind: 'event', time: parsed.time, value: { ...rest, ...(hasNetwork && { network }), subjects } },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('names no subject', () => {
    expect(JSON.stringify(toOcsf(fullAccessEvent(), 1))).not.toMatch(/us-4f[23]/);
  });

  it('has what the schema demands of a Datastore Activity', () => {
    const { network: _, ...event } = anAccessEvent();
    for (const written of [toOcsf(fullAccessEvent(), 1000), toOcsf(event, 1000)]) {
      for (const name of [
        'activity_id',
        'category_uid',
        'class_uid',
        'metadata',
        'severity_id',
        'time',
        'type_uid',
        'actor',
        'src_endpoint',
      ])
        expect(written).toHaveProperty(name);
      expect(written.type_uid).toBe(6005 * 100 + Number(written.activity_id));
      expect(Object.keys(written.src_endpoint as object).length).toBeGreaterThan(0);
    }
  });
});
