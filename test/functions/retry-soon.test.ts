import { describe, expect, it } from 'vitest';
import {
  DELIVERIES,
  type FailedRecord,
  QUEUE_TIMEOUT_SECONDS,
  retrySoon,
  waitAfter,
} from '../../functions/notify/retry-soon.ts';

const aRecord = (messageId: string, deliveries: number): FailedRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  attributes: { ApproximateReceiveCount: String(deliveries) },
});

async function retried(records: readonly FailedRecord[], failed: readonly string[], refusal?: Error) {
  const asked: [readonly string[], number][] = [];
  const warnings: string[] = [];
  await retrySoon(
    records,
    { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) },
    {
      reappear: async (receiptHandles, seconds) => {
        asked.push([receiptHandles, seconds]);
        if (refusal) throw refusal;
      },
      warn: (message) => void warnings.push(message),
    },
  );
  return { asked, warnings };
}

describe('failed alerts', () => {
  it('come again soon, all at once, and no others', async () => {
    const { asked } = await retried([aRecord('a', 1), aRecord('b', 3), aRecord('c', 1)], ['a', 'b']);

    expect(asked).toEqual([[['handle of a', 'handle of b'], 20]]);
  });

  it('ask for nothing where nothing failed', async () => {
    const { asked } = await retried([aRecord('a', 1)], []);

    expect(asked).toEqual([]);
  });

  it('wait for the queue where it refuses, and say so', async () => {
    const { warnings } = await retried([aRecord('a', 1)], ['a'], new Error('no such receipt handle'));

    expect(warnings).toEqual(['failed messages wait for the time-out of the queue']);
  });

  it('wait longer each time, at most as long as the queue would make them, and for an hour in all', () => {
    const waits = Array.from({ length: DELIVERIES - 1 }, (_, i) => waitAfter(i + 1));

    expect(waits.slice(0, 8)).toEqual([5, 10, 20, 40, 80, 160, 320, 360]);
    expect(Math.max(...waits)).toBe(QUEUE_TIMEOUT_SECONDS);
    expect(Math.round(waits.reduce((sum, wait) => sum + wait, 0) / 60)).toBe(59);
  });
});
