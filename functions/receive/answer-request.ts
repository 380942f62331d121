import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { SourceReader } from '../../shared/formats/source-reader.ts';
import { inflate, MAXIMUM_RATIO, UnreadableSource } from '../../shared/intake/inflate.ts';
import { createIntake, type IntakePorts, NO_BYTES } from '../../shared/intake/intake.ts';
import { readingsOf, sourceRecords } from '../../shared/intake/source-records.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { isSigned } from './webhook-signature.ts';

export interface RequestPorts extends IntakePorts {
  /** Reads the records of one request, whatever formats are mixed in it, and joins them; asked for once the signature counts. */
  readonly openReader: () => Promise<SourceReader>;
  /** The secret that requests are signed with. @default the function's URL is for those alone whom IAM lets in */
  readonly webhookSecret?: () => Promise<string>;
}

/** What the caller is told. */
export interface RequestAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What may come out of one body; Lambda takes six megabytes in. */
export const MAXIMUM_BODY_BYTES = 64 * 1_048_576;

/**
 * Takes a POST of records, as an object would hold them, plain or gzip. It is answered once the stream has them:
 *
 * - 200 with what became of them; records that can't be read were put aside and are counted
 * - 400 when there is not one record, or the body's gzip is damaged; 413 when it is too much
 * - 401 without a signature that counts
 * - 503 when the stream did not take all: to be sent again, whole, what was sent already is recognised
 */
export async function answerRequest(event: LambdaFunctionURLEvent, ports: RequestPorts): Promise<RequestAnswer> {
  const refused = (statusCode: number, reason: string) => {
    ports.count(METRICS.ingestRefused, 1);
    return answer(statusCode, { error: reason });
  };
  if (event.requestContext.http.method !== 'POST') return refused(405, 'records are sent by POST');
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (ports.webhookSecret && !isSigned(event.headers, body, await ports.webhookSecret(), ports.now()))
    return refused(401, 'the signature does not count');

  const intake = createIntake(ports);
  const reader = await ports.openReader();
  const lost = new Set<string>();
  const flush = async () => {
    for (const origin of await intake.flush()) lost.add(origin);
  };
  let found = 0;
  try {
    const bytes = inflate(inOnePiece(body), { bytes: MAXIMUM_BODY_BYTES, ratio: MAXIMUM_RATIO });
    for await (const some of sourceRecords(bytes)) {
      for (const record of some) {
        found++;
        intake.add(readingsOf(record, reader), record.bytes, 'request');
        if (intake.isFull()) await flush();
      }
    }
    intake.add(reader.finish(), NO_BYTES, 'request');
  } catch (error) {
    if (!(error instanceof UnreadableSource)) throw error;
    await flush();
    return refused(error.message.startsWith('more than') ? 413 : 400, error.message);
  }
  await flush();
  if (lost.size > 0) {
    ports.count(METRICS.ingestPostponed, 1);
    return {
      ...answer(503, { error: 'the stream takes no more records' }),
      headers: { ...JSON_TYPE, 'retry-after': '10' },
    };
  }
  return found === 0 ? refused(400, 'there is no record in it') : answer(200, intake.report());
}

const JSON_TYPE = { 'content-type': 'application/json' } as const;

const answer = (statusCode: number, body: object): RequestAnswer => ({
  statusCode,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
});

async function* inOnePiece(body: Uint8Array) {
  yield body;
}
