import { describe, expect, it } from 'vitest';
import { createTableRequest, TABLE_DEFINITIONS } from '../../shared/stores/table-definitions.ts';

describe('the request for a table', () => {
  it('has a partition key alone for baselines', () => {
    expect(createTableRequest(TABLE_DEFINITIONS.baselines, 'dev-baselines')).toEqual({
      TableName: 'dev-baselines',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    });
  });

  it('has a sort key for the directory, whose items may expire', () => {
    expect(createTableRequest(TABLE_DEFINITIONS.directory, 'directory').KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(TABLE_DEFINITIONS.directory.timeToLiveAttribute).toBe('expiresAt');
  });

  it('has the indexes of untold and of ongoing cases, keys only, with every key attribute defined once', () => {
    const request = createTableRequest(TABLE_DEFINITIONS.cases, 'cases');

    expect(request.GlobalSecondaryIndexes).toEqual([
      {
        IndexName: 'untold',
        KeySchema: [
          { AttributeName: 'untold', KeyType: 'HASH' },
          { AttributeName: 'storedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'ongoing',
        KeySchema: [
          { AttributeName: 'ongoing', KeyType: 'HASH' },
          { AttributeName: 'ongoingSince', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(request.AttributeDefinitions).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'untold', AttributeType: 'S' },
      { AttributeName: 'storedAt', AttributeType: 'N' },
      { AttributeName: 'ongoing', AttributeType: 'S' },
      { AttributeName: 'ongoingSince', AttributeType: 'S' },
    ]);
  });
});
