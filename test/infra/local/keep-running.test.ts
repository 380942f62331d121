import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { keepRunning } from '../../../infra/local/keep-running.ts';

describe('a stack that is kept up', () => {
  it('looks for published alerts again and again without gathering listeners, until it is stopped', async () => {
    const stopped = new AbortController();
    const listeners: number[] = [];
    const calls = { startMappings: 0, assess: 0 };
    const errors: unknown[] = [];
    const stack = {
      startMappings: () => void calls.startMappings++,
      assess: async () => {
        calls.assess++;
        throw new Error('the table is away');
      },
      printPublished: async () => {
        listeners.push(getEventListeners(stopped.signal, 'abort').length);
        if (listeners.length === 5) stopped.abort();
      },
    };

    await keepRunning(stack, stopped.signal, (error) => errors.push(String(error)), 1);

    expect(listeners).toEqual([0, 0, 0, 0, 0]);
    expect(calls).toEqual({ startMappings: 1, assess: 1 });
    expect(errors).toEqual(['Error: the table is away']);
  });
});
