import type {
  APIGatewayProxyStructuredResultV2,
  Context,
  KinesisStreamEvent,
  LambdaFunctionURLEvent,
  LambdaFunctionURLEventWithIAMAuthorizer,
  SQSEvent,
} from 'aws-lambda';
import type { RequestAnswer } from '../../functions/receive/answer-request.ts';
import { METRIC_NAMESPACE } from '../../shared/model/metric-names.ts';
import { packagedAddressFile } from '../../shared/stores/packaged-address-file.ts';
import type { Provisioned } from './provision.ts';

/** The functions as Lambda would run them, wired to the local stack by their environment. */
export interface LocalFunctions {
  readonly detect: (event: KinesisStreamEvent) => Promise<unknown>;
  readonly assess: () => Promise<void>;
  readonly notify: (event: SQSEvent) => Promise<unknown>;
  readonly casework: (event: LambdaFunctionURLEventWithIAMAuthorizer) => Promise<APIGatewayProxyStructuredResultV2>;
  readonly ingest: (event: SQSEvent) => Promise<unknown>;
  readonly receive: (event: LambdaFunctionURLEvent) => Promise<RequestAnswer>;
}

/**
 * Sets the environment that the stack gives the functions and loads their handlers. The environment is the process's own, as
 * on Lambda: endpoints are read there.
 *
 * @param now the clock of `assess`: simulated in a demo
 */
export async function loadFunctions(
  environment: Readonly<Record<string, string>>,
  resources: Provisioned,
  now: () => number,
): Promise<LocalFunctions> {
  Object.assign(process.env, environment, {
    BASELINES_TABLE: resources.baselinesTable,
    LINKS_TABLE: resources.linksTable,
    LINK_LOG_TABLE: resources.linkLogTable,
    DIRECTORY_TABLE: resources.directoryTable,
    CASES_TABLE: resources.casesTable,
    STREAM_NAME: resources.streamName,
    ALERT_QUEUE_URL: resources.alertQueueUrl,
    DEAD_LETTERS_URL: resources.alertDeadLetterQueueUrl,
    ALERT_TOPIC_ARN: resources.alertTopicArn,
    BUCKET: resources.bucketName,
    SUBJECT_KEY_SECRET: resources.subjectKeySecretName,
    SETTINGS_PATH: resources.settingsPath,
    ADDRESS_TABLE_FILE: packagedAddressFile(),
    // Whoever runs the local stack is in nobody's directory.
    OUTSIDE_ANALYSTS: 'allowed',
    POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
    POWERTOOLS_SERVICE_NAME: 'borderwatch-local',
    // Metrics and logs go to CloudWatch on AWS; here people read the screen.
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_LOG_LEVEL: 'WARN',
  });
  const [
    { createDetectHandler },
    { createAssessHandler },
    { createNotifyHandler },
    { createCaseworkHandler },
    { createIngestHandler },
    { createReceiveHandler },
  ] = await Promise.all([
    import('../../functions/detect/create-handler.ts'),
    import('../../functions/assess/create-handler.ts'),
    import('../../functions/notify/create-handler.ts'),
    import('../../functions/casework/create-handler.ts'),
    import('../../functions/ingest/create-handler.ts'),
    import('../../functions/receive/create-handler.ts'),
  ]);
  const detect = createDetectHandler(process.env, Date.now);
  const assess = createAssessHandler(process.env, now);
  const casework = createCaseworkHandler(process.env, Date.now);
  // No mail leaves this machine, so nothing need be paced.
  const notify = createNotifyHandler(process.env, { now: Date.now, sleep: async () => {} });
  const ingest = createIngestHandler(process.env, Date.now);
  // Whatever a developer's own environment says, nothing here is signed.
  const receive = createReceiveHandler({ ...process.env, WEBHOOK_SECRET: undefined }, Date.now);
  return {
    detect: (event) => detect(event, contextOf('detect')),
    assess: () => assess({}, contextOf('assess')),
    notify: (event) => notify(event, contextOf('notify')),
    casework: (event) => casework(event, contextOf('casework')),
    ingest: (event) => ingest(event, contextOf('ingest')),
    receive: (event) => receive(event, contextOf('receive')),
  };
}

let requests = 0;

/** What Lambda tells a function about its invocation. */
function contextOf(functionName: string): Context {
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '1769',
    awsRequestId: `local-${++requests}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 60_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
