import { describe, expect, it } from 'vitest';
import type { Access } from '../../shared/model/access.ts';
import { type Baseline, emptyDay, initialBaseline } from '../../shared/model/baseline.ts';
import { composePictures, type Pictured } from '../../shared/pipeline/compose-pictures.ts';
import { peerPriors } from '../../shared/pipeline/peer-priors.ts';
import { encodeDailyReads } from '../../shared/stats/daily-series.ts';

const DATASET = 77;
/** 10:30 in a zone five and a half hours ahead, a Monday. */
const TIME = Date.parse('2026-11-23T05:00:00Z');
const TODAY = 20_780;

function pictured(habits: Partial<Baseline['habits']> = {}): Pictured {
  const baseline: Baseline = {
    ...initialBaseline(),
    day: { ...emptyDay(TODAY, 0), protectedReads: 70 },
    dailyReads: [encodeDailyReads(3), 0, encodeDailyReads(0)],
    habits: { ...initialBaseline().habits, activeDays: 20, ...habits },
  };
  const access = {
    time: TIME,
    local: { day: TODAY, hour: 10, weekday: 0 },
    dataset: 'user.profile',
    categories: [DATASET, 0, 0, 0, 0],
  } as unknown as Access;
  return { access, baseline, peers: peerPriors({})('recsys/CN') };
}

describe('the pictures of an alert', () => {
  it('end with the day of the alert, and tell a day off from a day without reads', () => {
    const { dailyReads } = composePictures(pictured());

    expect(dailyReads).toHaveLength(35);
    expect(dailyReads.slice(-5)).toEqual([null, 0, null, 3, 70]);
  });

  it('hold the clock of the subject to the hour', () => {
    expect(composePictures(pictured()).utcOffsetMinutes).toBe(300);
  });

  it('say hours and weekdays as shares of active days', () => {
    const hours = new Array(24).fill(0).with(9, 15);

    expect(composePictures(pictured({ hours })).hours[9]).toBe(0.75);
  });

  it.each([
    ['never', 0],
    ['rarely', 1],
    ['often', 2],
  ])('tell what somebody %s uses, on %d days of 20', (self, days) => {
    const categories = [{ attribute: 0, hash: DATASET, days, lastDay: TODAY - 1 }];

    const { ladder } = composePictures(pictured({ categories }));

    expect(ladder).toEqual([{ attribute: 'dataset', value: 'user.profile', self, peers: 'never', country: 'never' }]);
  });

  it('tell what others use, and that nobody does even where so few are known that it may yet come', () => {
    const expected = (ofDataset: number) => (_: number, hash: number) => (hash === DATASET ? ofDataset : 0.004);
    const peers = { ...pictured().peers, category: expected(0.05), categoryInCountry: expected(0.004) };

    const [rung] = composePictures({ ...pictured(), peers }).ladder;

    expect(rung).toMatchObject({ peers: 'rarely', country: 'never' });
  });

  it('tell what a full list lacks as rarely used: it may have lost its place there', () => {
    const categories = Array.from({ length: 14 }, (_, i) => ({
      attribute: 0,
      hash: i + 1,
      days: 3,
      lastDay: TODAY - 1,
    }));

    expect(composePictures(pictured({ categories })).ladder[0]?.self).toBe('rarely');
    expect(composePictures(pictured({ categories: categories.slice(1) })).ladder[0]?.self).toBe('never');
  });

  it('leave out what an access has no value of', () => {
    expect(composePictures(pictured()).ladder.map(({ attribute }) => attribute)).toEqual(['dataset']);
  });
});
