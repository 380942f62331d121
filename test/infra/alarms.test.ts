import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ASSUMPTIONS } from '../../cli/cost/cost-model.ts';
import { anchorOf } from '../../infra/runbook-anchor.ts';
import { METRICS, SOURCE_DIMENSION } from '../../shared/model/metric-names.ts';
import {
  type Json,
  type Properties,
  SYNTHESIS_TIMEOUT,
  statementsOf,
  synthesise,
  targetOf,
} from './synthesised-stack.ts';

/** With everything that a stage may have. */
const { ofType } = synthesise({
  slackWebhookSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack/alerts-a1b2c3',
  securityHub: true,
  ingest: {
    cloudTrail: true,
    buckets: ['trail'],
    url: 'webhook',
    webhookSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:webhook-a1b2c3',
  },
  sources: { cloudtrail: { quietHours: 3 }, okta: {} },
});
const alarms = ofType('AWS::CloudWatch::Alarm');

const runbook = readFileSync('docs/runbook.md', 'utf8');
const anchors = new Set([...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? '')));
const linkOf = (description: Json | undefined) => /What to do: (\S+)#(\S+)$/.exec(String(description));

/** The metrics of an alarm on an expression, or on a metric with a label. */
const partsOf = ({ Metrics }: Properties) => (Metrics ?? []) as unknown as readonly Part[];
interface Part {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: Properties; readonly Period: number; readonly Stat: string };
}
const periodOf = (properties: Properties): number =>
  Math.max(...partsOf(properties).map(({ MetricStat }) => MetricStat?.Period ?? 0), Number(properties.Period ?? 0));

/** Every metric that an alarm looks at, directly or in an expression. */
const metricsOf = (properties: Properties): readonly Properties[] => {
  const { MetricName, Namespace, Dimensions } = properties;
  const inExpressions = partsOf(properties).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
  return MetricName === undefined
    ? inExpressions
    : [{ MetricName, Namespace: Namespace ?? '', Dimensions: Dimensions ?? [] }];
};

/** An alarm in one line: what is looked at, when it rings, and what its expression is made of. */
function ringsWhen(properties: Properties): string {
  const { ComparisonOperator, DatapointsToAlarm, EvaluationPeriods, Threshold, TreatMissingData } = properties;
  const [whole, ...parts] = partsOf(properties).map(({ Id, Expression, MetricStat }) => {
    if (!MetricStat) return { Id, text: Expression };
    const of = (MetricStat.Metric.Dimensions as readonly Properties[]).map(({ Value }) =>
      targetOf(Value ?? '').replace(/^borderwatch-prod-|[0-9A-F]{8}$/g, ''),
    );
    return { Id, text: `${MetricStat.Stat} ${MetricStat.Metric.MetricName} of ${of.join(' ')}` };
  });
  const beyond = { GreaterThanThreshold: '>', LessThanThreshold: '<' }[String(ComparisonOperator)];
  const periods = `${DatapointsToAlarm} of ${EvaluationPeriods} x ${periodOf(properties)} s`;
  const silence = TreatMissingData === 'breaching' ? ' or silence' : '';
  return [
    `${whole?.text} ${beyond} ${Threshold}, ${periods}${silence}`,
    ...parts.map(({ Id, text }) => `${Id}: ${text}`),
  ].join('; ');
}

