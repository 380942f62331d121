import { describe, expect, it } from 'vitest';
import { accessReading, type SourceAccess } from '../../shared/formats/access-reading.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';

const read = (changes: Partial<SourceAccess> = {}) =>
  accessReading(
    {
      id: 'r-1',
      time: '2026-11-23T10:15:30Z',
      source: 'snowflake',
      actor: { id: 'jane', type: 'employee' },
      action: 'query',
      resource: { kind: 'table', source: 'snowflake', name: 'shop.users' },
      denied: false,
      ...changes,
    },
    { ...NO_CONTEXT, unmapped: 'unknown-region' },
  );
function told(changes: Partial<SourceAccess>) {
  const reading = read(changes);
  if (reading.kind !== 'event') throw new Error(JSON.stringify(reading));
  return reading.value;
}

describe('an access as a source tells it', () => {
  it('has the ticket, the device and the address that the source names', () => {
    expect(told({ ticket: 'T-1', deviceId: 'd-1', ip: '36.110.4.7' })).toMatchObject({
      approval: { ticket: 'T-1' },
      network: { ip: '36.110.4.7', deviceId: 'd-1' },
    });
    expect(told({ ip: 'laptop.example.com' })).not.toHaveProperty('network');
    expect(told({ ticket: '' })).not.toHaveProperty('approval');
  });

  it('is about as many users as rows, by estimate, where the source counts them', () => {
    expect(told({ rows: 70, bytes: 9 })).toMatchObject({ subjects: { count: 70, countBasis: 'estimated' }, bytes: 9 });
    expect(told({ rows: 0 }).subjects.count).toBe(0);
    for (const rows of [-1, 1.5, Number.NaN, null]) expect(told({ rows }).subjects).toEqual({ region: 'unknown' });
  });

  it('came to no rows and no bytes where it was refused', () => {
    const refused = told({ denied: true, rows: 70, bytes: 9 });

    expect(refused).toMatchObject({ outcome: 'denied', subjects: { region: 'unknown' } });
    expect(refused.subjects).not.toHaveProperty('count');
    expect(refused).not.toHaveProperty('bytes');
  });

  it('is not lost for a name that is longer than a data set’s', () => {
    expect(
      told({ resource: { kind: 'table', source: 'snowflake', name: 'x'.repeat(600) } }).resource.dataset,
    ).toHaveLength(512);
  });

  it('names a part of what is unmapped only where there is one', () => {
    expect(read({ resource: { kind: 's3', bucket: 'exports', key: '' } })).not.toHaveProperty('unmapped.part');
    expect(read({ resource: { kind: 's3', bucket: 'exports', key: 'a' } })).toHaveProperty('unmapped.part', 'a');
  });
});
