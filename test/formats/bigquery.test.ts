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
