import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTimeOrder, type TimedReading } from '../../cli/order-by-time.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { scratchFolder } from './scratch-folder.ts';

const START = Date.UTC(2026, 10, 23, 8);
const accessAt = (time: number, id: string): TimedReading => ({ kind: 'event', value: anAccessEvent({ id }), time });
const signInAt = (time: number, actorId: string): TimedReading => ({ kind: 'sign-in', value: { actorId, time } });
const nameOf = (reading: TimedReading) => (reading.kind === 'event' ? reading.value.id : reading.value.actorId);

describe('readings in order of time', () => {
  const folder = scratchFolder();
  const inOrder = async (readings: readonly TimedReading[], sortedBytes: number) => {
    const order = openTimeOrder(folder.path('in-order'), sortedBytes);
    for (const reading of readings) order.add(reading);
    const names: string[] = [];
    for await (const reading of order.inOrder()) names.push(nameOf(reading));
    order.close();
    return names;
  };

  it.each([
    ['all that fits into memory', 1 << 20],
    ['more than that, split by minutes and seconds', 2_000],
  ])('are all there, those of one moment as they came: %s', async (_, sortedBytes) => {
    const time = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 3 * 3_600_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(time, { minLength: 1, maxLength: 80 }), async (times) => {
        const readings = times.map((at, i) => accessAt(START + at, `ev-${i}-é`));

        const expected = times
          .map((at, i) => ({ at, i }))
          .sort((a, b) => a.at - b.at || a.i - b.i)
          .map(({ i }) => `ev-${i}-é`);
        expect(await inOrder(readings, sortedBytes)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it('have a sign-in before what was read in the same moment', async () => {
    const readings = [accessAt(START, 'ev-1'), accessAt(START + 1, 'ev-2'), signInAt(START, 'e-1')];

    expect(await inOrder(readings, 1 << 20)).toEqual(['e-1', 'ev-1', 'ev-2']);
    expect(await inOrder(readings, 10)).toEqual(['e-1', 'ev-1', 'ev-2']);
  });

  it('lie in files of a second each where a busy hour is too large, and nothing of them stays', async () => {
    const order = openTimeOrder(folder.path('in-order'), 2_000);
    for (let i = 0; i < 600; i++) order.add(accessAt(START + (i % 60) * 1_000, `ev-${i}`));

    const first = await order.inOrder().next();

    expect(first.value && nameOf(first.value)).toBe('ev-0');
    expect(
      readdirSync(folder.path('in-order'), { recursive: true }).filter((name) =>
        /parts\/\d+\.ndjson$/.test(String(name)),
      ),
    ).toHaveLength(61);
    order.close();
    expect(existsSync(folder.path('in-order'))).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('are gone after %s, which ends the process', async (signal) => {
    const script = `
      import { openTimeOrder } from ${JSON.stringify(join(import.meta.dirname, '../../cli/order-by-time.ts'))};
      const order = openTimeOrder(${JSON.stringify(folder.path('in-order'))});
      for (let i = 0; i < 2_000; i++) order.add(${JSON.stringify(accessAt(START, 'ev-1'))});
      await order.inOrder().next();
      process.stdout.write('written');
      for (;;) for await (const reading of order.inOrder());`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    const files = readdirSync(folder.path('in-order'));

    child.kill(signal);

    expect(await ended).toEqual([null, signal]);
    expect(files).toHaveLength(1);
    expect(existsSync(folder.path('in-order'))).toBe(false);
  });
});
