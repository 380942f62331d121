import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAdjudication } from '../../shared/model/adjudication.ts';
import { makeKinesisClient } from '../../shared/stores/clients.ts';
import { createKinesisAdjudicationStream } from '../../shared/stores/kinesis-adjudication-stream.ts';
import { makeRecordWriter } from '../../shared/stores/record-writer.ts';
import { connectServices, uniqueName } from './aws-services.ts';

let disconnect: () => Promise<void>;
beforeAll(async () => {
  disconnect = await connectServices();
});
afterAll(() => disconnect());

describe('the way of verdicts', () => {
  it('puts each under its subject’s key, whatever letters are in it', async () => {
    const kinesis = makeKinesisClient();
    const StreamName = uniqueName('verdicts');
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await waitUntilStreamExists({ client: kinesis, maxWaitTime: 60, minDelay: 1 }, { StreamName });
    const verdict = anAdjudication({
      actorId: 'jürgen+邮件@example.com',
      alertId: '00000000000000a1',
      verdict: 'dismissed',
      by: 'arn:aws:sts::000000000000:assumed-role/Analyst/jane',
      at: '2026-11-24T08:00:00.000Z',
      caseVersion: 1,
    });

    await createKinesisAdjudicationStream(makeRecordWriter(process.env), StreamName).put(verdict);

    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({ StreamName, ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual([verdict.actorId]);
    expect(JSON.parse(Buffer.from(Records[0]?.Data ?? []).toString('utf8'))).toEqual(verdict);
    await kinesis.send(new DeleteStreamCommand({ StreamName }));
    kinesis.destroy();
  });

  it('says so where there is no such stream', async () => {
    const write = makeRecordWriter(process.env);

    await expect(write({ streamName: uniqueName('none'), partitionKey: 'x', data: 'x' })).rejects.toThrow(
      'ResourceNotFoundException',
    );
  });
});
