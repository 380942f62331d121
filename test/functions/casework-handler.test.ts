import type { Context, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCaseworkHandler } from '../../functions/casework/create-handler.ts';
import { makeDynamoClient } from '../../shared/stores/clients.ts';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { connectServices, createTable, deleteTable } from '../contracts/aws-services.ts';

/** An office's: judging it puts nothing on the stream. */
const CASE = anAlert({ subject: { type: 'region', id: 'CN' } });

describe('the casework handler over real tables', () => {
  let disconnect: () => Promise<void>;
  let dynamo: ReturnType<typeof makeDynamoClient>;
  let [cases, directory] = ['', ''];

  beforeAll(async () => {
    disconnect = await connectServices();
    dynamo = makeDynamoClient();
    directory = await createTable(dynamo, 'directory');
  });
  beforeEach(async () => {
    cases = await createTable(dynamo, 'cases');
    await store().storeRevision(CASE, 1_000);
  });
  afterEach(() => deleteTable(dynamo, cases));
  afterAll(async () => {
    await deleteTable(dynamo, directory);
    dynamo.destroy();
    await disconnect();
  });
  const store = () => createDynamoCaseStore({ call: makeDynamoCall(process.env), tableName: cases });

  /** A dismissal by somebody whom the directory doesn't know, for it is empty. */
  function dismiss(outsideAnalysts: string, encoding: 'utf8' | 'base64') {
    const variables = { CASES_TABLE: cases, DIRECTORY_TABLE: directory, STREAM_NAME: 'accesses' };
    const handler = createCaseworkHandler(
      { ...process.env, ...variables, OUTSIDE_ANALYSTS: outsideAnalysts },
      Date.now,
    );
    const body = JSON.stringify({
      action: 'resolve',
      alertId: CASE.alertId,
      verdict: 'dismissed',
      reason: 'a move to Zürich',
    });
    const request = {
      body: Buffer.from(body).toString(encoding),
      isBase64Encoded: encoding === 'base64',
      requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/jane' } } },
    } as unknown as LambdaFunctionURLEventWithIAMAuthorizer;
    return handler(request, { functionName: 'casework', awsRequestId: 'request-1', memoryLimitInMB: '256' } as Context);
  }

  it('refuses whoever the directory does not know, where the stage refuses outside analysts', async () => {
    const answer = await dismiss('refused', 'utf8');

    expect(answer).toMatchObject({ statusCode: 403, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body ?? '').error).toContain('the directory knows nobody as jane');
    expect(await store().get(CASE.alertId)).toMatchObject({ state: 'open', history: [] });
  });

  it.each(['utf8', 'base64'] as const)(
    'takes their verdict where the stage allows them, sent as %s',
    async (encoding) => {
      const answer = await dismiss('allowed', encoding);

      expect(answer).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
      expect(await store().get(CASE.alertId)).toMatchObject({
        state: 'dismissed',
        history: [{ by: 'arn:aws:iam::111122223333:user/jane', reason: 'a move to Zürich' }],
      });
    },
  );
});
