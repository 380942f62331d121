import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudTrailFormat, fromCloudTrail } from '../../shared/formats/cloudtrail.ts';
import { NO_CONTEXT, type SourceContext } from '../../shared/formats/source-format.ts';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { parseActors } from '../../shared/model/actors.ts';
import { parseResources } from '../../shared/model/resources.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { dataEvent, realRecords, roleSession } from './cloudtrail-records.ts';

const ANY: SourceContext = { ...NO_CONTEXT, unmapped: 'unknown-region' };

/** What became of a record that is one access at most. */
function readingOf(record: unknown, context = ANY) {
  const [reading, ...more] = fromCloudTrail(record, context);
  if (!reading || more.length > 0) throw new Error(`${more.length} more`);
  return reading;
}

function eventOf(record: unknown, context = ANY) {
  const reading = readingOf(record, context);
  if (reading.kind !== 'event') throw new Error(JSON.stringify(reading));
  return reading.value;
}

function resourcesOf(...entries: readonly unknown[]) {
  const parsed = parseResources(entries);
  if (!parsed.ok) throw new Error(parsed.errors.join());
  return { ...ANY, resources: parsed.resources };
}

describe('the real records of a staged exfiltration', () => {
  const readings = realRecords.map((record) => readingOf(record));
  const events = readings.flatMap((reading) => (reading.kind === 'event' ? [reading] : []));

  it('are nine accesses to data among 103, and 94 that only manage things', () => {
    expect(readings).toHaveLength(103);
    expect(events.map(({ value }) => value.action).sort()).toEqual([
      ...Array(2).fill('read'),
      ...Array(7).fill('search'),
    ]);
    expect(readings.filter((reading) => reading.kind === 'not-concerned')).toEqual(
      Array(94).fill({ kind: 'not-concerned', why: 'management-event' }),
    );
  });

  it('come through as they are, with nothing invented', () => {
    const reads = events.filter(({ value }) => value.action === 'read');
    expect(reads[0]).toEqual({
      kind: 'event',
      time: Date.UTC(2020, 8, 14, 1, 2, 34),
      unmapped: {
        name: 's3:mordors3stack-s3bucket-llp2yingx64a',
        match: { s3: { bucket: 'mordors3stack-s3bucket-llp2yingx64a' } },
        part: 'ring.txt',
      },
      value: {
        id: '771299cb-e200-4926-9604-c85358b30499',
        time: '2020-09-14T01:02:34.000Z',
        source: 'cloudtrail',
        actor: { id: 'MordorNginxStack-BankingWAFRole-9S3E0UAE1MM0/i-0317f6c6b66ae9c40', type: 'service' },
        network: { ip: '1.2.3.4' },
        action: 'read',
        resource: { dataset: 's3:mordors3stack-s3bucket-llp2yingx64a' },
        subjects: { region: 'unknown' },
        bytes: 89,
        outcome: 'allowed',
      },
    });
    for (const { value } of events) {
      expect(value.subjects).toEqual({ region: 'unknown' });
      expect(value.network).toEqual({ ip: '1.2.3.4' });
    }
  });

  it('keep their bytes and ids', () => {
    const expected = realRecords
      .filter(({ eventCategory }) => eventCategory === 'Data')
      .map((record) => [
        record.eventID,
        (record.additionalEventData as { bytesTransferredOut: number }).bytesTransferredOut,
      ]);
    expect(events.map(({ value }) => [value.id, value.bytes])).toEqual(expected);
    expect(events.reduce((sum, { value }) => sum + (value.bytes ?? 0), 0)).toBe(2 * 89 + 5 * 500 + 2 * 524);
  });

  it('are access events by the contract', () => {
    for (const { value, time } of events) expect(parseAccessEvent(value)).toEqual({ ok: true, event: value, time });
  });
});

