import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';
import { makeDynamoCall } from '../../shared/stores/dynamo-call.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import { createDynamoSuppressionStore } from '../../shared/stores/dynamo-suppression-store.ts';
import { createKinesisAdjudicationStream } from '../../shared/stores/kinesis-adjudication-stream.ts';
import { makeRecordWriter } from '../../shared/stores/record-writer.ts';
import type { Variables } from '../environment.ts';
import { type CaseworkPorts, casework } from './casework.ts';
import { createDirectoryInForce } from './directory-in-force.ts';
import { parseCaseworkEnvironment } from './env.ts';
import { createKnownCallers } from './known-callers.ts';

/**
 * Behind a function URL that demands IAM authentication: only such a request says who made it, an invocation through Lambda's
 * own API does not. https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 *
 * @param now epoch milliseconds
 */
export function createCaseworkHandler(variables: Variables, now: () => number) {
  const environment = parseCaseworkEnvironment(variables);
  const logger = new Logger();
  const call = makeDynamoCall(variables);
  const directoryInForce = createDirectoryInForce(
    createDynamoReferenceStore({ call, tableName: environment.DIRECTORY_TABLE }),
  );
  const ports: CaseworkPorts = {
    cases: createDynamoCaseStore({ call, tableName: environment.CASES_TABLE }),
    adjudications: createKinesisAdjudicationStream(makeRecordWriter(variables), environment.STREAM_NAME),
    suppressions: createDynamoSuppressionStore({ call, tableName: environment.CASES_TABLE }),
    employeesOf: createKnownCallers(directoryInForce),
    directoryInForce,
    outsidersAllowed: environment.OUTSIDE_ANALYSTS === 'allowed',
    now,
    warn: (message, error) => logger.warn(message, { error }),
  };
  return middy<LambdaFunctionURLEventWithIAMAuthorizer, APIGatewayProxyStructuredResultV2>()
    .use(injectLambdaContext(logger))
    .handler(async ({ body = '', isBase64Encoded, requestContext }) => {
      const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
      const answer = await casework(requestContext.authorizer.iam.userArn, text, ports);
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      return { statusCode: answer.status, headers, body: JSON.stringify(answer.body) };
    });
}
