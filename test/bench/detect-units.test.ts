import { beforeAll, describe, expect, it } from 'vitest';
import { quantile } from '../../bench/harness/benchmark.ts';
import { BATCH_SIZE, batchesByArrival, fullBatches } from '../../bench/workload/batches.ts';
import { meteredDetection } from '../../bench/workload/metered-detection.ts';
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

// Counts, the same on every machine: what makes them grow makes every deployment dearer. Times are for `npm run bench`.
describe('detect', () => {
  it.each([
    { k: 1, units: 1.05, besides: 0.065, calls: 1.08 },
    { k: 5, units: 0.22, besides: 0.04, calls: 0.25 },
  ])(
    'reads and writes employees for $units units an event where each has $k in a full batch, and links for $besides',
    async ({ k, units, besides, calls }) => {
      const detection = await meteredDetection(everybody, 'call');

      const batches = fullBatches(everybody.deliveries, k, 3);
      const { events, baselines, links, directory, calls: called } = await detection.run(batches);

      const { employee, source } = baselines.kinds;
      expect(employee?.writeUnits).toBeLessThanOrEqual(units * events);
      expect(baselines.readUnits).toBeLessThanOrEqual(units * events);
      // Links are a unit each: one for each subject of some one access in twenty, whom its actor has not just met. So are held windows,
      // while a case has a few, and forgetting an older one in a case that goes on for long.
      const others = links.writeUnits + baselines.writeUnits - (employee?.writeUnits ?? 0) - (source?.writeUnits ?? 0);
      expect(others).toBeLessThanOrEqual(besides * events);
      // Counts of sources: once a minute, and for each day; these batches span several.
      expect(source?.writeUnits).toBeLessThanOrEqual(MOST_UNITS_A_COUNT * DAYS * batches.length);
      expect(called).toBeLessThanOrEqual(calls * events);
      // What accesses are judged by is read once at a cold start.
      expect(directory.readUnits).toBeLessThanOrEqual(15);
      expect(directory.writeUnits).toBe(0);
    },
  );

  it('needs one unit to read and hardly more than one to write an event that is alone in its batch, as most are', async () => {
    const detection = await meteredDetection(company, 'call');

    const batches = batchesByArrival(company.deliveries.slice(0, 1_500));
    const { events, employees, baselines, links } = await detection.run(batches);

    expect(events / employees).toBeCloseTo(1, 2);
    expect(baselines.readUnits).toBeLessThanOrEqual(1.05 * events);
    expect(baselines.kinds.employee?.writeUnits).toBeLessThanOrEqual(1.05 * events);
    const { source } = baselines.kinds;
    expect(links.writeUnits + baselines.writeUnits - (source?.writeUnits ?? 0)).toBeLessThanOrEqual(1.08 * events);
    // Counts of sources: once a minute, so here no more often than there are batches.
    expect(source?.writeUnits).toBeLessThanOrEqual(MOST_UNITS_A_COUNT * batches.length);
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
