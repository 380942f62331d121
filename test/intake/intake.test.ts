import { describe, expect, it } from 'vitest';
import { createIntake } from '../../shared/intake/intake.ts';
import { BYTES_A_RECORD } from '../../shared/stores/put-records.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { ingestWorld } from '../functions/ingest-ports.ts';

const NOT_CONCERNED = { kind: 'not-concerned', why: 'other-service' } as const;
const INVALID = { kind: 'invalid', reason: 'nonsense' } as const;
const BYTES = new TextEncoder().encode('a record');
const readingOf = (event: ReturnType<typeof anAccessEvent>) =>
  ({ kind: 'event', value: event, time: Date.parse(event.time) }) as const;

/** An access that takes up so many bytes of a call to the stream, its actor's id included. */
function accessOfBytes(bytes: number) {
  const withId = (id: string) => anAccessEvent({ subjects: { ids: [id] } });
  const event = withId('');
  const without = JSON.stringify(event).length + event.actor.id.length;
  return withId('x'.repeat(bytes - without));
}

describe('records on their way to the stream', () => {
  it.each([
    ['records to be put aside', 5_000, INVALID, BYTES],
    ['bytes, though nothing of them is sent', 16, NOT_CONCERNED, new Uint8Array(1_048_576)],
  ])('wait until there are so many %s, and none wait after a flush', async (_, enough, reading, bytes) => {
    const intake = createIntake(ingestWorld().ports);

    for (let i = 1; i < enough; i++) intake.add([reading], bytes, 'a');
    expect(intake.isFull()).toBe(false);
    intake.add([reading], bytes, 'a');
    expect(intake.isFull()).toBe(true);
    await intake.flush();

    expect(intake.isFull()).toBe(false);
  });

  it('are counted once each, however often is flushed', async () => {
    const { ports, counts } = ingestWorld();
    const intake = createIntake(ports);

    for (const id of ['ev-1', 'ev-2', 'ev-2']) {
      const unjoined = { ...readingOf(anAccessEvent({ id })), unjoined: 'session' } as const;
      intake.add([unjoined, NOT_CONCERNED, INVALID], BYTES, 'a');
      await intake.flush();
    }

    expect(intake.report()).toEqual({ sent: 2, repeated: 1, notConcerned: 3, putAside: 3, unjoined: 3 });
    expect(Object.fromEntries(counts)).toEqual({
      IngestSent: 2,
      IngestRepeated: 1,
      IngestNotConcerned: 3,
      IngestPutAside: 3,
      IngestUnjoined: 3,
      IngestSummedUp: 0,
    });
  });

  it('are put aside when no record of the stream can hold them, by a byte', async () => {
    const { ports, sent, putAside } = ingestWorld();
    const intake = createIntake(ports);
    const tooLarge = accessOfBytes(BYTES_A_RECORD + 1);

    intake.add([readingOf(accessOfBytes(BYTES_A_RECORD)), readingOf(tooLarge)], BYTES, 'a');
    await intake.flush();

    expect(sent).toHaveLength(1);
    expect(putAside()).toEqual([
      ["with its actor's id longer than the 1048576 bytes of a record", JSON.stringify(tooLarge)],
    ]);
  });
});
