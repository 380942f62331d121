import { describe, expect, it } from 'vitest';
import { readBatch } from '../../functions/detect/read-batch.ts';
import { arrivalsBySource } from '../../functions/detect/watched-sources.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const ARRIVAL = Date.parse('2026-11-03T10:00:00Z');

/** A batch of events: from which source, how long after the access, by whom. */
const batchOf = (events: readonly (readonly [source: string, lag: number, actorId?: string])[]) =>
  readBatch(
    events.map(([source, lag, actorId = 'e-00042'], i) =>
      aStreamRecord(
        JSON.stringify({
          ...anAccessEvent({ id: `ev-${i}`, time: new Date(ARRIVAL - lag).toISOString(), actor: { id: actorId } }),
          source,
        }),
        { place: i + 1, partitionKey: actorId, arrival: ARRIVAL },
      ),
    ),
  ).byActor;

describe('what came from a source', () => {
  it('is counted over all actors, with the longest way that an event had', () => {
    const batch = batchOf([
      ['cloudtrail', 120_000],
      ['cloudtrail', 300_000, 'e-00043'],
      ['okta', 1_000],
    ]);

    expect(arrivalsBySource(batch, ['cloudtrail', 'okta'])).toEqual([
      { source: 'cloudtrail', events: 2, lagMilliseconds: 300_000 },
      { source: 'okta', events: 1, lagMilliseconds: 1_000 },
    ]);
  });

  it('is nothing where only others reported, and a name that nobody watches makes no metric', () => {
    expect(arrivalsBySource(batchOf([['made-up', 1]]), ['cloudtrail'])).toEqual([
      { source: 'cloudtrail', events: 0, lagMilliseconds: 0 },
    ]);
  });

  it('has no negative lag where a clock is ahead', () => {
    expect(arrivalsBySource(batchOf([['okta', -5_000]]), ['okta'])).toEqual([
      { source: 'okta', events: 1, lagMilliseconds: 0 },
    ]);
  });
});
