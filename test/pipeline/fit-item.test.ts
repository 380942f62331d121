import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Baseline, type Evidence, emptyMaxima, STORED_BASELINE_VERSIONS } from '../../shared/model/baseline.ts';
import { itemBytes, MOST_ITEM_BYTES, WRITE_UNIT_BYTES } from '../../shared/model/item-size.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { enrich } from '../../shared/pipeline/enrich.ts';
import { fitItem } from '../../shared/pipeline/fit-item.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { addressIn, anAccess, anEnrichmentContext } from '../factories/an-access.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const LATEST = Date.UTC(9999, 11, 31);
const TODAY = Math.floor(LATEST / 86_400_000);
const fences = Array.from({ length: 2 }, (_, i) => ({ shard: `${i}`.repeat(16), sequenceNumber: 10n ** 56n - 1n }));

const evidence: Evidence = {
  id: 'x'.repeat(128),
  time: LATEST,
  action: 'x'.repeat(48),
  dataset: 'x'.repeat(128),
  store: 'x'.repeat(64),
  count: MOST,
  outcome: 'allowed',
  country: 'US',
  approved: false,
};

/** Every list full and every number as large as it gets: no run of events makes a larger state. */
function largestBaseline(): Baseline {
  const maxima = { ...emptyMaxima(0), strengths: new Array(30).fill(255), evidence: 255 };
  const values = [14, 5, 6, 5, 5].flatMap((kept, attribute) =>
    Array.from({ length: kept }, (_, i) => ({ attribute, hash: 2 ** 32 - 1 - i })),
  );
  const moments = { n: 100, mean: 1, variance: 1 };
  return aBaseline(MOST, {
    updatedAt: LATEST,
    firstDay: 0,
    peerGroup: 2 ** 32 - 1,
    peerGroupDay: 0,
    fences,
    recent: new Array(32).fill(2 ** 32 - 1),
    sitting: {
      start: 1,
      last: LATEST,
      reads: MOST,
      subjects: MOST,
      protectedReads: MOST,
      protectedSubjects: MOST,
      unapproved: MOST,
      linkedSubjects: new Array(12).fill(2 ** 32 - 1),
      pace: {
        lookups: MOST,
        last: LATEST,
        meanLogGap: 1,
        squaredLogGaps: 1,
        adjacent: MOST,
        successor: 2 ** 32 - 1,
        seen: [2 ** 32 - 1, 2 ** 32 - 1],
      },
    },
    day: {
      day: TODAY,
      sittings: MOST,
      protectedSittings: MOST,
      reads: MOST,
      protectedReads: MOST,
      protectedSubjects: MOST,
      approvedReads: MOST,
      hours: 2 ** 24 - 1,
      weekday: 6,
      used: values.map((value) => ({ ...value, reads: 65_535, unapproved: 65_535 })),
      borrowed: { device: 2 ** 32 - 1, owner: '漢'.repeat(64), days: MOST, users: MOST },
      maxima,
    },
    closedDays: [maxima, maxima],
    dailyReads: new Array(35).fill(255),
    dailyOthers: new Array(35).fill(255),
    habits: {
      sittingReads: moments,
      sittingSubjects: moments,
      dayReads: moments,
      daySubjects: moments,
      sittings: 1,
      protectedSittings: 1,
      activeDays: 63,
      hours: new Array(24).fill(63),
      weekdays: new Array(7).fill(63),
      categories: values.filter((_, i) => i !== 25).map((value) => ({ ...value, days: 255, lastDay: TODAY - 8_000 })),
      usual: new Array(30).fill(255),
    },
    topSubjects: new Array(8).fill({ high: -1, low: -1, lookups: 255, days: 255, lastDay: TODAY - 8_000 }),
    otherSubjects: Array.from({ length: 12 }, (_, i) => ({
      mark: 2 ** 24 - 1,
      lookups: 15,
      days: 15,
      lastDay: TODAY - 8_000 + i,
    })),
    refusals: { last: LATEST, count: MOST, doors: new Array(8).fill(2 ** 32 - 1), strangeDoors: 8 },
    place: { time: LATEST, country: 'US', device: 2 ** 32 - 1 },
    verdicts: {
      settled: new Array(4).fill('f'.repeat(16)),
      confirmedUntil: LATEST,
      waiting: new Array(10).fill(2 ** 32 - 1),
    },
    episode: {
      outcome: 'confirmed',
      alertId: 'f'.repeat(16),
      openedAt: LATEST,
      lastEvidenceAt: LATEST,
      revision: MOST,
      toldScore: 1,
      toldSeverity: 'critical',
      toldAt: LATEST,
      toldFamilies: 1023,
      withApproval: MOST,
      withoutApproval: MOST,
      subjects: MOST,
    },
    evidence: new Array(10).fill(evidence),
  });
}

