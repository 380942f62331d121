import type { SQSBatchResponse } from 'aws-lambda';
import { createIntake, type Intake } from '../../shared/intake/intake.ts';
import { readingsOf, recordIn } from '../../shared/intake/source-records.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { ingestObject, type ObjectPorts } from './ingest-object.ts';
import { readMessage } from './read-message.ts';

/**
 * Turns a batch of messages into accesses on the stream, each under its actor's id. One that can't be done now is reported, alone,
 * and comes again: of a batch's records those that the stream did not take, of objects those that were not read to their end.
 */
export async function ingestMessages(
  messages: readonly { readonly messageId: string; readonly body: string }[],
  ports: ObjectPorts,
): Promise<SQSBatchResponse> {
  const failed = new Set<string>();
  const intake = createIntake(ports);
  for (const { messageId, body } of messages) {
    const message = readMessage(body);
    switch (message.kind) {
      case 'nothing':
        break;
      case 'record':
        addRecord(intake, new TextEncoder().encode(message.text), messageId, ports);
        break;
      case 'objects':
        for (const object of message.objects) {
          if (!(await isIngested(object, ports))) failed.add(messageId);
        }
        break;
      default:
        message satisfies never;
    }
  }
  for (const messageId of await intake.flush()) failed.add(messageId);
  ports.count(METRICS.ingestPostponed, failed.size);
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Each message's record by itself: which messages come together is chance, and another one when they come again. */
function addRecord(intake: Intake, bytes: Uint8Array, messageId: string, { openReader }: ObjectPorts): void {
  const reader = openReader();
  intake.add([...readingsOf(recordIn(bytes), reader), ...reader.finish()], bytes, messageId);
}

/** One object that fails keeps the others from nothing. */
async function isIngested(object: Parameters<typeof ingestObject>[0], ports: ObjectPorts): Promise<boolean> {
  try {
    return await ingestObject(object, ports);
  } catch (error) {
    ports.warn(`object ${object.key} of ${object.bucket} has to wait`, error);
    return false;
  }
}
