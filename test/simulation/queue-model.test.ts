import { describe, expect, it } from 'vitest';
import { DELIVERIES } from '../../functions/notify/retry-soon.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { createAgenda } from './agenda.ts';
import type { Ending } from './invocations.ts';
import { createQueueModel, type Message } from './queue-model.ts';

const START = 1_000_000;
const fine: Ending<unknown> = { kind: 'returned', value: { batchItemFailures: [] } };

function aQueue(respond: (messages: readonly Message[], invocation: number) => Ending<unknown> = () => fine) {
  const agenda = createAgenda(START);
  const received: string[][] = [];
  const times: number[] = [];
  const queue = createQueueModel(agenda, {
    isVisibleEarly: () => false,
    invoke: (messages, ended) => {
      const invocation = received.push(messages.map(({ body }) => JSON.parse(body).alertId)) - 1;
      times.push(agenda.now() - START);
      agenda.at(agenda.now() + 100, () => ended(respond(messages, invocation), { deleted: true }));
    },
  });
  return { agenda, queue, received, times };
}

const alert = (alertId: string) => anAlert({ alertId, revision: 1 });

describe('the queue of the simulation', () => {
  it('drops what was sent within five minutes, delivered or not', async () => {
    const { agenda, queue, received } = aQueue();
    for (const at of [0, 299_000, 301_000]) agenda.at(START + at, () => queue.send([alert('a')]));

    await agenda.run();

    expect(received).toEqual([['a'], ['a']]);
  });

  it('gives out nothing more while messages are in flight, and again what was not deleted', async () => {
    const { agenda, queue, received, times } = aQueue((messages, invocation) =>
      invocation === 0
        ? { kind: 'returned', value: { batchItemFailures: [{ itemIdentifier: messages[1]?.messageId }] } }
        : fine,
    );
    queue.send([alert('a'), alert('b')]);
    agenda.at(START + 1_000, () => queue.send([alert('c')]));

    await agenda.run();

    expect(received).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect(times[1]).toBe(360_001);
  });

  it('sets a message aside after as many deliveries as the queue allows, until it is put back', async () => {
    const { agenda, queue, received } = aQueue((_, invocation) =>
      invocation < DELIVERIES ? { kind: 'threw', error: new Error('no') } : fine,
    );
    queue.send([alert('a')]);
    await agenda.run();
    expect(received).toHaveLength(DELIVERIES);
    expect(queue.idle()).toBe(false);

    expect(queue.redrive()).toBe(1);
    await agenda.run();

    expect(received).toHaveLength(DELIVERIES + 1);
    expect(queue.idle()).toBe(true);
  });
});