describe('what a CloudTrail record says', () => {
  it.each([
    ['GetObject', 'read'],
    ['HeadObject', 'read'],
    ['GetObjectTagging', 'read'],
    ['ListObjects', 'search'],
    ['ListObjectsV2', 'search'],
    ['ListObjectVersions', 'search'],
    ['SelectObjectContent', 'query'],
    ['CopyObject', 'export'],
    ['UploadPartCopy', 'export'],
    ['PutObject', 'update'],
    ['RestoreObject', 'update'],
    ['DeleteObject', 'delete'],
    ['DeleteObjects', 'delete'],
    ['PutObjectAcl', 'grant'],
  ])('%s is %s', (eventName, action) => {
    expect(eventOf(dataEvent({ eventName })).action).toBe(action);
  });

  it.each([
    [true, 'read'],
    [false, 'update'],
  ])('an operation of tomorrow is told by readOnly %j: %s', (readOnly, action) => {
    expect(eventOf(dataEvent({ eventName: 'FoldObject', readOnly })).action).toBe(action);
  });

  it.each(['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'Client.UnauthorizedOperation'])(
    '%s is a refusal, whose bytes are the error’s',
    (errorCode) => {
      const event = eventOf(dataEvent({ errorCode }));
      expect(event.outcome).toBe('denied');
      expect(event.bytes).toBeUndefined();
    },
  );

  it.each(['NoSuchKey', 'NoSuchBucket', 'NotModified', 'SlowDown', 'InternalError', 'PreconditionFailed'])(
    '%s read nothing and refused nobody',
    (errorCode) => {
      expect(readingOf(dataEvent({ errorCode }))).toEqual({ kind: 'not-concerned', why: 'failed-request' });
    },
  );

  it('an address is an address, and an AWS service’s name is none', () => {
    expect(eventOf(dataEvent()).network).toEqual({ ip: '36.110.4.7' });
    expect(eventOf(dataEvent({ sourceIPAddress: '2001:db8::1' })).network).toEqual({ ip: '2001:db8::1' });
    for (const sourceIPAddress of ['athena.amazonaws.com', 'AWS Internal', '', null, undefined]) {
      expect(eventOf(dataEvent({ sourceIPAddress }))).not.toHaveProperty('network');
    }
  });

  it('absent bytes are absent, and none are none', () => {
    expect(eventOf(dataEvent({ additionalEventData: null }))).not.toHaveProperty('bytes');
    expect(eventOf(dataEvent({ additionalEventData: {} }))).not.toHaveProperty('bytes');
    expect(eventOf(dataEvent({ additionalEventData: { bytesTransferredOut: 0 } })).bytes).toBe(0);
  });

  it('the time may stand where Logstash puts it, but CloudTrail’s own place comes first', () => {
    const { eventTime, ...rest } = dataEvent({ '@timestamp': '2026-11-24T00:00:00.000Z' });
    expect(eventOf(rest).time).toBe('2026-11-24T00:00:00.000Z');
    expect(eventOf({ ...rest, eventTime }).time).toBe('2026-11-23T10:15:30Z');
  });

  it('the bucket behind an access point is the bucket', () => {
    const requestParameters = { bucketName: 'arn:aws:s3:us-west-2:111122223333:accesspoint/analysts', key: 'k' };
    const resources = [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::exports/k' },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::exports' },
    ];
    expect(eventOf(dataEvent({ requestParameters, resources })).resource.dataset).toBe('s3:exports');
  });

  it('an object is one whatever its key holds, where its ARN alone names it', () => {
    const resources = [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::exports/users/us\n1.csv' }];
    expect(readingOf(dataEvent({ requestParameters: null, resources }))).toMatchObject({
      unmapped: { name: 's3:exports', part: 'users/us\n1.csv' },
    });
  });

  it('a directory bucket is a bucket', () => {
    const resources = [
      { type: 'AWS::S3Express::Bucket', ARN: 'arn:aws:s3express:us-west-2:111122223333:bucket/fast--usw2-az1--x-s3' },
    ];
    const record = dataEvent({ eventSource: 's3express.amazonaws.com', resources, requestParameters: null });
    expect(eventOf(record).resource.dataset).toBe('s3:fast--usw2-az1--x-s3');
  });

  it.each([
    ['exports/users/us/1.csv', 's3:exports'],
    ['/exports/users%2Fus/1.csv?versionId=3sL4', 's3:exports'],
    [
      'arn:aws:s3:us-west-2:111122223333:accesspoint/ap/object/users/1.csv',
      's3:arn:aws:s3:us-west-2:111122223333:accesspoint/ap',
    ],
    ['exports/100%', 's3:exports'],
    ['nonsense', 's3:elsewhere'],
    [null, 's3:elsewhere'],
  ])('a copy from %s takes data out of %s', (source, dataset) => {
    const requestParameters = { bucketName: 'elsewhere', key: 'k', 'x-amz-copy-source': source };
    expect(eventOf(dataEvent({ eventName: 'CopyObject', readOnly: false, requestParameters })).resource.dataset).toBe(
      dataset,
    );
  });
});

describe('what the resource map adds', () => {
  const users = {
    dataset: 'user.profile',
    dataClass: 'covered-personal-identifiers',
    store: 'us-primary',
    region: 'US',
  };
  const resources = resourcesOf({ match: { s3: { bucket: 'exports', prefix: 'users/us/' } }, ...users });

  it('is data set, class, store and region', () => {
    const reading = readingOf(dataEvent(), resources);
    expect(reading).toMatchObject({
      value: {
        resource: { dataset: 'user.profile', dataClass: 'covered-personal-identifiers', store: 'us-primary' },
        subjects: { region: 'US' },
      },
    });
    expect(reading).not.toHaveProperty('unmapped');
  });

  it('goes by the prefix that a listing asks for', () => {
    const listing = (prefix: string) =>
      dataEvent({ eventName: 'ListObjects', requestParameters: { bucketName: 'exports', prefix } });
    expect(eventOf(listing('users/us/2026/'), resources).subjects.region).toBe('US');
    expect(eventOf(listing(''), resources).subjects.region).toBe('unknown');
  });

  it('goes by the source of a copy, percent signs decoded', () => {
    const requestParameters = { bucketName: 'elsewhere', key: 'k', 'x-amz-copy-source': 'exports/users%2Fus/1.csv' };
    const copy = dataEvent({ eventName: 'CopyObject', readOnly: false, requestParameters });
    expect(eventOf(copy, resources)).toMatchObject({
      action: 'export',
      resource: { dataset: 'user.profile' },
      subjects: { region: 'US' },
    });
  });

  it('knows what was copied without its version', () => {
    const requestParameters = {
      bucketName: 'elsewhere',
      key: 'k',
      'x-amz-copy-source': '/exports/logs/1?versionId=v-1',
    };
    expect(readingOf(dataEvent({ eventName: 'CopyObject', requestParameters }), resources)).toMatchObject({
      unmapped: { name: 's3:exports', part: 'logs/1' },
    });
  });

  it('leaves what it does not know under its own name, to be counted', () => {
    const record = dataEvent({ requestParameters: { bucketName: 'exports', key: 'logs/1' } });
    expect(readingOf(record, resources)).toMatchObject({
      unmapped: { name: 's3:exports', match: { s3: { bucket: 'exports' } }, part: 'logs/1' },
      value: { resource: { dataset: 's3:exports' }, subjects: { region: 'unknown' } },
    });
  });
});

describe('data events of DynamoDB', () => {
  const table = (name: string, index = '') => ({
    accountId: '111122223333',
    type: 'AWS::DynamoDB::Table',
    ARN: `arn:aws:dynamodb:us-west-2:111122223333:table/${name}${index}`,
  });
  const itemEvent = (changes: object = {}) =>
    dataEvent({
      eventSource: 'dynamodb.amazonaws.com',
      eventName: 'GetItem',
      awsRegion: 'us-west-2',
      additionalEventData: null,
      requestParameters: { tableName: 'Users', key: { userId: 'us-1' } },
      resources: [table('Users')],
      ...changes,
    });

  it.each([
    ['GetItem', 'read'],
    ['BatchGetItem', 'read'],
    ['Query', 'query'],
    ['Scan', 'query'],
    ['PutItem', 'update'],
    ['TransactWriteItems', 'update'],
    ['DeleteItem', 'delete'],
  ])('%s is %s', (eventName, action) => {
    expect(eventOf(itemEvent({ eventName })).action).toBe(action);
  });

  it.each([
    ['ExecuteStatement', { statement: "SELECT * FROM Users WHERE id = 'us-1'" }, 'query'],
    ['ExecuteStatement', { statement: 'UPDATE Users SET email = ***(Redacted)' }, 'update'],
    ['ExecuteStatement', { statement: "DELETE FROM Users WHERE id = 'us-1'" }, 'delete'],
    ['BatchExecuteStatement', { requestItems: [{ statement: 'select * from Users' }, { statement: 'x' }] }, 'query'],
    ['BatchExecuteStatement', { requestItems: [{ statement: 'INSERT INTO Users VALUE {}' }] }, 'update'],
    ['ExecuteTransaction', { transactStatements: [{ statement: 'DELETE FROM Users' }] }, 'delete'],
    ['ExecuteStatement', null, 'query'],
  ])('PartiQL goes by its statement, whatever readOnly says: %s %j is %s', (eventName, requestParameters, action) => {
    for (const readOnly of [false, true])
      expect(eventOf(itemEvent({ eventName, requestParameters, readOnly })).action).toBe(action);
  });

  it('are about a table, and the keys that they name are nobody’s business', () => {
    expect(eventOf(itemEvent())).toMatchObject({
      resource: { dataset: 'dynamodb:Users' },
      subjects: { region: 'unknown' },
    });
    expect(JSON.stringify(fromCloudTrail(itemEvent(), ANY))).not.toContain('us-1');
  });

  it.each([
    ['of an index', { resources: [table('Users', '/index/ByEmail')] }],
    ['named in the request alone', { resources: null }],
    [
      'named by ARN in the request alone',
      { resources: [], requestParameters: { tableName: 'arn:aws:dynamodb:us-west-2:111122223333:table/Users' } },
    ],
  ])('know the table %s', (_, changes) => {
    expect(eventOf(itemEvent(changes)).resource.dataset).toBe('dynamodb:Users');
  });

  it('of several tables are an access each, with ids that redelivery repeats', () => {
    const batch = itemEvent({
      eventName: 'BatchGetItem',
      resources: [table('Users'), table('Orders'), table('Users')],
    });
    const ids = fromCloudTrail(batch, ANY).map((reading) => reading.kind === 'event' && reading.value.id);
    expect(ids).toEqual([`${dataEvent().eventID}/Users`, `${dataEvent().eventID}/Orders`]);
  });

  it('of several tables are an access each, however long their names are', () => {
    const names = ['a', 'b'].map((end) => `${'t'.repeat(254)}${end}`);
    const batch = itemEvent({ eventName: 'BatchGetItem', resources: names.map((name) => table(name)) });
    const readings = fromCloudTrail(batch, ANY);
    expect(readings).toMatchObject(names.map((name) => ({ value: { resource: { dataset: `dynamodb:${name}` } } })));
  });

  it('of one table go by their own id', () => {
    expect(eventOf(itemEvent()).id).toBe(dataEvent().eventID);
  });

  it('are about no key of KMS that a record names beside the table', () => {
    const key = { type: 'AWS::KMS::Key', ARN: 'arn:aws:kms:us-west-2:111122223333:key/k-1' };
    const readings = fromCloudTrail(itemEvent({ resources: [key, table('Users')] }), ANY);

    expect(readings).toMatchObject([{ value: { resource: { dataset: 'dynamodb:Users' } } }]);
  });

  it('are mapped by table, and by AWS region where copies are told apart', () => {
    const users = { dataset: 'user.profile', region: 'US' };
    const context = resourcesOf(
      { match: { dynamodb: { table: 'Users' } }, ...users, store: 'elsewhere' },
      { match: { dynamodb: { table: 'Users', awsRegion: 'us-west-2' } }, ...users, store: 'us-primary' },
    );
    expect(eventOf(itemEvent(), context).resource.store).toBe('us-primary');
    expect(eventOf(itemEvent({ awsRegion: 'ap-southeast-1' }), context).resource.store).toBe('elsewhere');
  });
});

describe('a call across accounts', () => {
  const callers = dataEvent({ sharedEventID: 'shared-1', recipientAccountId: '111122223333' });
  const owners = { ...callers, eventID: '7f9a6c5e-0000-4000-8000-000000000002', recipientAccountId: '444455556666' };

  it('is one access, although both accounts have a record of it', () => {
    expect(eventOf(owners)).toEqual(eventOf(callers));
    expect(eventOf(callers).id).toBe('shared-1');
  });

  it('is told by the owner’s record alone, where the caller is known by an id', () => {
    const userIdentity = { type: 'AWSAccount', principalId: 'AROAEXAMPLE:jane', accountId: '111122223333' };
    expect(eventOf({ ...owners, userIdentity })).toMatchObject({ id: 'shared-1', actor: { id: 'AROAEXAMPLE:jane' } });
  });

  it('is one access too, where actors.json gives both names to the same person', () => {
    const parsed = parseActors([
      { source: 'cloudtrail', name: 'Analyst/*', actor: '*' },
      { source: 'cloudtrail', name: 'AROAEXAMPLE:*', actor: '*' },
    ]);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    const context = { ...ANY, actors: parsed.actors };
    const userIdentity = { type: 'AWSAccount', principalId: 'AROAEXAMPLE:jane', accountId: '111122223333' };
    expect(eventOf({ ...owners, userIdentity }, context)).toEqual(
      eventOf({ ...callers, userIdentity: roleSession('jane') }, context),
    );
  });
});

describe('a record without a category, as before version 1.07', () => {
  const whyOf = (changes: object) => {
    const reading = readingOf(dataEvent({ eventCategory: undefined, ...changes }), ANY);
    return reading?.kind === 'event' ? reading.value.action : reading;
  };
  const management = { kind: 'not-concerned', why: 'management-event' };

  it('is about data where it says so, whatever its operation is called', () => {
    expect(whyOf({ managementEvent: false, eventName: 'GetObjectOfTomorrow' })).toBe('read');
    expect(whyOf({ managementEvent: true })).toEqual(management);
  });

  it.each([undefined, null])('goes by its operation where it says nothing: %s', (managementEvent) => {
    expect(whyOf({ managementEvent })).toBe('read');
    expect(whyOf({ managementEvent, eventName: 'PutBucketPolicy' })).toEqual(management);
  });
});

describe('the wrappings that CloudTrail comes in', () => {
  const read = (value: unknown) => cloudTrailFormat.read(value, undefined, ANY).readings;
  const expected = fromCloudTrail(dataEvent(), ANY);

  it.each([
    ['bare', dataEvent()],
    ['a trail’s file', { Records: [dataEvent()] }],
    ['an event from EventBridge', { version: '0', 'detail-type': 'AWS API Call via CloudTrail', detail: dataEvent() }],
    ['a row that Lake selected', { eventJson: JSON.stringify(dataEvent()) }],
    ['a row that Athena selected', { eventjson: JSON.stringify(dataEvent()) }],
    ['a row of a view in capitals', { EVENTJSON: JSON.stringify(dataEvent()) }],
  ])('%s is recognised and read', (_, value) => {
    expect(cloudTrailFormat.recognises(value)).toBe(true);
    expect(read(value)).toEqual(expected);
  });

  it.each([
    [{ Records: [dataEvent(), {}] }],
    [{ detail: dataEvent() }],
    [{ eventJson: '{' }],
    [{ eventJson: '{}' }],
    [[dataEvent()]],
    [{ ...anAccessEvent(), eventSource: 's3.amazonaws.com', eventName: 'GetObject' }],
  ])('does not take %j for one', (value) => {
    expect(cloudTrailFormat.recognises(value)).toBe(false);
  });

  it.each(['2.0', '10.0'])('a version that nobody knows yet is read, and said: %s', (eventVersion) => {
    expect(readingOf(dataEvent({ eventVersion }))).toMatchObject({ kind: 'event', unknownVersion: eventVersion });
  });

  it.each(['1.99', null])('what a version %s means is known', (eventVersion) => {
    expect(readingOf(dataEvent({ eventVersion }))).not.toHaveProperty('unknownVersion');
  });
});

describe('what nobody has mapped', () => {
  it('is none of our business, unless the company says otherwise', () => {
    expect(readingOf(dataEvent(), NO_CONTEXT)).toMatchObject({ kind: 'not-concerned', why: 'unmapped-resource' });
    expect(readingOf(dataEvent(), ANY)).toMatchObject({ kind: 'event', unmapped: { part: 'users/us/1.csv' } });
  });
});

describe('records that are no access to data', () => {
  it.each([
    ['marked so', { managementEvent: true }],
    ['marked so, whatever the category says', { eventCategory: 'Data', managementEvent: true }],
    ['of another category', { eventCategory: 'Management', managementEvent: undefined }],
    ['insights', { eventCategory: 'Insight' }],
    ['network activity', { eventCategory: 'NetworkActivity' }],
    [
      'from before the format said so, by name',
      { eventName: 'ListBuckets', eventCategory: undefined, managementEvent: undefined },
    ],
  ])('management events: %s', (_, changes) => {
    expect(readingOf(dataEvent(changes))).toEqual({ kind: 'not-concerned', why: 'management-event' });
  });

  it.each([
    ['the digest of an hour’s files', { awsAccountId: '111122223333', digestStartTime: 'x', logFiles: [] }],
    ['what Insights found', { eventVersion: '1.07', eventType: 'AwsCloudTrailInsight', insightDetails: {} }],
    [
      'aggregated data events',
      { eventVersion: '1.0', eventType: 'AwsAggregatedEvent', eventSource: 's3.amazonaws.com' },
    ],
  ])('summaries in a trail’s bucket: %s', (_, record) => {
    expect(cloudTrailFormat.recognises(record)).toBe(true);
    expect(cloudTrailFormat.recognises({ Records: [dataEvent(), record] })).toBe(true);
    expect(readingOf(record)).toEqual({ kind: 'not-concerned', why: 'management-event' });
  });

  it.each([
    ['version 1.06, which has no category', { eventCategory: undefined }],
    ['older versions, which say nothing of it', { eventCategory: undefined, managementEvent: undefined }],
  ])('but data events of %s are accesses', (_, changes) => {
    expect(readingOf(dataEvent(changes)).kind).toBe('event');
  });

  it('data events of other services', () => {
    const record = dataEvent({ eventSource: 'lambda.amazonaws.com', eventName: 'Invoke' });
    expect(readingOf(record)).toEqual({ kind: 'not-concerned', why: 'other-service' });
  });
});

describe('records that cannot be used', () => {
  it.each([
    [null, /^record: /],
    ['text', /^record: /],
    [{ eventName: 'GetObject' }, /^eventSource: /],
    [dataEvent({ eventID: undefined }), /^eventID: /],
    [dataEvent({ eventTime: undefined }), /^time: /],
    [dataEvent({ eventTime: 'yesterday' }), /^time: /],
    [dataEvent({ userIdentity: undefined }), /^userIdentity: /],
    [dataEvent({ userIdentity: { type: 'Unknown' } }), /^userIdentity: names nobody$/],
    [dataEvent({ requestParameters: null }), /^requestParameters: names no bucket and no table$/],
    [
      dataEvent({ additionalEventData: { bytesTransferredOut: 'many' } }),
      /^additionalEventData\.bytesTransferredOut: /,
    ],
    [dataEvent({ additionalEventData: { bytesTransferredOut: -1 } }), /^bytes: /],
    [
      dataEvent({ eventName: 'FoldObject', readOnly: undefined }),
      /^eventName: FoldObject is unknown and readOnly is absent$/,
    ],
  ])('say which field is wrong (%#)', (record, reason) => {
    expect(readingOf(record)).toEqual({ kind: 'invalid', reason: expect.stringMatching(reason) });
  });
});

describe('broken records', () => {
  it('never throw, whatever is done to a real one', () => {
    const record = fc.constantFrom(...realRecords.filter(({ eventCategory }) => eventCategory === 'Data'), dataEvent());
    const path = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        record,
        fc.array(fc.tuple(path, fc.option(fc.jsonValue(), { nil: undefined })), { maxLength: 4 }),
        (original, mutations) => {
          const broken = mutations.reduce<unknown>(
            (value, [place, replacement]) => mutated(value, place, replacement),
            original,
          );
          const reading = readingOf(broken);
          if (reading.kind === 'event') expect(parseAccessEvent(reading.value).ok).toBe(true);
          else expect(reading.kind).toMatch(/^(not-concerned|invalid)$/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

/** The value with the field at a path of positions replaced (undefined: removed); a path that ends early replaces where it ends. */
function mutated(value: unknown, [position, ...rest]: readonly number[], replacement: unknown): unknown {
  if (position === undefined || typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[position % Math.max(1, keys.length)];
  if (key === undefined) return replacement;
  const inner = mutated((value as Record<string, unknown>)[key], rest, replacement);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? inner : item))
    : { ...value, [key]: inner };
}
