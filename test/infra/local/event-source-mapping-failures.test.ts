import type { KinesisStreamEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { createEventSourceMapping, type EventSourceMappingOptions } from '../../../infra/local/event-source-mapping.ts';
import { type FailureRecord, failureRecordKey } from '../../../infra/local/failure-record.ts';
import { entriesOf, type LocalStream, mappingOptions, numbered, startLocalStream } from './local-stream.ts';

let stream: LocalStream;
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Texts of an invocation's records. */
const texts = (event: KinesisStreamEvent) => entriesOf(event).map(([, text]) => text);
const sequenceNumberOf = (event: KinesisStreamEvent, text: string) =>
  event.Records[texts(event).indexOf(text)]?.kinesis.sequenceNumber ?? '';

/** One shard with six records, a mapping that writes down each invocation, and the failure records it made. */
async function prepare(
  handler: (event: KinesisStreamEvent) => Promise<unknown>,
  overrides: Partial<EventSourceMappingOptions> = {},
) {
  stream = await startLocalStream(1);
  stops.push(stream.stop);
  const invocations: string[] = [];
  const failures: FailureRecord[] = [];
  const mapping = createEventSourceMapping({
    ...mappingOptions(stream),
    onFailure: async (record) => {
      failures.push(record);
    },
    ...overrides,
    handler: async (event) => {
      invocations.push(texts(event).join(' '));
      return handler(event);
    },
  });
  stops.push(mapping.stop);
  await stream.put(...numbered(6, 3));
  return { mapping, invocations, failures };
}

/** A handler that throws as long as one of its records is `poison`. */
const chokesOn = (poison: string) => async (event: KinesisStreamEvent) => {
  if (texts(event).includes(poison)) throw new Error(`no ${poison}`);
};
/** A handler that reports records as failed, as long as they are in its batch. */
const reports =
  (...failed: string[]) =>
  async (event: KinesisStreamEvent) => ({
    batchItemFailures: failed
      .filter((text) => texts(event).includes(text))
      .map((text) => ({ itemIdentifier: sequenceNumberOf(event, text) })),
  });

describe('a function that fails', () => {
  it('is given the same batch again', async () => {
    let attempts = 0;
    const { mapping, invocations, failures } = await prepare(async () => {
      attempts += 1;
      if (attempts <= 2) throw new Error('not yet');
    });

    const handled = await mapping.drain();

    expect(handled).toBe(6);
    expect(invocations).toEqual(['0 1 2 3 4 5', '0 1 2 3 4 5', '0 1 2 3 4 5']);
    expect(failures).toEqual([]);
  });

  it('is given what it reports and all after it, not what came before', async () => {
    let reported = false;
    const { mapping, invocations } = await prepare(async (event) => {
      if (reported) return undefined;
      reported = true;
      return reports('4', '2')(event);
    });

    expect(await mapping.drain()).toBe(6);

    expect(invocations).toEqual(['0 1 2 3 4 5', '2 3 4 5']);
  });

  it.each([
    ['an empty identifier', [{ itemIdentifier: '' }]],
    ['an identifier of another batch', [{ itemIdentifier: '1' }]],
  ])('is given the whole batch again after %s', async (_what, batchItemFailures) => {
    let answers = 0;
    const { mapping, invocations } = await prepare(async () => {
      answers += 1;
      return answers === 1 ? { batchItemFailures } : undefined;
    });

    expect(await mapping.drain()).toBe(6);

    expect(invocations).toEqual(['0 1 2 3 4 5', '0 1 2 3 4 5']);
  });

  it('is believed to have succeeded when what it reports is not asked for', async () => {
    const { mapping, invocations } = await prepare(reports('0'), { reportBatchItemFailures: false });

    expect(await mapping.drain()).toBe(6);

    expect(invocations).toHaveLength(1);
  });

  it('is told of every attempt to the one who watches', async () => {
    const told: string[] = [];
    const { mapping } = await prepare(chokesOn('3'), { onError: (error) => told.push(String(error)) });

    await mapping.drain();

    expect(told).toEqual(['Error: no 3', 'Error: no 3', 'Error: no 3']);
  });
});

describe('a batch that keeps failing', () => {
  it('goes to the on-failure destination after its retries, in the form that AWS gives it, and the stream goes on', async () => {
    const { mapping, invocations, failures } = await prepare(chokesOn('1'), { batchSize: 3, maximumRetryAttempts: 2 });
    const before = Date.now();

    const handled = await mapping.drain();

    expect(handled).toBe(6);
    expect(invocations).toEqual(['0 1 2', '0 1 2', '0 1 2', '3 4 5']);
    expect(failures).toHaveLength(1);
    const [failure] = failures;
    const payload: KinesisStreamEvent = JSON.parse(failure?.payload ?? '');
    expect(texts(payload)).toEqual(['0', '1', '2']);
    const times = payload.Records.map(({ kinesis }) =>
      new Date(kinesis.approximateArrivalTimestamp * 1_000).toISOString(),
    );
    expect(failure).toEqual({
      requestContext: {
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:detect',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: payload.Records[0]?.kinesis.sequenceNumber,
        endSequenceNumber: payload.Records[2]?.kinesis.sequenceNumber,
        approximateArrivalOfFirstRecord: times[0],
        approximateArrivalOfLastRecord: times[2],
        batchSize: 3,
        streamArn: `arn:aws:kinesis:us-east-1:000000000000:stream/${stream.streamName}`,
      },
      payload: failure?.payload,
    });
    expect(Date.parse(failure?.timestamp ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('is stored under the key that Lambda would choose', async () => {
    const { mapping, failures } = await prepare(chokesOn('0'), { now: () => Date.UTC(2026, 10, 3, 4, 5, 6, 789) });
    await mapping.drain();
    const [failure] = failures;
    if (!failure) throw new Error('No batch failed.');

    const key = failureRecordKey(failure, 'f89f8514-cdd9-4602-9e1f-01a5b77d449b');

    expect(key).toMatch(
      /^aws\/lambda\/f89f8514-cdd9-4602-9e1f-01a5b77d449b\/shardId-000000000000\/2026\/11\/03\/2026-11-03T04\.05\.06-[\da-f-]{36}$/,
    );
  });

  it('is split until the poisoned record is alone, and all others are handled', async () => {
    const { mapping, invocations, failures } = await prepare(chokesOn('4'), {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
    });

    const handled = await mapping.drain();

    expect(handled).toBe(6);
    expect(invocations).toEqual(['0 1 2 3 4 5', '0 1 2', '3 4 5', '3 4', '3', '4', '4', '5']);
    expect(failures.map(({ payload }) => texts(JSON.parse(payload)))).toEqual([['4']]);
    expect(failures[0]?.requestContext.approximateInvokeCount).toBe(2);
  });

  it('names only the record that was reported, when splitting and reporting are both on', async () => {
    const { mapping, invocations, failures } = await prepare(reports('2'), {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
    });

    expect(await mapping.drain()).toBe(6);

    expect(invocations).toEqual(['0 1 2 3 4 5', '2 3 4 5', '2 3', '2', '2', '3', '4 5']);
    expect(failures.map(({ KinesisBatchInfo }) => KinesisBatchInfo.batchSize)).toEqual([1]);
    // Nobody threw: AWS says null then.
    expect(failures[0]?.responseContext?.functionError).toBeNull();
  });

  it('comes again when the on-failure destination does not take it', async () => {
    let full = true;
    const { mapping, invocations } = await prepare(chokesOn('0'), {
      batchSize: 3,
      maximumRetryAttempts: 0,
      onFailure: async () => {
        if (full) throw new Error('no space left');
      },
    });

    await expect(mapping.drain()).rejects.toThrow('no space left');
    full = false;
    const handled = await mapping.drain();

    expect(handled).toBe(6);
    expect(invocations).toEqual(['0 1 2', '0 1 2', '3 4 5']);
  });

  it('is tried without end until the mapping is stopped, and comes again afterwards', async () => {
    let healthy = false;
    let attempts = 0;
    let enough = () => {};
    const fifth = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const { mapping, failures } = await prepare(
      async () => {
        attempts += 1;
        if (attempts === 5) enough();
        if (!healthy) throw new Error('still down');
      },
      { maximumRetryAttempts: -1, retryDelayMs: (inARow) => (inARow < 5 ? 0 : 60_000) },
    );
    const draining = mapping.drain();
    await fifth;

    await mapping.stop();

    expect(await draining).toBe(0);
    expect(attempts).toBe(5);
    healthy = true;
    expect(await mapping.drain()).toBe(6);
    expect(failures).toEqual([]);
  });

  it('waits longer the more often it failed', async () => {
    const failures: number[] = [];
    const { mapping } = await prepare(chokesOn('0'), {
      maximumRetryAttempts: 3,
      retryDelayMs: (inARow) => {
        failures.push(inARow);
        return 0;
      },
    });

    await mapping.drain();

    expect(failures).toEqual([1, 2, 3]);
  });
});

describe('a record that is too old', () => {
  it('is given to the on-failure destination without an invocation', async () => {
    const { mapping, invocations, failures } = await prepare(async () => {}, {
      maximumRecordAgeInSeconds: 60,
      now: () => Date.now() + 61_000,
    });

    const handled = await mapping.drain();

    expect(handled).toBe(6);
    expect(invocations).toEqual([]);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 0 });
    expect(failures[0]).not.toHaveProperty('responseContext');
    expect(failures[0]?.KinesisBatchInfo.batchSize).toBe(6);
  });

  it('ends retries that have no other end', async () => {
    let late = 0;
    const { mapping, invocations, failures } = await prepare(
      async () => {
        if (invocations.length === 4) late = 61_000;
        throw new Error('down');
      },
      { maximumRetryAttempts: -1, maximumRecordAgeInSeconds: 60, now: () => Date.now() + late },
    );

    expect(await mapping.drain()).toBe(6);

    expect(invocations).toHaveLength(4);
    expect(failures[0]?.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 4 });
    expect(failures[0]?.responseContext?.functionError).toBe('Unhandled');
  });

  it('is judged by its real arrival, not by the one that simulated time gives it', async () => {
    const { mapping, failures } = await prepare(async () => {}, {
      maximumRecordAgeInSeconds: 60,
      arrival: () => Date.UTC(2020, 0, 1),
    });

    expect(await mapping.drain()).toBe(6);

    expect(failures).toEqual([]);
  });
});
