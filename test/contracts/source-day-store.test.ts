import { beforeEach, describe, expect, it } from 'vitest';
import { type CountryDay, NO_COUNTRY_DAY, OTHER_SOURCES, SOURCES_KEPT } from '../../shared/model/source-day.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { createMemorySourceDayStore } from '../../shared/stores/memory-source-day-store.ts';
import type { SourceDayStore } from '../../shared/stores/ports.ts';
import { useTable } from './test-table.ts';

const DAY = 20_700;
const at = (hour: number, count: number): CountryDay => ({
  ...NO_COUNTRY_DAY,
  hours: NO_COUNTRY_DAY.hours.map((_, index) => (index === hour ? count : 0)),
});

const table = useTable('baselines', 'for each test');

describe.each([
  {
    name: 'memory',
    makeStore: () => {
      const store = createMemorySourceDayStore();
      return { store, another: store };
    },
  },
  {
    name: 'DynamoDB',
    makeStore: () => ({
      store: createDynamoSourceDayStore(table),
      another: createDynamoSourceDayStore(table),
    }),
  },
])('counts of sources in $name', ({ makeStore }) => {
  let store: SourceDayStore;
  let another: SourceDayStore;
  beforeEach(() => {
    ({ store, another } = makeStore());
  });

  it('are what was added, by whomever', async () => {
    const counted: CountryDay = { hours: at(3, 7).hours, missing: [1, 0, 2, 0, 0, 3], lags: [4, 0, 0, 0, 2, 1] };
    await store.add({ source: 'warehouse', day: DAY, countries: new Map([['CN', counted]]) });
    await another.add({
      source: 'warehouse',
      day: DAY,
      countries: new Map([
        ['CN', counted],
        ['US', at(23, 1)],
      ]),
    });

    expect(await another.ofDays(DAY, DAY + 1)).toEqual([
      {
        source: 'warehouse',
        day: DAY,
        countries: new Map([
          ['CN', { hours: at(3, 14).hours, missing: [2, 0, 4, 0, 0, 6], lags: [8, 0, 0, 0, 4, 2] }],
          ['US', at(23, 1)],
        ]),
      },
    ]);
  });

  it('are kept apart by source and day, whatever a source is called', async () => {
    for (const [source, day] of [
      ['a#b', DAY],
      ['a', DAY],
      ['a', DAY + 1],
      ['names', DAY + 2],
    ] as const)
      await store.add({ source, day, countries: new Map([['CN', at(0, 1)]]) });

    const found = (await store.ofDays(DAY, DAY + 2)).map(({ source, day }) => `${source} ${day - DAY}`);
    expect(found.toSorted()).toEqual(['a 0', 'a 1', 'a#b 0']);
  });

  it('of nothing are nothing', async () => {
    expect(await store.ofDays(DAY, DAY + 56)).toEqual([]);
  });

  it('take every count that a day can have', async () => {
    const full: CountryDay = {
      hours: NO_COUNTRY_DAY.hours.map((_, i) => i + 1),
      missing: NO_COUNTRY_DAY.missing.map((_, i) => i + 1),
      lags: NO_COUNTRY_DAY.lags.map((_, i) => i + 1),
    };
    const countries = new Map(['CN', 'US', 'IE', 'SG', 'unknown'].map((country) => [country, full]));

    await store.add({ source: 'warehouse', day: DAY, countries });

    expect(await store.ofDays(DAY, DAY + 1)).toEqual([{ source: 'warehouse', day: DAY, countries }]);
  });

  it('beyond fifty names are counted together', async () => {
    for (let i = 0; i < SOURCES_KEPT + 3; i++)
      await (i % 2 ? store : another).add({ source: `s-${i}`, day: DAY, countries: new Map([['CN', at(0, 1)]]) });
    await store.add({ source: 's-0', day: DAY, countries: new Map([['CN', at(0, 1)]]) });

    const found = new Map(
      (await store.ofDays(DAY, DAY + 1)).map((of) => [of.source, of.countries.get('CN')?.hours[0]]),
    );
    expect(found.size).toBe(SOURCES_KEPT + 1);
    expect([found.get('s-0'), found.get(OTHER_SOURCES)]).toEqual([2, 3]);
  });
});
