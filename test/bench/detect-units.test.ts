import { beforeAll, describe, expect, it } from 'vitest';
import { quantile } from '../../bench/harness/benchmark.ts';
import { BATCH_SIZE, batchesByArrival, fullBatches } from '../../bench/workload/batches.ts';
import { type Detected, meteredDetection } from '../../bench/workload/metered-detection.ts';
import { multiplyStaff, type SettledCompany, settleCompany } from '../../bench/workload/settled-company.ts';

const DAYS = 5;
/** A day of a source that is read in ten countries has some three kilobytes (shared/stores/dynamo-source-day-store.ts). */
const MOST_UNITS_A_COUNT = 4;

let company: SettledCompany;
let everybody: SettledCompany;

beforeAll(() => {
  company = settleCompany({ seed: 1, people: 60, days: 26, attacks: false, daysLeft: DAYS });
  everybody = multiplyStaff(company, Math.ceil((1.1 * BATCH_SIZE) / company.baselines.size));
}, 300_000);

/** Of whatever is billed by the event; sources are counted by the minute. */
function unitsOf({ baselines, links, linkLog }: Detected): { readonly written: number; readonly read: number } {
  const { source } = baselines.kinds;
  const tables = [baselines, links, linkLog];
  return {
    written: tables.reduce((sum, { writeUnits }) => sum + writeUnits, -(source?.writeUnits ?? 0)),
    read: tables.reduce((sum, { readUnits }) => sum + readUnits, 0),
  };
}

// Counts, the same on every machine: what makes them grow makes every deployment dearer. Times are for `npm run bench`.
describe('detect', () => {
  it.each([
    { k: 1, count: 3, units: 1.05, calls: 1.08 },
    { k: 5, count: 5, units: 0.22, calls: 0.24 },
  ])(
    'reads and writes $units units an event, links and all, where each employee has $k in a full batch',
    async ({ k, count, units, calls }) => {
      const detection = await meteredDetection(everybody, 'call');

      const batches = fullBatches(everybody.deliveries, k, count);
      const detected = await detection.run(batches);

      const { events, baselines, linkLog, directory } = detected;
      const { written, read } = unitsOf(detected);
      expect(written).toBeLessThanOrEqual(units * events);
      expect(read).toBeLessThanOrEqual(units * events);
      // Somebody looked and somebody was refused, or it would say nothing of links.
      expect(Object.keys(linkLog.kinds).toSorted()).toEqual(['looks', 'refused']);
      // Counts of sources: once a minute, and for each day; these batches span several.
      expect(baselines.kinds.source?.writeUnits).toBeLessThanOrEqual(MOST_UNITS_A_COUNT * DAYS * batches.length);
      expect(detected.calls).toBeLessThanOrEqual(calls * events);
      // What accesses are judged by is read once at a cold start.
      expect(directory.readUnits).toBeLessThanOrEqual(15);
      expect(directory.writeUnits).toBe(0);
    },
  );

  it('asks about the users of a batch at once, and notes its looks in an item an hour and its refusals in one', async () => {
    const detection = await meteredDetection(everybody, 'call');

    const batches = fullBatches(everybody.deliveries, 1, 3);
    const { links, linkLog } = await detection.run(batches);

    const { looks, refused } = linkLog.kinds;
    expect(looks?.written.length).toBeLessThanOrEqual(2 * batches.length);
    expect(refused?.written.length).toBeLessThanOrEqual(batches.length);
    expect(links.requests.BatchGetItem).toBeLessThanOrEqual(batches.length);
    expect(links.kinds.subject?.written.length).toBeGreaterThan(0);
  });

  it('needs little more than one unit to read and one to write an event that is alone in its batch, as most are', async () => {
    const detection = await meteredDetection(company, 'call');

    const batches = batchesByArrival(company.deliveries.slice(0, 1_500));
    const detected = await detection.run(batches);

    const { events, employees, baselines } = detected;
    const { written, read } = unitsOf(detected);
    expect(events / employees).toBeCloseTo(1, 2);
    expect(read).toBeLessThanOrEqual(1.05 * events);
    expect(written).toBeLessThanOrEqual(1.05 * events);
    // Counts of sources: once a minute, so here no more often than there are batches.
    expect(baselines.kinds.source?.writeUnits).toBeLessThanOrEqual(MOST_UNITS_A_COUNT * batches.length);
  });

  it('writes items of at most 800 bytes mostly, of 1,000 nearly always, and never of more than two units', async () => {
    const detection = await meteredDetection(everybody, 'call');

    const { baselines } = await detection.run(fullBatches(everybody.deliveries, 5, 5));

    const sizes = (baselines.kinds.employee?.written ?? []).toSorted((a, b) => a - b);
    expect(sizes).toHaveLength(1_000);
    expect(quantile(sizes, 0.5)).toBeLessThanOrEqual(800);
    expect(quantile(sizes, 0.95)).toBeLessThanOrEqual(1_000);
    expect(sizes.at(-1)).toBeLessThanOrEqual(2_048);
  });
});
