import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import {
  BASELINE_SCHEMA_VERSION,
  type Baseline,
  type Evidence,
  emptyDay,
  NO_VERDICTS,
  STORED_BASELINE_VERSIONS,
  WRITTEN_BASELINE_VERSION,
} from '../../shared/model/baseline.ts';
import {
  decodeBaseline,
  encodeBaseline,
  encodedBytes,
  readBaseline,
  writeBaseline,
} from '../../shared/model/baseline-codec.ts';
import { byteReader } from '../../shared/model/byte-reader.ts';
import { byteWriter, writeByte, writeWhole, written } from '../../shared/model/byte-writer.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { aScoringContext, aSettledBaseline, fold, foldEvents, ordinaryDays, QUIET } from '../factories/a-history.ts';
import { accessSequences } from '../factories/access-sequences.ts';
import { addressIn, anAccess } from '../factories/an-access.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';

/** Under these most sequences open an episode, by statistics or by policy, and gather evidence. */
const NERVOUS = aScoringContext({ alertsPerDay: 15, requireApproval: ['covered-personal-identifiers'] });

function folded(sequence: Parameters<typeof foldEvents>[0], scoring = NERVOUS): Baseline {
  const baseline = foldEvents(sequence, scoring);
  if (!baseline) throw new Error('no events');
  return baseline;
}

