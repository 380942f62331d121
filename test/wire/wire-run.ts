import { setTimeout as sleep } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { type _Record, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { receivePublished } from '../../infra/local/alert-printer.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { firstFoldBefore, foldsDue } from '../../shared/pipeline/fold-schedule.ts';
import type { Company } from '../../shared/simulation/company.ts';
import { createDynamoBaselineStore } from '../../shared/stores/dynamo-baseline-store.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { publishDirectory, publishNetworks } from '../../shared/stores/publish-inputs.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { type FaultyStack, startFaultyStack, type Trouble } from './faulty-stack.ts';

/** What a run leaves behind. */
export interface WireOutcome {
  readonly events: number;
  /** By actor: the stored form but for its fences, as those name positions in this very stream. */
  readonly baselines: ReadonlyMap<string, string>;
  readonly cases: ReadonlyMap<string, CaseLeft>;
  /** How often each `alertId:revision` was published. */
  readonly published: ReadonlyMap<string, number>;
  readonly quarantined: number;
  readonly givenUp: number;
  readonly deadAlerts: number;
  /** Processes that the functions ran in. */
  readonly starts: number;
  readonly troubles: Readonly<Record<string, number>>;
}
export interface CaseLeft {
  readonly revision: number;
  readonly notifiedRevision: number;
  readonly alert: string;
}

/**
 * A call that fails half is repeated whole. The ring of recent events knows an actor's last 16, so a call must hold no more than
 * that, or an access could come round again after it was forgotten, which the ring does not promise to notice.
 */
const RECORDS_A_CALL = 12;
const RECORDS_A_DRAIN = 60;
const ATTEMPTS = 200;
const SUBJECT_KEY = 'a key of the tests';

/**
 * Streams a company through the stack in lockstep with simulated time, whatever goes wrong: each step is repeated until it is
 * done, so that every fold comes after the same events in every run.
 */
export async function runOverTheWire(
  company: Company,
  settings: Readonly<Record<string, string>>,
  trouble: Trouble | undefined,
  onProgress: (share: number) => void = () => {},
): Promise<WireOutcome> {
  const arrivals = new Map<string, number>();
  const stack = await startFaultyStack({
    settings,
    subjectKey: SUBJECT_KEY,
    arrival: ({ Data = new Uint8Array() }: _Record) => arrivals.get(idOf(Data)) ?? 0,
  });
  try {
    let lastFold: number | undefined;
    let changed = false;
    let latest = 0;
    let events = 0;
    let waiting: AccessEvent[] = [];
    const flush = async () => {
      for (let i = 0; i < waiting.length; i += RECORDS_A_CALL)
        await untilDone('putting records', () => put(stack, waiting.slice(i, i + RECORDS_A_CALL)));
      waiting = [];
      await untilDone('draining the stream', stack.drainStream);
      // Alerts whose telling failed come back by themselves; they are waited for at the end.
      await untilDone('draining the queue', stack.drainAlerts);
    };
    const foldAt = async (now: number) => {
      await flush();
      await untilDone('assess', () => stack.consumer.invoke({ kind: 'assess', now }));
      lastFold = now;
      changed = false;
    };
    for (const { event } of company.events()) {
      const arrival = Math.max(latest, Date.parse(event.time));
      latest = arrival;
      if (lastFold === undefined) {
        await publishInputs(stack, company, firstFoldBefore(arrival) - 1);
        // The first fold puts the settings in force. With the store down it would begin with the packaged ones.
        await foldAt(firstFoldBefore(arrival));
        if (trouble) stack.beginTrouble(trouble);
      }
      for (const due of foldsDue(lastFold ?? arrival, arrival, changed)) await foldAt(due);
      if (!arrivals.has(event.id)) arrivals.set(event.id, arrival);
      waiting.push(event);
      changed = true;
      events++;
      if (waiting.length === RECORDS_A_DRAIN) await flush();
      onProgress((arrival - company.start) / (company.end - company.start));
    }
    await flush();
    await untilTold(stack);
    stack.endTrouble();
    return await outcomeOf(stack, events);
  } finally {
    await stack.stop();
  }
}

/** A company of which only the first events happen. */
export const beginningOf = (company: Company, count: number): Company => ({
  ...company,
  events: function* () {
    let happened = 0;
    for (const delivery of company.events()) {
      if (happened++ === count) return;
      yield delivery;
    }
  },
});

const idOf = (data: Uint8Array): string => (JSON.parse(Buffer.from(data).toString()) as AccessEvent).id;

async function untilDone(doing: string, act: () => Promise<unknown>): Promise<void> {
  let cause: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await act();
      return;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`${doing} failed ${ATTEMPTS} times`, { cause });
}

