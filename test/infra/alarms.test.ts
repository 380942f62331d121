import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '../../infra/runbook-anchor.ts';
import { METRICS, SOURCE_DIMENSION } from '../../shared/model/metric-names.ts';
import { type Json, type Properties, SYNTHESIS_TIMEOUT, synthesise, targetOf } from './synthesised-stack.ts';

/** With everything that a stage may have. */
const { ofType } = synthesise({
  slackWebhookSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack/alerts-a1b2c3',
  securityHub: true,
  ingest: { cloudTrail: true, buckets: ['trail'] },
  sources: { cloudtrail: { quietHours: 3 }, okta: {} },
});
const alarms = ofType('AWS::CloudWatch::Alarm');

const runbook = readFileSync('docs/runbook.md', 'utf8');
const anchors = new Set([...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? '')));
const linkOf = (description: Json | undefined) => /What to do: (\S+)#(\S+)$/.exec(String(description));

/** The metrics of an alarm on an expression, or on a metric with a label. */
const partsOf = ({ Metrics }: Properties) => (Metrics ?? []) as readonly { readonly MetricStat?: MetricStat }[];
interface MetricStat {
  readonly Metric: Properties;
  readonly Period: number;
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

describe('the alarms', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('each link a heading of the runbook', () => {
    const broken = alarms.filter(({ properties }) => {
      const [, file, anchor] = linkOf(properties.AlarmDescription) ?? [];
      return file !== 'docs/runbook.md' || !anchors.has(anchor ?? '');
    });

    expect(alarms.length).toBeGreaterThan(0);
    expect(broken.map(({ properties }) => properties.AlarmDescription)).toEqual([]);
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
