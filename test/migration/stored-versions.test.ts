import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { type Baseline, STORED_BASELINE_VERSIONS, WRITTEN_BASELINE_VERSION } from '../../shared/model/baseline.ts';
import { decodeBaseline, encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { itemBytes, MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { rewriteBaseline } from '../../shared/pipeline/rewrite-baseline.ts';
import { decodeSettings } from '../../shared/stores/settings-value.ts';
import { decodeSnapshot } from '../../shared/stores/snapshot-value.ts';
import { aScoringContext } from '../factories/a-history.ts';
import { accessSequences } from '../factories/access-sequences.ts';
import { anAccess } from '../factories/an-access.ts';
import { baselineAsJson, FIXTURE_ACTOR, FIXTURE_BASELINES, fixtureBytes, fixtureJson } from './stored-fixtures.ts';

const NERVOUS = aScoringContext({ alertsPerDay: 15, requireApproval: ['covered-personal-identifiers'] });
const STORED = STORED_BASELINE_VERSIONS.flatMap((version) => FIXTURE_BASELINES.map((name) => [version, name] as const));

describe('what an earlier release stored', () => {
  it.each(STORED)('is read: baseline of version %d, %s', (version, name) => {
    const bytes = fixtureBytes(version, `baseline-${name}.bin`);
    expect(bytes[0]).toBe(version);
    const then = fixtureJson(version, `baseline-${name}.json`) as Omit<Baseline, 'otherSubjects'>;
    // What was added since stands at the end, and where it is missing there is none of it.
    const verdicts = Object.assign({ waiting: [] }, then.verdicts);
    expect(baselineAsJson(decodeBaseline(bytes))).toEqual({ ...then, otherSubjects: [], verdicts });
  });

  it.each(STORED)('is still written so where that version is asked for: %d, %s', (version, name) => {
    const bytes = fixtureBytes(version, `baseline-${name}.bin`);
    expect(encodeBaseline(decodeBaseline(bytes), version)).toEqual(bytes);
  });

  it('is read: snapshot', () => {
    expect(decodeSnapshot(fixtureBytes(1, 'snapshot.bin'))).toEqual(fixtureJson(1, 'snapshot.json'));
  });

  it('is read: settings', () => {
    expect(decodeSettings(fixtureBytes(1, 'settings.bin'))).toMatchObject({
      settings: {
        ...DEFAULT_SETTINGS,
        alertsPerDay: 0.5,
        protectedRegions: ['US', 'CA'],
        homeCountries: ['US', 'CA'],
        scope: 'everyone',
      },
      errors: [],
    });
  });

  it('is read: directory', () => {
    expect(decodeDirectory(fixtureBytes(1, 'directory.bin'))).toEqual(fixtureJson(1, 'directory.json'));
  });

  it('is gone on with: the next access is scored and learned from', () => {
    for (const [version, name] of STORED) {
      const stored = decodeBaseline(fixtureBytes(version, `baseline-${name}.bin`));
      const access = anAccess({ id: 'ev-next', time: new Date(stored.updatedAt + 60_000).toISOString() });
      const applied = applyEvent(stored, access, undefined, NERVOUS);
      expect([applied.kind, applied.baseline.version]).toEqual(['applied', stored.version + 1]);
    }
  });
});

describe('a move from one stored version to the next', () => {
  it('is made by two releases: the newest version is read before it is written', () => {
    expect(STORED_BASELINE_VERSIONS).toContain(WRITTEN_BASELINE_VERSION);
    expect([...STORED_BASELINE_VERSIONS]).toEqual([...STORED_BASELINE_VERSIONS].sort((a, b) => a - b));
  });

  it.each(FIXTURE_BASELINES)('goes up without a loss: %s', (name) => {
    const file = `baseline-${name}.bin`;
    expect(rewriteBaseline(FIXTURE_ACTOR, fixtureBytes(1, file), 2)).toEqual(fixtureBytes(2, file));
  });

  it.each(['newcomer', 'settled', 'full'] as const)('goes down without a loss where there is room: %s', (name) => {
    const file = `baseline-${name}.bin`;
    expect(rewriteBaseline(FIXTURE_ACTOR, fixtureBytes(2, file), 1)).toEqual(fixtureBytes(1, file));
  });

  it('goes down within the room of an item, and loses the oldest evidence only', () => {
    const long = Array.from({ length: 10 }, (_, i) =>
      anAccess({ id: `ev-${i}`.padEnd(120, 'x'), time: new Date(Date.UTC(2026, 8, 7, 2, i)).toISOString() }),
    );
    const alerted = decodeBaseline(fixtureBytes(2, 'baseline-full.bin'));
    const evidence = long.map(({ id, time }) => ({
      id,
      time,
      action: 'read',
      dataset: 'x'.repeat(120),
      outcome: 'allowed' as const,
      approved: false,
    }));

    const down = rewriteBaseline(FIXTURE_ACTOR, encodeBaseline({ ...alerted, evidence }, 2), 1);

    const read = decodeBaseline(down);
    expect(down[0]).toBe(1);
    expect(itemBytes(FIXTURE_ACTOR, read, 1)).toBeLessThanOrEqual(MOST_ITEM_BYTES);
    expect(read.evidence.length).toBeGreaterThan(0);
    expect(read).toEqual({ ...alerted, evidence: evidence.slice(-read.evidence.length) });
  });

  it('lets both releases run at once: one actor handed to and fro is left as by one of them alone', () => {
    fc.assert(
      fc.property(
        accessSequences(30),
        fc.infiniteStream(fc.constantFrom(...STORED_BASELINE_VERSIONS)),
        (sequence, releases) => {
          let alone: Baseline | undefined;
          let shared: Uint8Array | undefined;
          for (const event of sequence) {
            const access = anAccess(event);
            alone = applyEvent(alone, access, undefined, NERVOUS).baseline;
            const after = applyEvent(shared && decodeBaseline(shared), access, undefined, NERVOUS).baseline;
            shared = encodeBaseline(after, releases.next().value);
          }
          expect(shared && decodeBaseline(shared)).toEqual(alone);
        },
      ),
      { numRuns: 40 },
    );
  });
});