describe('the alarms', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('look at as many metrics as the cost model bills', () => {
    // One for each source that is watched, of which this stage has two.
    const moreSources = ASSUMPTIONS.sources - 2;
    expect(alarms.flatMap(({ properties }) => metricsOf(properties))).toHaveLength(
      ASSUMPTIONS.alarmMetrics - moreSources,
    );
  });

  it('each link a heading of the runbook', () => {
    const broken = alarms.filter(({ properties }) => {
      const [, file, anchor] = linkOf(properties.AlarmDescription) ?? [];
      return file !== 'docs/runbook.md' || !anchors.has(anchor ?? '');
    });

    expect(alarms.length).toBeGreaterThan(0);
    expect(broken.map(({ properties }) => properties.AlarmDescription)).toEqual([]);
  });

  it('ring when they should', () => {
    const rings = Object.fromEntries(
      alarms.map(({ properties }) => [
        String(properties.AlarmName).replace('borderwatch-prod-', ''),
        ringsWhen(properties),
      ]),
    );

    expect(rings).toEqual({
      'intake-is-throttled': 'Sum Throttles of IngestFunction > 0, 3 of 5 x 60 s',
      'requests-are-turned-away': 'Sum Throttles of ReceiveFunction > 0, 3 of 5 x 60 s',
      'requests-fail':
        'FILL(errors, 0) + FILL(postponed, 0) > 0, 2 of 12 x 300 s; errors: Sum Errors of ReceiveFunction; postponed: Sum IngestPostponed of receive',
      'records-can-not-be-read':
        'FILL(m0, 0) + FILL(m1, 0) > 0, 1 of 1 x 900 s; m0: Sum IngestPutAside of ingest; m1: Sum IngestPutAside of receive',
      'an-actor-is-too-fast-for-its-shard':
        'FILL(m0, 0) + FILL(m1, 0) > 0, 1 of 1 x 900 s; m0: Sum IngestSummedUp of ingest; m1: Sum IngestSummedUp of receive',
      'intake-fails':
        'FILL(errors, 0) + FILL(postponed, 0) > 0, 2 of 12 x 300 s; errors: Sum Errors of IngestFunction; postponed: Sum IngestPostponed of ingest',
      'events-do-not-reach-the-intake': 'Sum FailedInvocations of IngestCloudTrail > 0, 1 of 1 x 300 s',
      'intake-falls-behind':
        'MAX(METRICS()) > 900, 3 of 3 x 300 s; m0: Maximum ApproximateAgeOfOldestMessage of IngestEventsQueue; m1: Maximum ApproximateAgeOfOldestMessage of IngestObjectsQueue',
      'intake-gave-up':
        'MAX(METRICS()) > 0, 1 of 1 x 300 s; m0: Maximum ApproximateNumberOfMessagesVisible of IngestEventsDeadLettersQueue; m1: Maximum ApproximateNumberOfMessagesVisible of IngestObjectsDeadLettersQueue',
      'no-events-at-all':
        'FILL(incoming, 0) - FILL(sent, 0) < 1, 1 of 1 x 3600 s or silence; incoming: Sum IncomingRecords of AccessesStream; sent: Sum CanarySent of canary',
      'the-stream-refuses-events': 'Sum WriteProvisionedThroughputExceeded of AccessesStream > 0, 3 of 5 x 60 s',
      'the-archive-falls-behind': 'Maximum IteratorAge of ArchiverFunction > 3600000, 3 of 3 x 300 s',
      'the-archive-stands-still':
        'IF(incoming > 0 AND FILL(archived, 0) == 0, 1, 0) > 0, 3 of 3 x 900 s; incoming: Sum IncomingRecords of AccessesStream; archived: Sum EventsArchived of archive',
      'a-source-is-silent-cloudtrail': 'Sum SourceEvents of detect cloudtrail < 1, 3 of 3 x 3600 s or silence',
      'a-source-is-silent-okta': 'Sum SourceEvents of detect okta < 1, 1 of 1 x 3600 s or silence',
      'detection-stands-still':
        'IF(incoming > 0 AND FILL(applied, 0) == 0, 1, 0) > 0, 3 of 3 x 300 s; incoming: Sum IncomingRecords of AccessesStream; applied: Sum EventsApplied of detect',
      'detection-falls-behind': 'Maximum IteratorAge of DetectFunction > 60000, 5 of 5 x 60 s',
      'detection-fails':
        'FILL(errors, 0) + FILL(failed, 0) > 0, 3 of 5 x 60 s; errors: Sum Errors of DetectFunction; failed: Sum BatchesFailed of detect',
      'detection-is-throttled': 'Sum Throttles of DetectFunction > 0, 3 of 5 x 60 s',
      'the-baselines-table-is-throttled':
        'FILL(readsBaselines, 0) + FILL(writesBaselines, 0) > 0, 3 of 5 x 60 s; readsBaselines: Sum ReadThrottleEvents of BaselinesTable; writesBaselines: Sum WriteThrottleEvents of BaselinesTable',
      'the-links-table-is-throttled':
        'links + linkLog > 0, 3 of 5 x 60 s; links: FILL(readsLinks, 0) + FILL(writesLinks, 0); readsLinks: Sum ReadThrottleEvents of LinksTable; writesLinks: Sum WriteThrottleEvents of LinksTable; linkLog: FILL(readsLinkLog, 0) + FILL(writesLinkLog, 0); readsLinkLog: Sum ReadThrottleEvents of LinkLogTable; writesLinkLog: Sum WriteThrottleEvents of LinkLogTable',
      'batches-were-given-up': 'Sum OnFailureDestinationDeliveredEventCount of DetectAccesses > 0, 1 of 1 x 300 s',
      'events-were-lost': 'Sum DroppedEventCount of DetectAccesses > 0, 1 of 1 x 300 s',
      'events-are-quarantined': 'Sum EventsQuarantined of detect > 0, 1 of 1 x 900 s',
      'one-actor-fills-a-shard': 'Maximum EventsASecondOfOneActor of detect > 500, 3 of 5 x 60 s',
      'alerts-are-slow': 'p95 EventToAlertMilliseconds of detect > 60000, 2 of 2 x 900 s',
      'assessment-does-not-run': 'Sum Invocations of AssessFunction < 1, 2 of 2 x 300 s or silence',
      'assessment-fails': 'Sum Errors of AssessFunction > 2, 1 of 1 x 900 s',
      'snapshots-grow-old': 'Sum SnapshotPublished of assess < 1, 2 of 2 x 900 s or silence',
      'baselines-are-damaged': 'Maximum BaselinesDamaged of assess > 0, 1 of 1 x 900 s',
      'settings-are-invalid': 'Maximum SettingsInvalid of assess > 0, 1 of 1 x 300 s',
      'settings-silence-alerts': 'Maximum SettingsSilencing of assess > 0, 1 of 1 x 300 s',
      'alerts-wait-too-long': 'Maximum ApproximateAgeOfOldestMessage of AlertsQueue > 300, 3 of 3 x 60 s',
      'alerts-could-not-be-told': 'Maximum ApproximateNumberOfMessagesVisible of AlertsDeadLetters > 0, 1 of 1 x 60 s',
      'notification-fails':
        'FILL(errors, 0) + FILL(postponed, 0) > 0, 3 of 15 x 60 s; errors: Sum Errors of NotifyFunction; postponed: Sum AlertsPostponed of notify',
      'notification-is-throttled': 'Sum Throttles of NotifyFunction > 0, 3 of 5 x 60 s',
      'mail-is-not-delivered': 'Sum NumberOfNotificationsFailed of AlertTopic > 0, 1 of 1 x 300 s',
      'slack-refuses-alerts': 'Sum SlackRejected of slack > 0, 1 of 1 x 300 s',
      'alerts-are-missing-in-slack':
        'Maximum ApproximateNumberOfMessagesVisible of SlackDeadLettersQueue > 0, 1 of 1 x 60 s',
      'findings-are-not-delivered':
        'Maximum ApproximateNumberOfMessagesVisible of FindingsDeadLettersQueue > 0, 1 of 1 x 300 s',
      'the-canary-is-silent': 'Sum CanaryHeard of notify < 1, 3 of 3 x 900 s or silence',
      'mail-reaches-nobody': 'Maximum MailUnconfirmed of canary > 0, 2 of 2 x 900 s',
    });
  });

  it('link the runbook where the stage keeps it', () => {
    const [alarm] = synthesise({ runbookUrl: 'https://wiki.example.com/borderwatch' }).ofType('AWS::CloudWatch::Alarm');

    expect(linkOf(alarm?.properties.AlarmDescription)?.[1]).toBe('https://wiki.example.com/borderwatch');
  });

  it('leave no section of the runbook that says what an alarm means without its alarm', () => {
    const linked = new Set(alarms.map(({ properties }) => linkOf(properties.AlarmDescription)?.[2]));
    const sections = runbook.split(/^## /m).slice(1);
    const explained = sections.filter((section) => section.includes('**Means.**'));

    const orphans = explained
      .map((section) => section.split('\n')[0] ?? '')
      .filter((heading) => !linked.has(anchorOf(heading)));

    expect(orphans).toEqual([]);
  });

  it('are each explained: what it means, how to look, what to do', () => {
    const incomplete = runbook
      .split(/^## /m)
      .slice(1)
      .filter((section) => section.includes('**Means.**'))
      .filter((section) => !section.includes('**Look.**') || !section.includes('**Do.**'));

    expect(incomplete).toEqual([]);
  });

  it('each tell somebody when they ring and when they stop', () => {
    const topic = ofType('AWS::SNS::Topic').find(({ id }) => id.startsWith('AlarmTopic'))?.id;

    for (const { properties } of alarms) {
      expect([properties.AlarmActions].flat().map((action) => targetOf(action ?? ''))).toEqual([topic]);
      expect([properties.OKActions].flat().map((action) => targetOf(action ?? ''))).toEqual([topic]);
    }
  });

  it('may publish to their topic and use its key, and no other account’s may', () => {
    const fromHere = { StringEquals: { 'aws:SourceAccount': '111122223333' } };
    const policies = [...ofType('AWS::SNS::TopicPolicy'), ...ofType('AWS::KMS::Key')].flatMap(({ properties }) =>
      statementsOf(properties.PolicyDocument ?? properties.KeyPolicy),
    );

    expect(
      policies
        .filter(({ principal }) => JSON.stringify(principal) === '{"Service":"cloudwatch.amazonaws.com"}')
        .map(({ effect, actions, condition }) => [effect, actions, condition]),
    ).toEqual([
      ['Allow', ['sns:Publish'], fromHere],
      ['Allow', ['kms:Decrypt', 'kms:GenerateDataKey*'], fromHere],
    ]);
  });

  it('look at metrics of ours by the names that the functions write', () => {
    const known = new Set<string>(Object.values(METRICS));
    const functions = new Set(ofType('AWS::Lambda::Function').map(({ properties }) => properties.FunctionName));
    const own = alarms
      .flatMap(({ properties }) => metricsOf(properties))
      .filter(({ Namespace }) => Namespace === 'Borderwatch');

    expect(own.length).toBeGreaterThan(0);
    for (const { MetricName, Dimensions } of own) {
      expect(known).toContain(MetricName);
      const of = new Map((Dimensions as readonly Properties[]).map(({ Name, Value }) => [Name, Value]));
      expect([...of.keys()].filter((name) => name !== SOURCE_DIMENSION || MetricName !== METRICS.sourceEvents)).toEqual(
        ['service'],
      );
      expect(functions).toContain(of.get('service'));
    }
  });

  it.each(['assessment-does-not-run', 'snapshots-grow-old', 'the-canary-is-silent'])(
    'take silence for trouble: %s',
    (anchor) => {
      const alarm = alarms.find(({ properties }) => properties.AlarmName === `borderwatch-prod-${anchor}`);

      expect(alarm?.properties.TreatMissingData).toBe('breaching');
    },
  );

  it('do not take the canary for an event', () => {
    const alarm = alarms.find(({ properties }) => properties.AlarmName === 'borderwatch-prod-no-events-at-all');
    const canary = ofType('AWS::Lambda::Function').find(
      ({ properties }) => properties.FunctionName === 'borderwatch-prod-canary',
    );

    expect(alarm?.properties.TreatMissingData).toBe('breaching');
    expect(metricsOf(alarm?.properties ?? {}).map(({ MetricName }) => MetricName)).toEqual([
      'IncomingRecords',
      'CanarySent',
    ]);
    expect(canary).toBeDefined();
  });

  it('watch every source that the stage names, and tell the detector to count it', () => {
    const silent = alarms.filter(({ properties }) => String(properties.AlarmName).includes('-a-source-is-silent-'));
    const detect = ofType('AWS::Lambda::Function').find(
      ({ properties }) => properties.FunctionName === 'borderwatch-prod-detect',
    );

    expect(
      silent.map(({ properties: { AlarmName, EvaluationPeriods, TreatMissingData } }) => [
        AlarmName,
        EvaluationPeriods,
        TreatMissingData,
      ]),
    ).toEqual([
      ['borderwatch-prod-a-source-is-silent-cloudtrail', 3, 'breaching'],
      ['borderwatch-prod-a-source-is-silent-okta', 1, 'breaching'],
    ]);
    expect(
      silent.flatMap(({ properties }) => metricsOf(properties)).map(({ Dimensions }) => JSON.stringify(Dimensions)),
    ).toEqual([expect.stringContaining('"cloudtrail"'), expect.stringContaining('"okta"')]);
    expect(detect?.properties.Environment).toMatchObject({ Variables: { WATCHED_SOURCES: 'cloudtrail,okta' } });
  });

  it('wait for events as long as the stage says', () => {
    const alarm = synthesise({ quietStreamHours: 12 })
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ properties }) => properties.AlarmName === 'borderwatch-prod-no-events-at-all');

    expect(alarm?.properties).toMatchObject({ EvaluationPeriods: 12, DatapointsToAlarm: 12 });
    expect(periodOf(alarm?.properties ?? {})).toBe(3600);
  });

  it('never look further back than CloudWatch allows', () => {
    for (const { properties } of alarms) {
      const seconds = Number(properties.EvaluationPeriods) * periodOf(properties);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(86_400);
    }
  });

  it.each([
    ['intake-is-throttled', 'ingest'],
    ['requests-are-turned-away', 'receive'],
    ['detection-is-throttled', 'detect'],
    ['notification-is-throttled', 'notify'],
  ])('see that Lambda turns a function away: %s', (anchor, name) => {
    const lambda = ofType('AWS::Lambda::Function').find(
      ({ properties }) => properties.FunctionName === `borderwatch-prod-${name}`,
    );
    const alarm = alarms.find(({ properties }) => properties.AlarmName === `borderwatch-prod-${anchor}`);

    expect(metricsOf(alarm?.properties ?? {})).toEqual([
      {
        Namespace: 'AWS/Lambda',
        MetricName: 'Throttles',
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: lambda?.id } }],
      },
    ]);
  });

  it('see events that a rule matched and could not hand over', () => {
    const rule = ofType('AWS::Events::Rule').find(
      ({ properties }) => properties.Name === 'borderwatch-prod-ingest-cloudtrail',
    );
    const alarm = alarms.find(
      ({ properties }) => properties.AlarmName === 'borderwatch-prod-events-do-not-reach-the-intake',
    );

    expect(metricsOf(alarm?.properties ?? {})).toEqual([
      {
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: rule?.id } }],
      },
    ]);
  });

  it('stand beside every dead-letter queue on the dashboard', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.properties.DashboardBody);
    const dead = ofType('AWS::SQS::Queue').filter(({ properties }) =>
      /-dead(\.fifo)?$/.test(String(properties.QueueName)),
    );

    expect(dead).toHaveLength(5);
    expect(dead.filter(({ id }) => !body.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
  });

  it('are all on the dashboard', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.properties.DashboardBody);

    const missing = alarms.filter(({ id }) => !body.includes(`"${id}"`));

    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
