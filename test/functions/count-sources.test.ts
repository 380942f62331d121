import { describe, expect, it } from 'vitest';
import { createSourceCounter } from '../../functions/detect/count-sources.ts';
import { accessesOf, type SourceDay } from '../../shared/model/source-day.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const DAY = Math.floor(NOON / 86_400_000);
const event = anAccessEvent({ source: 'warehouse' });
const arrivalsAt = (...times: number[]) => times.map((arrival) => ({ event, country: 'CN', time: arrival, arrival }));

function aCounter() {
  const store = createMemorySourceDayStore();
  const warnings: string[] = [];
  const written: SourceDay[] = [];
  let isDown = false;
  let asked = 0;
  const counter = createSourceCounter(
    {
      add: async (day) => {
        asked++;
        if (isDown) throw new Error('the table is down');
        written.push(day);
        await store.add(day);
      },
    },
    (message) => void warnings.push(message),
  );
  const counted = async () =>
    (await store.ofDays(DAY, DAY + 2)).flatMap(({ countries }) => [...countries.values()].map(accessesOf));
  return {
    counter,
    warnings,
    written,
    counted,
    asked: () => asked,
    breakDown: (down: boolean) => {
      isDown = down;
    },
  };
}

describe('counting sources', () => {
  it('writes once a minute of arrivals, however many batches come', async () => {
    const { counter, written, counted } = aCounter();

    for (let second = 0; second <= 60; second++) await counter.take(arrivalsAt(NOON + second * 1000));

    expect(written).toHaveLength(2);
    expect(await counted()).toEqual([61]);
  });

  it('writes what an hour begins with at once, so that no hour seems empty', async () => {
    const { counter, counted } = aCounter();
    await counter.take(arrivalsAt(NOON + 3_599_000));

    await counter.take(arrivalsAt(NOON + 3_600_000));

    expect(await counted()).toEqual([2]);
  });

  it('keeps what could not be written for the next time, says so, and fails nothing', async () => {
    const { counter, warnings, counted, asked, breakDown } = aCounter();
    breakDown(true);
    await counter.take(arrivalsAt(NOON, NOON));
    await counter.take(arrivalsAt(NOON + 60_000));
    expect([warnings.length, asked()]).toEqual([2, 2]);
    breakDown(false);

    await counter.take(arrivalsAt(NOON + 120_000));

    expect(await counted()).toEqual([4]);
  });

  it('goes on with other sources, a minute later, where one is never taken', async () => {
    const counted: string[] = [];
    const add = async ({ source }: SourceDay) => {
      if (source === 'cursed') throw new Error('refused');
      counted.push(source);
    };
    const counter = createSourceCounter({ add }, () => {});
    const from = (source: string, arrival: number) => [
      { event: anAccessEvent({ source }), country: 'CN', time: arrival, arrival },
    ];

    for (const [minute, source] of ['cursed', 'warehouse', 'logs'].entries())
      await counter.take(from(source, NOON + minute * 60_000));
    await counter.take(from('logs', NOON + 180_000));

    expect(counted).toEqual(['warehouse', 'logs']);
  });

  it('writes nothing where nothing came', async () => {
    const { counter, written } = aCounter();

    await counter.take([]);

    expect(written).toEqual([]);
  });
});
