import { describe, expect, it } from 'vitest';
import { initialBaseline, MOST_FENCES } from '../../shared/model/baseline.ts';
import { isFenced, moveFence, type StreamPosition } from '../../shared/pipeline/fences.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const at = (shard: number, sequenceNumber: bigint): StreamPosition => ({
  shard: shard.toString(16).padStart(16, '0'),
  sequenceNumber,
});
const fencesAfter = (positions: readonly StreamPosition[]) =>
  positions.reduce((fences, position) => moveFence(deepFreeze(fences), position), initialBaseline().fences);
const fencedAfter = (positions: readonly StreamPosition[], position: StreamPosition) =>
  isFenced({ ...initialBaseline(), fences: fencesAfter(positions) }, position);

describe('a fence', () => {
  it('holds back what was applied on its shard, and nothing of another', () => {
    const applied = [at(1, 50n), at(2, 7n)];

    expect([49n, 50n, 51n].map((sequenceNumber) => fencedAfter(applied, at(1, sequenceNumber)))).toEqual([
      true,
      true,
      false,
    ]);
    expect([7n, 8n].map((sequenceNumber) => fencedAfter(applied, at(2, sequenceNumber)))).toEqual([true, false]);
    expect(fencedAfter(applied, at(3, 1n))).toBe(false);
  });

  it('is one a shard, the latest first, and the shard that was longest without a record gives way', () => {
    const shards = Array.from({ length: MOST_FENCES }, (_, shard) => at(shard, 1n));

    expect(fencesAfter(shards)).toEqual(shards.toReversed());
    expect(fencesAfter([...shards, at(0, 2n), at(99, 1n)])).toEqual([
      at(99, 1n),
      at(0, 2n),
      ...shards.slice(2).toReversed(),
    ]);
  });
});