describe('an actor’s item', () => {
  const ids = fc.oneof(
    fc.string({ minLength: 1, maxLength: 256 }),
    fc.integer({ min: 1, max: 256 }).map((length) => '漢'.repeat(length)),
  );

  it('has its room even in the largest state that there is, under any id and in every stored version', () => {
    fc.assert(
      fc.property(ids, fc.constantFrom(...STORED_BASELINE_VERSIONS), (actorId, version) => {
        for (const baseline of [largestBaseline(), { ...largestBaseline(), evidence: [] }]) {
          const fitted = fitItem(deepFreeze(baseline), actorId, version);
          expect(itemBytes(actorId, fitted, version)).toBeLessThanOrEqual(MOST_ITEM_BYTES);
          expect(fitItem(fitted, actorId, version)).toEqual(fitted);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(STORED_BASELINE_VERSIONS)('needs no measuring under an id of 36 bytes (version %d)', (version) => {
    const actorId = 'x'.repeat(36);
    const bare = { ...largestBaseline(), evidence: [] };

    expect(fitItem(bare, actorId, version)).toBe(bare);
    expect(itemBytes(actorId, bare, version)).toBeLessThanOrEqual(MOST_ITEM_BYTES);
  });

  it('has room for the fences of shards that are still to come', () => {
    for (const actorId of ['e-00042', '漢'.repeat(256)]) {
      const without = fitItem({ ...largestBaseline(), fences: [] }, actorId);
      expect(without).toEqual({ ...fitItem(largestBaseline(), actorId), fences: [] });
    }
  });

  it('costs one write unit unless its last four accesses are more than that, and loses the oldest', () => {
    const settled = { ...aSettledBaseline(), fences };
    const long = Array.from({ length: 10 }, (_, i) => ({ ...evidence, id: `ev-${i}`.padEnd(36, 'x') }));
    const short = long.map((event) => ({ ...event, dataset: 'user.profile', store: 'us-primary', action: 'read' }));

    const [ofShort, ofLong] = [short, long].map((events) => fitItem({ ...settled, evidence: events }, 'e-00042', 2));

    expect(ofShort?.evidence).toEqual(short.slice(-(ofShort?.evidence.length ?? 0)));
    expect(ofShort?.evidence.length).toBeGreaterThanOrEqual(4);
    expect(itemBytes('e-00042', ofShort ?? settled, 2)).toBeLessThanOrEqual(WRITE_UNIT_BYTES);
    expect(ofLong?.evidence).toEqual(long.slice(-4));
  });

  it('loses nothing that scoring uses under an ordinary id', () => {
    const actorId = 'x'.repeat(36);
    expect(fitItem({ ...largestBaseline(), evidence: [] }, actorId)).toEqual({ ...largestBaseline(), evidence: [] });
  });

  it('stays within its room and keeps what is used most, however many data sets, devices and users somebody goes through', () => {
    const scoring = aScoringContext({ alertsPerDay: 15, requireApproval: ['covered-personal-identifiers'] });
    const context = anEnrichmentContext({ settings: scoring.settings });
    const actorId = 'e-00042';
    let baseline: Baseline | undefined;
    let largest = 0;
    for (let i = 0; i < 2_000; i++) {
      const favourite = i % 10 === 0;
      const event = anAccessEvent({
        id: `${i}`.padEnd(256, '語'),
        time: timeOn(0, 0, 0, 40 * i),
        action: favourite ? 'read' : `action-${i}`.padEnd(64, '語'),
        resource: {
          dataset: favourite ? 'user.profile' : `table-${i}`.padEnd(512, '語'),
          store: `store-${i}`.padEnd(256, '語'),
        },
        network: { ip: Object.values(addressIn)[i % 5], deviceId: `device-${i}`.padEnd(256, '語') },
        subjects: { count: MOST, ids: Array.from({ length: 5 }, (_, j) => `us-${5 * i + j}`) },
        outcome: i % 8 === 7 ? 'denied' : 'allowed',
      });
      baseline = applyEvent(baseline, enrich(event, Date.parse(event.time), context), undefined, scoring).baseline;
      if (i % 50 === 0 || i > 1_900) largest = Math.max(largest, itemBytes(actorId, { ...baseline, fences }));
    }
    expect(largest).toBeLessThanOrEqual(MOST_ITEM_BYTES);
    const profile = anAccess().categories[0];
    expect(baseline?.day.used.find(({ hash }) => hash === profile)?.reads).toBeGreaterThan(150);
    expect(baseline?.version).toBe(2_000);
  });
});
