import { type Baseline, type Fence, MOST_FENCES } from '../model/baseline.ts';

/** Where a record stands in the stream; absent where there is no stream. */
export interface StreamPosition {
  /** 16 hexadecimal digits that stand for stream and shard. */
  readonly shard: string;
  readonly sequenceNumber: bigint;
}

/** Whether a record of this position was applied before. */
export const isFenced = (baseline: Baseline, { shard, sequenceNumber }: StreamPosition): boolean =>
  baseline.fences.some((fence) => fence.shard === shard && sequenceNumber <= fence.sequenceNumber);

export function moveFence(fences: readonly Fence[], { shard, sequenceNumber }: StreamPosition): readonly Fence[] {
  return [{ shard, sequenceNumber }, ...fences.filter((fence) => fence.shard !== shard)].slice(0, MOST_FENCES);
}
