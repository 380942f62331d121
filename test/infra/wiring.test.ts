import { describe, expect, it } from 'vitest';
import { DELIVERIES, QUEUE_TIMEOUT_SECONDS } from '../../functions/notify/retry-soon.ts';
import { METRIC_NAMESPACE } from '../../shared/model/metric-names.ts';
import { type Properties, SYNTHESIS_TIMEOUT, synthesise, targetOf } from './synthesised-stack.ts';

const { ofType, only, named, resources } = synthesise();

const functionNamed = (part: string) => named('AWS::Lambda::Function', 'FunctionName', `borderwatch-prod-${part}`);
const mappingOf = (part: string) => {
  const { id } = functionNamed(part);
  const [mapping] = ofType('AWS::Lambda::EventSourceMapping').filter(
    ({ properties }) => targetOf(properties.FunctionName ?? '') === id,
  );
  return mapping?.properties ?? {};
};
const environmentOf = (part: string) =>
  (functionNamed(part).properties.Environment as Properties).Variables as Properties;
const idOf = (type: string, start: string) => only(type, start).id;

describe('how the parts are joined', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('sets every option of the mapping from the stream to detect', () => {
    const { DestinationConfig, EventSourceArn, FunctionName, Tags, ...options } = mappingOf('detect');

    expect(options).toEqual({
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 2,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 3600,
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    expect(targetOf(EventSourceArn ?? '')).toBe(idOf('AWS::Kinesis::Stream', 'AccessesStream'));
  });

  it('puts batches that were given up into the evidence bucket', () => {
    const { OnFailure } = mappingOf('detect').DestinationConfig as { readonly OnFailure: Properties };

    expect(targetOf(OnFailure.Destination ?? '')).toBe(idOf('AWS::S3::Bucket', 'EvidenceBucket'));
  });

  it('sets every option of the mapping from the stream to the archiver', () => {
    const { EventSourceArn, FunctionName, Tags, ...options } = mappingOf('archive');

    expect(options).toEqual({
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 300,
      MaximumRetryAttempts: -1,
    });
    expect(targetOf(EventSourceArn ?? '')).toBe(idOf('AWS::Kinesis::Stream', 'AccessesStream'));
    expect(targetOf(environmentOf('archive').BUCKET ?? '')).toBe(idOf('AWS::S3::Bucket', 'ArchiveBucket'));
  });

  it('sets every option of the mapping from the queue to notify', () => {
    const { EventSourceArn, FunctionName, Tags, ...options } = mappingOf('notify');

    expect(options).toEqual({
      Enabled: true,
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    expect(targetOf(EventSourceArn ?? '')).toBe(idOf('AWS::SQS::Queue', 'AlertsQueue'));
  });

  it('queues alerts in order, named by their sender, and keeps what could not be told', () => {
    const { properties } = named('AWS::SQS::Queue', 'QueueName', 'borderwatch-prod-alerts.fifo');
    const { deadLetterTargetArn, maxReceiveCount } = properties.RedrivePolicy as Properties;

    expect(properties).toMatchObject({
      FifoQueue: true,
      ContentBasedDeduplication: false,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
    expect(targetOf(deadLetterTargetArn ?? '')).toBe(idOf('AWS::SQS::Queue', 'AlertsDeadLetters'));
    expect(maxReceiveCount).toBe(DELIVERIES);
  });

  it('hides a message as long as notify thinks, and at least six times as long as it may take', () => {
    const { VisibilityTimeout } = named('AWS::SQS::Queue', 'QueueName', 'borderwatch-prod-alerts.fifo').properties;
    const { Timeout } = functionNamed('notify').properties;

    expect(VisibilityTimeout).toBe(QUEUE_TIMEOUT_SECONDS);
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * Number(Timeout));
  });

  it.each([
    ['assess', 'rate(1 minute)', 60],
    ['canary', 'rate(15 minutes)', 900],
  ])('starts %s at a %s, one at a time, and tries no run again', (part, rate, patience) => {
    const schedule = named('AWS::Scheduler::Schedule', 'Name', `borderwatch-prod-${part}`);
    const { id, properties } = functionNamed(part);
    const asynchronous = ofType('AWS::Lambda::EventInvokeConfig').filter(
      ({ properties: { FunctionName } }) => targetOf(FunctionName ?? '') === id,
    );
    const { Arn, RetryPolicy } = schedule.properties.Target as Properties;

    expect(schedule.properties).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(targetOf(Arn ?? '')).toBe(id);
    expect(RetryPolicy).toEqual({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(asynchronous.map((config) => config.properties)).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: patience }),
    ]);
    expect(properties.ReservedConcurrentExecutions).toBe(1);
  });

  const parts = ofType('AWS::Lambda::Function').map(({ properties }) =>
    String(properties.FunctionName).replace('borderwatch-prod-', ''),
  );

  it.each(parts)('runs %s on Node 24 and Arm, traced, with a log that ends', (part) => {
    const { properties } = functionNamed(part);
    const log = named('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/borderwatch-prod-${part}`);

    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
    expect(targetOf((properties.LoggingConfig as Properties).LogGroup ?? '')).toBe(log.id);
    expect(log.properties.RetentionInDays).toBe(90);
  });

  it.each(parts)('tells %s its stage, and keeps its metrics apart from other stages', (part) => {
    expect(environmentOf(part)).toMatchObject({
      STAGE: 'prod',
      POWERTOOLS_SERVICE_NAME: `borderwatch-prod-${part}`,
      POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
    });
  });

  it.each([
    [
      'detect',
      [
        'BASELINES_TABLE',
        'LINKS_TABLE',
        'LINK_LOG_TABLE',
        'DIRECTORY_TABLE',
        'CASES_TABLE',
        'ALERT_QUEUE_URL',
        'BUCKET',
        'SUBJECT_KEY_SECRET',
        'CANARY_KEY_SECRET',
        'ADDRESS_TABLE_FILE',
      ],
    ],
    [
      'assess',
      [
        'NODE_OPTIONS',
        'BASELINES_TABLE',
        'DIRECTORY_TABLE',
        'CASES_TABLE',
        'LINK_LOG_TABLE',
        'STREAM_NAME',
        'ALERT_QUEUE_URL',
        'SETTINGS_PATH',
      ],
    ],
    ['casework', ['CASES_TABLE', 'DIRECTORY_TABLE', 'STREAM_NAME', 'OUTSIDE_ANALYSTS']],
    ['notify', ['CASES_TABLE', 'ALERT_TOPIC_ARN', 'ALERT_QUEUE_URL', 'DEAD_LETTERS_URL']],
    ['canary', ['STREAM_NAME', 'CANARY_KEY_SECRET', 'ALERT_TOPIC_ARN', 'MAILBOXES']],
  ])('tells %s where everything is', (part, names) => {
    const environment = environmentOf(part);
    const ids = new Set(resources.map(({ id }) => id));

    const own = Object.keys(environment).filter((name) => !/^(POWERTOOLS_|STAGE$)/.test(name));
    const references = Object.values(environment).filter((value) => typeof value !== 'string');

    expect(own.toSorted()).toEqual(names.toSorted());
    expect(references.every((reference) => ids.has(targetOf(reference)))).toBe(true);
  });

  it('gives the engine of assess limits that fit into its memory, young and old objects together', () => {
    const { properties } = functionNamed('assess');
    const options = String(environmentOf('assess').NODE_OPTIONS);
    const limit = (name: string) => Number(new RegExp(`--max-${name}-space-size=(\\d+)`).exec(options)?.[1]);

    // Two halves for new objects, between which they are copied, and half as much again for large ones.
    const megabytes = limit('old') + 3 * limit('semi');

    expect(megabytes).toBeGreaterThan(0.8 * Number(properties.MemorySize));
    expect(megabytes).toBeLessThan(0.95 * Number(properties.MemorySize));
  });

  it('tells the canary whom mail must reach', () => {
    const mailboxesOf = (alertEmails: readonly string[]) => {
      const { named: found } = synthesise({ alertEmails });
      const { properties } = found('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-canary');
      return ((properties.Environment as Properties).Variables as Properties).MAILBOXES;
    };

    expect(mailboxesOf(['a@example.com', 'b@example.com'])).toBe('a@example.com,b@example.com');
    expect(mailboxesOf([])).toBeUndefined();
  });

  it('lets only authenticated callers reach casework, and keeps its address where the command line looks', () => {
    const url = only('AWS::Lambda::Url');
    const parameter = named('AWS::SSM::Parameter', 'Name', '/borderwatch-casework/prod/url');

    expect(url.properties).toMatchObject({ AuthType: 'AWS_IAM', InvokeMode: 'BUFFERED' });
    expect(url.properties).not.toHaveProperty('Cors');
    expect(targetOf(url.properties.TargetFunctionArn ?? '')).toBe(functionNamed('casework').id);
    expect(targetOf(parameter.properties.Value ?? '')).toBe(url.id);
    expect(ofType('AWS::Lambda::Permission').filter(({ id }) => id.startsWith('Casework'))).toEqual([]);
  });

  it.each([
    [false, 'refused'],
    [true, 'allowed'],
  ])('tells casework about people outside the directory: %s', (outsideAnalysts, said) => {
    const { named: found } = synthesise({ outsideAnalysts });
    const { properties } = found('AWS::Lambda::Function', 'FunctionName', 'borderwatch-prod-casework');

    expect((properties.Environment as Properties).Variables).toMatchObject({ OUTSIDE_ANALYSTS: said });
  });

  it('mails alerts and alarms to their own addresses', () => {
    const stack = synthesise({ alertEmails: ['a@example.com'], alarmEmails: ['b@example.com', 'c@example.com'] });

    const addresses = stack
      .ofType('AWS::SNS::Subscription')
      .map(({ properties }) => [targetOf(properties.TopicArn ?? '').replace(/[0-9A-F]{8}$/, ''), properties.Endpoint]);

    expect(addresses).toEqual([
      ['AlertTopic', 'a@example.com'],
      ['AlarmTopic', 'b@example.com'],
      ['AlarmTopic', 'c@example.com'],
    ]);
  });

  it.each(['subject-key', 'canary-key'])('never shows the %s in the template', (part) => {
    const { properties } = named('AWS::SecretsManager::Secret', 'Name', `borderwatch/prod/${part}`);

    expect(properties.GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
    expect(properties.SecretString).toBeUndefined();
  });
});
