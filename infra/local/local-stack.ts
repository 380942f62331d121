import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Alert } from '../../shared/model/alert.ts';
import type { AlertDigest } from '../../shared/model/alert-digest.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { REFERENCE_PREFIX } from '../../shared/stores/s3-reference-file.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { caseworkUrlParameter } from '../resource-names.ts';
import { receivePublished } from './alert-printer.ts';
import { createLocalClients } from './clients.ts';
import { ACCOUNT_ID, type EmulatorPorts, REGION, startEmulators } from './emulators.ts';
import { createEventSourceMapping } from './event-source-mapping.ts';
import { createFunctionUrl, createOpenFunctionUrl } from './function-url.ts';
import { loadFunctions } from './functions.ts';
import { closeServer, listen } from './http-server.ts';
import { provision } from './provision.ts';
import { createQueueMapping } from './queue-mapping.ts';
import { writeFailureRecord } from './write-failure-record.ts';

export interface LocalStackOptions {
  readonly ports?: EmulatorPorts;
  readonly settings?: Readonly<Record<string, string>>;
  readonly subjectKey: string;
  /** What operators would put into the evidence bucket for `ingest` and `receive` to refer to, by name. */
  readonly referenceFiles?: Readonly<Record<string, string>>;
  /** What `assess` takes for now. */
  readonly now: () => number;
  /** Arrival of a record by its sequence number, where time is simulated; undefined leaves the stream's own. */
  readonly arrivalOf?: (sequenceNumber: string) => number | undefined;
  /** Told of each alert that was published. */
  readonly onAlert: (alert: Alert) => void;
  /** Told of each digest, where more alerts came at once than are told one by one. */
  readonly onDigest: (digest: AlertDigest) => void;
}

/** `detect`'s mapping as the CDK app sets it, with a single lane: one order for one run. */
const DETECT_MAPPING = {
  batchSize: 1000,
  maximumBatchingWindowSeconds: 1,
  parallelizationFactor: 1,
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: -1,
  maximumRecordAgeInSeconds: 3600,
  reportBatchItemFailures: true,
} as const;

/** Everything that runs on AWS, on one machine: services, functions and the mappings between them. */
export type LocalStack = Awaited<ReturnType<typeof startLocalStack>>;

/** @throws Error naming port and service when a port can't be had */
export async function startLocalStack(options: LocalStackOptions) {
  const emulators = await startEmulators(options.ports ? { ports: options.ports } : {});
  const clients = createLocalClients(emulators.environment);
  try {
    const resources = await provision(emulators.environment, {
      shards: 1,
      subjectKey: options.subjectKey,
      ...(options.settings ? { settings: options.settings } : {}),
    });
    for (const [name, Body] of Object.entries(options.referenceFiles ?? {}))
      await clients.s3.send(
        new PutObjectCommand({ Bucket: resources.bucketName, Key: `${REFERENCE_PREFIX}${name}`, Body }),
      );
    const functions = await loadFunctions(emulators.environment, resources, options.now);
    const stream = createEventSourceMapping({
      ...DETECT_MAPPING,
      kinesis: clients.kinesis,
      streamName: resources.streamName,
      handler: functions.detect,
      onFailure: (record) => writeFailureRecord(clients.s3, resources.bucketName, record),
      arrival: ({ SequenceNumber = '', ApproximateArrivalTimestamp }) =>
        options.arrivalOf?.(SequenceNumber) ?? ApproximateArrivalTimestamp?.getTime() ?? 0,
    });
    const queue = createQueueMapping({
      sqs: clients.sqs,
      queueUrl: resources.alertQueueUrl,
      handler: functions.notify,
      batchSize: 10,
      reportBatchItemFailures: true,
    });
    const casework = createFunctionUrl({ region: REGION, accountId: ACCOUNT_ID, handler: functions.casework });
    const caseworkUrl = await listen(casework, 0, '127.0.0.1', 'the URL of casework');
    await clients.ssm.send(
      new PutParameterCommand({ Name: caseworkUrlParameter('local'), Value: `${caseworkUrl}/`, Type: 'String' }),
    );
    const [ingestEvents, ingestObjects] = [
      createQueueMapping({
        sqs: clients.sqs,
        queueUrl: resources.ingestEventsQueueUrl,
        handler: functions.ingest,
        batchSize: 10,
        reportBatchItemFailures: true,
      }),
      createQueueMapping({
        sqs: clients.sqs,
        queueUrl: resources.ingestObjectsQueueUrl,
        handler: functions.ingest,
        batchSize: 1,
        reportBatchItemFailures: true,
      }),
    ];
    const receive = createOpenFunctionUrl(REGION, functions.receive);
    const receiveUrl = await listen(receive, 0, '127.0.0.1', 'the URL of receive');
    const printPublished = async () => {
      for (const published of await receivePublished(clients.sqs, resources.printerQueueUrl)) {
        if ('alert' in published) options.onAlert(published.alert);
        else options.onDigest(published.digest);
      }
    };
    return {
      environment: emulators.environment,
      resources,
      clients,
      references: createDynamoReferenceStore({
        call: callsThrough(clients.dynamodb),
        tableName: resources.directoryTable,
      }),
      assess: functions.assess,
      drainStream: stream.drain,
      drainAlerts: async () => {
        if ((await queue.drain()) > 0) await printPublished();
      },
      /** From now on everything runs by itself, on the wall clock, until the stack is stopped. */
      startMappings: () => {
        ingestEvents.start();
        ingestObjects.start();
        stream.start();
        queue.start();
      },
      /** Hands what sources delivered to `ingest`. */
      drainSources: async () => {
        await ingestEvents.drain();
        await ingestObjects.drain();
      },
      /** Records may be posted here. */
      receiveUrl,
      printPublished,
      stop: async () => {
        await closeServer(receive);
        await ingestEvents.stop();
        await ingestObjects.stop();
        await stream.stop();
        await queue.stop();
        await closeServer(casework);
        clients.destroy();
        await emulators.stop();
      },
    };
  } catch (error) {
    clients.destroy();
    await emulators.stop();
    throw error;
  }
}
