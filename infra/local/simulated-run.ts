import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { type ArrivalClock, arrive, flushClock, startClock } from '../../shared/pipeline/arrival-clock.ts';
import { firstFoldBefore, foldsDue } from '../../shared/pipeline/fold-schedule.ts';

/** What the run drives: the mapping in front of `detect`, `assess`, and the queue behind. */
export interface SimulatedStack {
  readonly kinesis: KinesisClient;
  readonly streamName: string;
  /** Hands everything on the stream to `detect`. */
  readonly drainStream: () => Promise<unknown>;
  readonly assess: () => Promise<void>;
  /** Hands queued alerts to `notify` and on to whoever is subscribed. */
  readonly drainAlerts: () => Promise<void>;
}

/** Simulated time: what `assess` takes for now, and when the stream is told a record arrived. */
export interface SimulatedClock {
  readonly now: () => number;
  /** The arrival of a record that this run put on the stream; undefined for anybody else's. */
  readonly arrivalOf: (sequenceNumber: string) => number | undefined;
}

interface TimedEvent {
  readonly actorId: string;
  readonly time: number;
  readonly event: AccessEvent;
}

/** PutRecords takes 500 records and 5 MiB a call; ours are a few hundred bytes each. */
const RECORDS_A_CALL = 500;

/**
 * Drives the whole stack on simulated time, in lockstep: the stream is drained before each fold, so that a run is the same
 * every time and the same as `replay`.
 */
export function createSimulatedRun(stackOf: (clock: SimulatedClock) => SimulatedStack) {
  const arrivals = new Map<string, number>();
  let now = 0;
  let lastFold: number | undefined;
  let clock: ArrivalClock<TimedEvent> = startClock();
  let waiting: { readonly item: TimedEvent; readonly arrival: number }[] = [];
  let changed = false;
  const stack = stackOf({ now: () => now, arrivalOf: (sequenceNumber) => arrivals.get(sequenceNumber) });

  const foldAt = async (time: number) => {
    await flush();
    now = time;
    await stack.assess();
    // What it put on the stream comes before whatever arrives next.
    await stack.drainStream();
    lastFold = time;
    changed = false;
  };
  const flush = async () => {
    if (waiting.length === 0) return;
    for (let i = 0; i < waiting.length; i += RECORDS_A_CALL) await put(waiting.slice(i, i + RECORDS_A_CALL));
    waiting = [];
    await stack.drainStream();
    arrivals.clear();
    await stack.drainAlerts();
  };
  const put = async (records: typeof waiting) => {
    const { Records = [], FailedRecordCount } = await stack.kinesis.send(
      new PutRecordsCommand({
        StreamName: stack.streamName,
        Records: records.map(({ item }) => ({
          PartitionKey: item.actorId,
          Data: new TextEncoder().encode(JSON.stringify(item.event)),
        })),
      }),
    );
    if (FailedRecordCount) throw new Error(`the local stream refused ${FailedRecordCount} records`);
    for (const [i, { SequenceNumber }] of Records.entries())
      if (SequenceNumber !== undefined) arrivals.set(SequenceNumber, records[i]?.arrival ?? now);
  };
  const handle = async (steps: ReturnType<typeof flushClock<TimedEvent>>) => {
    for (const step of steps) {
      // What nobody confirmed goes on the stream as well: it arrives now, and `detect` puts it aside.
      const arrival = step.kind === 'arrived' ? step.arrival : (clock.now ?? step.item.time);
      if (lastFold === undefined) await foldAt(firstFoldBefore(arrival));
      for (const due of foldsDue(lastFold ?? arrival, arrival, changed)) await foldAt(due);
      waiting.push({ item: step.item, arrival });
      changed = true;
    }
  };
  return {
    take: async (event: AccessEvent): Promise<void> => {
      const step = arrive(clock, { actorId: event.actor.id, time: Date.parse(event.time), event });
      clock = step.clock;
      await handle(step.arrivals);
    },
    /** Takes what still waits, and drains everything. */
    finish: async (): Promise<void> => {
      await handle(flushClock(clock));
      await flush();
    },
  };
}
