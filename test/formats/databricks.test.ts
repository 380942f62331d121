import { describe, expect, it } from 'vitest';
import { databricksFormat } from '../../shared/formats/databricks.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';
import { parseResources } from '../../shared/model/resources.ts';

const entry = (changes: object = {}) => ({
  version: '2.0',
  timestamp: 1795402800000,
  workspaceId: '7474644',
  sourceIPAddress: '36.110.4.7',
  userIdentity: { email: 'jane.smith@example.com' },
  serviceName: 'unityCatalog',
  actionName: 'generateTemporaryTableCredential',
  requestId: 'r-1',
  requestParams: { table_full_name: 'main.users.profiles', operation: 'READ' },
  response: { statusCode: 200 },
  ...changes,
});
const read = (record: unknown) =>
  databricksFormat.read(record, undefined, { ...NO_CONTEXT, unmapped: 'unknown-region' }).readings[0];
const told = (record: unknown) => {
  const reading = read(record);
  return reading?.kind === 'event' ? reading.value : reading;
};

describe('what Databricks’ audit log tells', () => {
  it.each([
    ['generateTemporaryTableCredential', { table_full_name: 'main.users.profiles', operation: 'READ' }, 'query'],
    ['generateTemporaryTableCredential', { table_full_name: 'main.users.profiles', operation: 'READ_WRITE' }, 'update'],
    ['generateTemporaryVolumeCredential', { volume_full_name: 'main.users.profiles', operation: 'READ' }, 'query'],
    [
      'generateTemporaryVolumeCredential',
      { volume_full_name: 'main.users.profiles', operation: 'WRITE_VOLUME' },
      'update',
    ],
    ['generateTemporaryTableCredentials', { table_full_name: 'main.users.profiles', operation: 'READ' }, 'export'],
    ['deltaSharingQueriedTableChanges', { full_name_arg: 'main.users.profiles' }, 'export'],
  ])('%s %j is %s', (actionName, requestParams, action) => {
    expect(told(entry({ actionName, requestParams }))).toMatchObject({
      action,
      resource: { dataset: 'databricks:main.users.profiles' },
    });
  });

  it.each([
    ['filesGet', 'export'],
    ['createDownloadUrl', 'export'],
    ['filesPut', 'update'],
  ])('a file of a volume by %s is %s, of the volume', (actionName, action) => {
    const requestParams = { path: '/Volumes/main/users/exports/2026/us.csv' };
    expect(told(entry({ serviceName: 'filesystem', actionName, requestParams }))).toMatchObject({
      action,
      resource: { dataset: 'databricks:main.users.exports' },
    });
  });

  it.each([
    ['PATH_READ', 'query'],
    ['PATH_READ_WRITE', 'update'],
    ['PATH_CREATE_TABLE', 'update'],
  ])('credentials for a path in S3 (%s) are %s, of the bucket as resources.json has it', (operation, action) => {
    const parsed = parseResources([
      { match: { s3: { bucket: 'exports', prefix: 'users/us/' } }, dataset: 'user.exports', region: 'US' },
    ]);
    if (!parsed.ok) throw new Error(parsed.errors.join());
    const requestParams = { url: 's3://exports/users/us/2026', operation };
    const record = entry({ actionName: 'generateTemporaryPathCredential', requestParams });
    const [reading] = databricksFormat.read(record, undefined, { ...NO_CONTEXT, resources: parsed.resources }).readings;
    expect(reading).toMatchObject({ value: { action, resource: { dataset: 'user.exports' } } });
  });

  it.each([
    ['filesystem', 'filesGet', { path: '/Workspace/Users/jane/notes.txt' }],
    [
      'unityCatalog',
      'generateTemporaryPathCredential',
      { url: 'abfss://users@lake.dfs.core.windows.net/us', operation: 'PATH_READ' },
    ],
  ])('%s.%s of a path elsewhere is passed over: %j', (serviceName, actionName, requestParams) => {
    expect(read(entry({ serviceName, actionName, requestParams }))).toEqual({
      kind: 'not-concerned',
      why: 'other-service',
    });
  });

  it('counts what the recipient of a share was handed', () => {
    const result = JSON.stringify({ numRecords: '3', scannedAddFileSize: '1300', tableName: 'profiles' });
    const shared = entry({ actionName: 'deltaSharingQueriedTable', response: { statusCode: 200, result } });
    expect(told(shared)).toMatchObject({ subjects: { count: 3, countBasis: 'estimated' }, bytes: 1300 });
    expect(told(entry())).not.toHaveProperty('bytes');
  });

  it('reads rows of the system table as it does delivered records', () => {
    const { timestamp, workspaceId, sourceIPAddress, userIdentity, serviceName, actionName, requestId, ...rest } =
      entry();
    const row = {
      version: rest.version,
      event_time: new Date(timestamp).toISOString().replace('Z', '+00:00'),
      workspace_id: workspaceId,
      source_ip_address: `${sourceIPAddress}:443`,
      user_identity: JSON.stringify({ ...userIdentity, subject_name: null }),
      service_name: serviceName,
      action_name: actionName,
      request_id: requestId,
      request_params: JSON.stringify(rest.requestParams),
      response: JSON.stringify({ status_code: 200, error_message: null, result: null }),
    };
    expect(told(row)).toEqual(told(entry()));
  });

  it.each([
    [{ userIdentity: {}, identityMetadata: { runBy: 'jane.smith@example.com' } }, 'jane.smith@example.com', 'employee'],
    [
      { userIdentity: {}, identityMetadata: { run_by: 'jane.smith@example.com' } },
      'jane.smith@example.com',
      'employee',
    ],
    [{ userIdentity: { subjectName: '3d1a7c0e' } }, '3d1a7c0e', 'service'],
    [{ userIdentity: { subject_name: '3d1a7c0e' } }, '3d1a7c0e', 'service'],
    [
      { userIdentity: { email: null }, requestParams: { table_full_name: 'a.b.c', recipient_name: 'acme' } },
      'acme',
      'service',
    ],
  ])('names who it was: %j', (changes, id, type) => {
    expect(told(entry(changes))).toMatchObject({ actor: { id, type } });
  });

  it.each([
    [{ actionName: 'getTable', requestParams: { full_name_arg: 'a.b.c' } }, 'management-event'],
    [{ serviceName: 'databrickssql', actionName: 'commandSubmit' }, 'management-event'],
    [{ response: { statusCode: 404 } }, 'failed-request'],
    [{ response: { statusCode: 400 } }, 'failed-request'],
  ])('passes over what reads no data: %j', (changes, why) => {
    expect(read(entry(changes))).toEqual({ kind: 'not-concerned', why });
  });

  it.each([{ statusCode: 403 }, { statusCode: 401 }, { status_code: 403 }, { status_code: '401' }])(
    'is refused by the answer %j',
    (response) => {
      expect(told(entry({ response }))).toMatchObject({ action: 'query', outcome: 'denied' });
    },
  );

  it('hands a share’s recipient data to take away, whatever else they may do with them', () => {
    const requestParams = { table_full_name: 'main.users.profiles', operation: 'READ_WRITE' };
    expect(told(entry({ actionName: 'generateTemporaryTableCredentials', requestParams }))).toMatchObject({
      action: 'export',
    });
  });

  it.each([
    [{ eventId: 'e-1' }, 'e-1'],
    [{}, 'r-1/generateTemporaryTableCredential'],
    [{ requestId: 'r'.repeat(300) }, 'r'.repeat(256)],
  ])('goes by the id of the event, or of the request and what was done by it: %j', (changes, id) => {
    expect(told(entry(changes))).toMatchObject({ id });
  });

  it('goes by all that it says where it has no id', () => {
    const [first, again, later] = [1795402800000, 1795402800000, 1795402800001].map((timestamp) =>
      told(entry({ requestId: null, timestamp })),
    );
    expect(first).toMatchObject({ id: expect.stringMatching(/./) });
    expect(again).toEqual(first);
    expect(later).not.toMatchObject({ id: Object(first).id });
  });

  it('needs no workspace where a table is named', () => {
    expect(told(entry({ workspaceId: null }))).toMatchObject({
      resource: { dataset: 'databricks:main.users.profiles' },
    });
    expect(read(entry({ workspaceId: null, requestParams: {} }))).toMatchObject({ kind: 'invalid' });
  });

  it('says so where nobody is named', () => {
    expect(read(entry({ userIdentity: {} }))).toEqual({ kind: 'invalid', reason: 'userIdentity: names nobody' });
  });
});
