import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../shared/stores/rate-limit.ts';

/** A clock that moves only while somebody sleeps. */
function simulatedTime() {
  const state = { now: 50_000, slept: 0 };
  return {
    state,
    time: {
      now: () => state.now,
      sleep: async (milliseconds: number, signal?: AbortSignal) => {
        signal?.throwIfAborted();
        state.now += milliseconds;
        state.slept += milliseconds;
      },
    },
  };
}

describe('a rate limit', () => {
  it('lets the first units through at once', async () => {
    const { state, time } = simulatedTime();

    await createRateLimit(100, time).ready();

    expect(state.slept).toBe(0);
  });

  it('waits as long as what was charged takes at the rate', async () => {
    const { state, time } = simulatedTime();
    const limit = createRateLimit(100, time);

    limit.charge(250);
    await limit.ready();
    await limit.ready();

    expect(state.slept).toBe(2_500);
  });

  it('adds up the charges of parallel readers', async () => {
    const { state, time } = simulatedTime();
    const limit = createRateLimit(1_000, time);

    limit.charge(500);
    limit.charge(500);
    await Promise.all([limit.ready(), limit.ready()]);

    expect(state.now).toBeGreaterThanOrEqual(51_000);
  });

  it('does not save up idle time for a burst', async () => {
    const { state, time } = simulatedTime();
    const limit = createRateLimit(100, time);
    limit.charge(1);
    state.now += 3_600_000;

    limit.charge(100);
    await limit.ready();

    expect(state.slept).toBe(1_000);
  });

  it('stops waiting when it is told to', async () => {
    const { time } = simulatedTime();
    const limit = createRateLimit(1, time);
    limit.charge(10);

    await expect(limit.ready(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });

  it('stops waiting in real time too', async () => {
    const limit = createRateLimit(0.001);
    limit.charge(10);
    const stopped = new AbortController();

    const waiting = limit.ready(stopped.signal);
    stopped.abort();

    await expect(waiting).rejects.toThrow('aborted');
  });
});