async function put({ faulty, resources }: FaultyStack, events: readonly AccessEvent[]): Promise<void> {
  const Records = events.map((event) => ({ PartitionKey: event.actor.id, Data: Buffer.from(JSON.stringify(event)) }));
  const { FailedRecordCount } = await faulty.kinesis.send(
    new PutRecordsCommand({ StreamName: resources.streamName, Records }),
  );
  if (FailedRecordCount) throw new Error(`the stream refused ${FailedRecordCount} records`);
}

async function publishInputs(stack: FaultyStack, company: Company, now: number): Promise<void> {
  const references = createDynamoReferenceStore({
    call: callsThrough(stack.clients.dynamodb),
    tableName: stack.resources.directoryTable,
  });
  await publishDirectory(references, company.directoryRows, now);
  await publishNetworks(references, company.networks, now);
}

const TOLD_PAUSE_MS = 500;

/** Until no alert is queued or on its way any more. */
async function untilTold(stack: FaultyStack): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await untilDone('draining the queue', stack.drainAlerts);
    if ((await messagesIn(stack, stack.resources.alertQueueUrl)) === 0) return;
    await sleep(TOLD_PAUSE_MS);
  }
  throw new Error('alerts are still queued');
}

async function messagesIn({ clients }: FaultyStack, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

async function outcomeOf(stack: FaultyStack, events: number): Promise<WireOutcome> {
  const { clients, resources } = stack;
  const baselines = new Map<string, string>();
  const store = createDynamoBaselineStore({
    call: callsThrough(clients.dynamodb),
    tableName: resources.baselinesTable,
  });
  for await (const { actorId, baseline } of store.scan())
    baselines.set(actorId, Buffer.from(encodeBaseline({ ...baseline, fences: [] })).toString('base64'));
  const published = new Map<string, number>();
  const told = await receivePublished(clients.sqs, resources.printerQueueUrl);
  for (const { alertId, revision } of told.flatMap((each) => ('alert' in each ? [each.alert] : each.digest.cases))) {
    const name = `${alertId}:${revision}`;
    published.set(name, (published.get(name) ?? 0) + 1);
  }
  const quarantine = await clients.s3.send(
    new ListObjectsV2Command({ Bucket: resources.bucketName, Prefix: 'quarantine/' }),
  );
  return {
    events,
    baselines,
    cases: await casesOf(stack),
    published,
    quarantined: quarantine.KeyCount ?? 0,
    givenUp: stack.givenUp(),
    deadAlerts: await messagesIn(stack, resources.alertDeadLetterQueueUrl),
    starts: stack.consumer.starts(),
    troubles: stack.troubles(),
  };
}

async function casesOf({ clients, resources }: FaultyStack): Promise<ReadonlyMap<string, CaseLeft>> {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: resources.casesTable }));
  const store = createDynamoCaseStore({ call: callsThrough(clients.dynamodb), tableName: resources.casesTable });
  const cases = new Map<string, CaseLeft>();
  for (const { pk } of Items) {
    const found = await store.get(pk?.S?.slice('case#'.length) ?? '');
    if (found)
      cases.set(found.alertId, {
        revision: found.revision,
        notifiedRevision: found.notifiedRevision,
        alert: JSON.stringify(found.alert),
      });
  }
  return cases;
}
