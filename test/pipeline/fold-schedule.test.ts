import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstFoldBefore,
  foldsDue,
  SETTINGS_DELAY_MS,
  SETTINGS_STEP_MS,
  SIMULATED_FOLD_EVERY_MS,
  SNAPSHOT_DELAY_MS,
  settingsCut,
  snapshotCut,
} from '../../shared/pipeline/fold-schedule.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });

describe.each([
  ['a snapshot', snapshotCut, SNAPSHOT_DELAY_MS, MINUTE],
  ['settings', settingsCut, SETTINGS_DELAY_MS, SETTINGS_STEP_MS],
] as const)('the newest stamp of %s that may judge an event', (_, cut, delay, step) => {
  it('lies its delay before the arrival, and up to a step more', () => {
    fc.assert(
      fc.property(time, (arrival) => {
        expect(arrival - cut(arrival)).toBeGreaterThanOrEqual(delay);
        expect(arrival - cut(arrival)).toBeLessThan(delay + step);
        expect(cut(arrival) % step).toBe(0);
      }),
    );
  });

  it('is one for all events of a step, and later for later ones', () => {
    fc.assert(
      fc.property(time, fc.nat(step - 1), (arrival, later) => {
        const begins = arrival - (arrival % step) + (delay % step);
        expect(cut(begins + later)).toBe(cut(begins));
        expect(cut(arrival + later)).toBeGreaterThanOrEqual(cut(arrival));
      }),
    );
  });
});

describe('settings that were changed', () => {
  it('judge what arrives two minutes later, wherever in a minute `assess` runs, as long as that takes five seconds', () => {
    fc.assert(
      fc.property(time, fc.nat(MINUTE - 1), fc.nat(5_000), (changed, untilAssess, untilPublished) => {
        expect(settingsCut(changed + 2 * MINUTE)).toBeGreaterThanOrEqual(changed + untilAssess + untilPublished);
      }),
    );
  });

  it('judge nothing that arrived before they can have become visible', () => {
    expect(SETTINGS_DELAY_MS).toBeGreaterThanOrEqual(45_000);
    expect(SNAPSHOT_DELAY_MS).toBe(10 * MINUTE);
  });
});

describe('folds on simulated time', () => {
  it('begin early enough for the first event to be scored with one', () => {
    fc.assert(
      fc.property(time, (first) => {
        expect(firstFoldBefore(first)).toBeLessThanOrEqual(snapshotCut(first));
        expect(firstFoldBefore(first) % SIMULATED_FOLD_EVERY_MS).toBe(0);
      }),
    );
  });

  it('come at the first boundary after a change, and otherwise at noon, when a day is over everywhere', () => {
    fc.assert(
      fc.property(time, fc.nat(5 * DAY), fc.boolean(), (start, wait, changed) => {
        const last = firstFoldBefore(start);
        const arrival = last + wait;

        const due = foldsDue(last, arrival, changed);

        const boundary = last + SIMULATED_FOLD_EVERY_MS;
        const expected: number[] = [];
        for (let at = boundary; at <= arrival; at += SIMULATED_FOLD_EVERY_MS)
          if (at % DAY === DAY / 2 || (changed && at === boundary)) expected.push(at);
        expect(due).toEqual(expected);
      }),
    );
  });

  it('are not due twice', () => {
    const last = Date.UTC(2026, 8, 7, 1);
    const arrival = last + 3 * DAY;
    const due = foldsDue(last, arrival, true);
    expect(due.length).toBeGreaterThan(3);
    expect(foldsDue(due.at(-1) ?? 0, arrival, false)).toEqual([]);
  });
});