describe('a stored baseline', () => {
  it('loads as it was, whatever an actor did, from every version', () => {
    fc.assert(
      fc.property(accessSequences(80), fc.constantFrom(...STORED_BASELINE_VERSIONS), (sequence, version) => {
        const baseline = folded(sequence);
        expect(decodeBaseline(encodeBaseline(baseline, version))).toEqual(baseline);
      }),
      { numRuns: 150 },
    );
  });

  it('scores and learns as if it had never been stored', () => {
    fc.assert(
      fc.property(accessSequences(40), (sequence) => {
        let stored: Baseline | undefined;
        for (const event of sequence) {
          const access = anAccess(event);
          const kept = applyEvent(stored && decodeBaseline(encodeBaseline(stored)), access, undefined, NERVOUS);
          expect(kept).toEqual(applyEvent(stored, access, undefined, NERVOUS));
          stored = kept.baseline;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('loads before the first event', () => {
    expect(decodeBaseline(encodeBaseline(aBaseline(0)))).toEqual(aBaseline(0));
  });

  it('loads with the fences of two shards, up to the longest sequence number that Kinesis gives out', () => {
    const fences = [
      { shard: 'ffffffffffffffff', sequenceNumber: 10n ** 56n - 1n },
      { shard: '0000000000000000', sequenceNumber: 0n },
    ];
    expect(decodeBaseline(encodeBaseline(aBaseline(3, { fences }))).fences).toEqual(fences);
  });

  it.each(STORED_BASELINE_VERSIONS)('of version %d loads with the users looked up beside the top ones', (version) => {
    const otherSubjects = [
      { mark: 2 ** 24 - 1, lookups: 15, days: 15, lastDay: 20_000 },
      { mark: 0, lookups: 1, days: 1, lastDay: 20_000 },
      { mark: 0, lookups: 1, days: 1, lastDay: 20_003 },
      { mark: 0xabcdef, lookups: 9, days: 2, lastDay: 12_000 },
    ];
    const baseline = aBaseline(3, { day: emptyDay(20_001, 4), otherSubjects });

    expect(decodeBaseline(encodeBaseline(baseline, version))).toEqual(baseline);
  });

  it('has them at its end, where an earlier release stops reading', () => {
    const without = aBaseline(3, { verdicts: { settled: ['0123456789abcdef'], confirmedUntil: 7, waiting: [] } });
    const before = encodeBaseline(without);
    const after = encodeBaseline({ ...without, otherSubjects: [{ mark: 1, lookups: 1, days: 1, lastDay: -1 }] });

    expect(after.subarray(0, before.length)).toEqual(before);
  });

  const unstorable = aBaseline(3, { fences: [{ shard: '0000000000000000', sequenceNumber: 2n ** 192n }] });

  it('with a sequence number that has no room is refused, not cut', () => {
    expect(() => encodeBaseline(unstorable)).toThrow(RangeError);
  });

  it('is itself, whatever was measured or refused before it', () => {
    const [baseline, other] = [aBaseline(3, { recent: [1, 2] }), aBaseline(4)];
    const bytes = encodeBaseline(baseline);

    encodedBytes(other);
    expect(encodeBaseline(baseline)).toEqual(bytes);
    encodedBytes(baseline);
    expect(encodeBaseline(other)).not.toEqual(bytes);
    encodedBytes(baseline);
    expect(encodeBaseline(baseline, 1)[0]).toBe(1);
    encodedBytes(baseline);
    expect(() => encodeBaseline(unstorable)).toThrow(RangeError);
    expect(encodeBaseline(baseline)).toEqual(bytes);
  });

  it('is written and read among other bytes, and no further than to its end', () => {
    const baseline = aBaseline(3);
    const { length } = encodeBaseline(baseline);
    const writer = writeWhole(byteWriter(), (w) => {
      writeByte(w, 7);
      writeBaseline(w, baseline, WRITTEN_BASELINE_VERSION);
      writeByte(w, 8);
    });
    const among = (end: number) => ({ ...byteReader(written(writer)), offset: 1, end });

    expect(readBaseline(among(1 + length))).toEqual(baseline);
    for (let end = 1; end <= length; end++) expect(() => readBaseline(among(end)), `${end}`).toThrow(RangeError);
  });

  it('is the same among other bytes when it was measured before, and only counted where it has no room', () => {
    const baseline = aBaseline(3);
    const written = () => {
      const w = byteWriter();
      writeByte(w, 7);
      writeBaseline(w, baseline, WRITTEN_BASELINE_VERSION);
      writeByte(w, 8);
      return w;
    };
    encodedBytes(aBaseline(4));
    const unmeasured = written();
    const size = encodedBytes(baseline);

    expect(written()).toEqual(unmeasured);
    const [small, v1] = [byteWriter(10), byteWriter()];
    writeBaseline(small, baseline, WRITTEN_BASELINE_VERSION);
    expect(small.length).toBe(size);
    writeBaseline(v1, baseline, 1);
    expect(v1.bytes[0]).toBe(1);
  });

  it('loads after changes of peer group, when habits count for less', () => {
    // Nobody in the directory: the peer group follows the country of the address.
    fc.assert(
      fc.property(accessSequences(60, 'e-00404'), (sequence) => {
        const baseline = folded(sequence);
        expect(decodeBaseline(encodeBaseline(baseline))).toEqual(baseline);
      }),
    );
  });

  it.each([
    ['a byte order mark', '\uFEFFuser.profile'],
    ['half a surrogate pair', 'user.\uD83Dprofile'],
    ['a zero', 'user\u0000profile'],
    ['other scripts', '用户資料😀'],
  ])('loads with %s in the evidence', (_, dataset) => {
    const parsed = parseAccessEvent(structuredClone(anAccessEvent({ resource: { dataset } })));
    if (!parsed.ok) throw new Error(parsed.reason);

    const baseline = folded([parsed.event]);

    expect(baseline.evidence).toHaveLength(1);
    expect(decodeBaseline(encodeBaseline(baseline)).evidence).toEqual(baseline.evidence);
  });

  it.each(STORED_BASELINE_VERSIONS)('grows beyond its first buffer where texts are long (version %d)', (version) => {
    const long: Evidence = {
      id: '漢'.repeat(256),
      time: Date.parse(timeOn(0)),
      action: '語'.repeat(64),
      dataset: '字'.repeat(512),
      store: '文'.repeat(256),
      outcome: 'allowed',
      approved: false,
    };
    const baseline = aBaseline(3, { evidence: [long, { ...long, id: 'ev-2', count: 7 }] });

    const bytes = encodeBaseline(baseline, version);

    expect(bytes.length).toBeGreaterThan(3_000);
    expect(decodeBaseline(bytes)).toEqual(baseline);
  });

  it('with evidence of a time that is none is refused', () => {
    const event: Evidence = { id: 'ev-1', time: 0, action: 'read', dataset: 'd', outcome: 'allowed', approved: false };
    const beyondAllTimes = [4e15, 8e15, 12e15].map((time) => ({ ...event, time }));
    const inWords = Buffer.from(encodeBaseline(aBaseline(3, { evidence: [event] }), 1));
    inWords.write('soon', inWords.indexOf('1970'));

    for (const bytes of [encodeBaseline(aBaseline(3, { evidence: beyondAllTimes }), 2), inWords])
      expect(() => decodeBaseline(bytes)).toThrow('a time that is none');
  });

  it.each(STORED_BASELINE_VERSIONS)('of version %d is refused when it is cut off, at any byte', (version) => {
    const alerted = folded([...ordinaryDays([-10, 0]), anAccessEvent({ action: 'export' })]);
    // What stands behind everything else may be missing: an earlier release wrote nothing there.
    const bytes = encodeBaseline({ ...alerted, verdicts: NO_VERDICTS }, version);
    expect(decodeBaseline(bytes).episode).toBeDefined();
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeBaseline(bytes.subarray(0, length)), `${length} bytes`).toThrow(RangeError);
  });

  it.each([0, BASELINE_SCHEMA_VERSION + 1, 255])('of schema version %d is refused by it', (version) => {
    const bytes = encodeBaseline(aBaseline(7));
    bytes[0] = version;
    expect(() => decodeBaseline(bytes)).toThrow(new RangeError(`baseline schema version ${version} is unknown`));
  });

  it('that is no baseline at all is refused or read, and nothing worse', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STORED_BASELINE_VERSIONS),
        fc.uint8Array({ maxLength: 2_000 }),
        (version, noise) => {
          try {
            decodeBaseline(Uint8Array.of(version, ...noise));
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
    );
  });
});

describe('the room that a baseline takes', () => {
  const fences = Array.from({ length: 2 }, (_, i) => ({ shard: `${i}`.repeat(16), sequenceNumber: 10n ** 56n - 1n }));

  it('is less than a kilobyte for somebody with five weeks of ordinary work', () => {
    expect(encodeBaseline({ ...aSettledBaseline(), fences }).length).toBeLessThan(1_024);
  });

  /** The i-th access of somebody whose every access is about other data, users and machines, from anywhere. */
  const neverTheSame = (i: number, time: string) =>
    anAccess({
      id: `9f1c2d3e-4b5a-4c6d-8e7f-${String(i).padStart(12, '0')}`,
      time,
      action: `action-${i}`,
      resource: { dataset: `warehouse.schema.table-${i}`, store: `store-${i}` },
      network: { ip: Object.values(addressIn)[i % 4], deviceId: `device-${i}` },
      subjects: { count: i % 3 ? 4 : 100_000, ids: [0, 1, 2, 3].map((j) => `us-${4 * i + j}`) },
      outcome: i % 8 === 7 ? 'denied' : 'allowed',
    });

  /** Everything a baseline keeps is full after a few weeks of sixteen such accesses a day. */
  function fullBaseline() {
    const accesses = Array.from({ length: 16 * 40 }, (_, i) =>
      neverTheSame(i, timeOn(Math.floor(i / 16) - 40, 9, 3 * (i % 16))),
    );
    const baseline = fold(accesses);
    if (!baseline) throw new Error('no baseline');
    return baseline;
  }

  it('is no more than two kilobytes for somebody whose every access is about other data, users and machines', () => {
    const baseline = fullBaseline();
    expect(baseline.day.used).toHaveLength(34);
    expect(baseline.habits.categories.length).toBeGreaterThan(30);
    expect(encodeBaseline({ ...baseline, fences }).length).toBeLessThanOrEqual(2_048);
  });

  it('is no more than two kilobytes even while such a person is being alerted about', () => {
    const accesses = Array.from({ length: 40 }, (_, i) => neverTheSame(10_000 + i, timeOn(0, 9, i)));
    const baseline = fold(accesses, NERVOUS, fullBaseline());
    if (!baseline) throw new Error('no baseline');

    expect(baseline.episode).toBeDefined();
    expect(baseline.evidence.length).toBeGreaterThan(0);
    expect(encodeBaseline({ ...baseline, fences }).length).toBeLessThanOrEqual(2_048);
  });

  it('does not depend on how much is read: counts that no integer holds any more are not the end of an actor', () => {
    const giant = [0, 1, 2].map((i) =>
      anAccess({ id: `ev-${i}`, time: timeOn(0, 10, i), subjects: { count: Number.MAX_SAFE_INTEGER } }),
    );
    const baseline = fold(giant, aScoringContext(QUIET));
    if (!baseline) throw new Error('no baseline');

    expect(decodeBaseline(encodeBaseline(baseline))).toEqual(baseline);
  });
});
