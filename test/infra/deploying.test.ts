import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Properties,
  SYNTHESIS_TIMEOUT,
  type SynthesisedStack,
  synthesise,
  targetOf,
} from './synthesised-stack.ts';

/** Lambda refuses a reservation that leaves fewer than these to all other functions (API reference, PutFunctionConcurrency). */
const ALWAYS_UNRESERVED = 100;
/** Characters of a managed policy, without white space (IAM User Guide, IAM and AWS STS quotas). */
const MANAGED_POLICY_SIZE = 6_144;

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-a1b2c3`;
const SLACK_AND_FINDINGS = { slackWebhookSecretArn: secret('slack'), securityHub: true };
/** As many as a stage may name, and as long as names of buckets may be. */
const buckets = Array.from({ length: 20 }, (_, i) => `${'b'.repeat(61)}${10 + i}`);
const everything = synthesise({
  ...SLACK_AND_FINDINGS,
  ingest: { cloudTrail: true, buckets, url: 'webhook', webhookSecretArn: secret('webhook') },
});

const guide = readFileSync('docs/deploy.md', 'utf8');

/** The quota without which CloudFormation can't make a stage's functions. */
const quotaOf = ({ ofType }: SynthesisedStack) =>
  ofType('AWS::Lambda::Function')
    .map(({ properties }) => Number(properties.ReservedConcurrentExecutions ?? 0))
    .reduce((sum, reserved) => sum + reserved, ALWAYS_UNRESERVED);

/** The property that holds what a resource is called. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::Kinesis::Stream': 'Name',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::S3::Bucket': 'BucketName',
};

describe('deploying', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('needs the concurrency that the guide asks for: what Lambda keeps free and what the functions set aside', () => {
    const sentence =
      /\*\*(\d+)\*\* at least, \*\*(\d+)\*\* with Slack and findings, \*\*(\d+)\*\* with a URL for records as well/.exec(
        guide,
      );

    const needed = [synthesise(), synthesise(SLACK_AND_FINDINGS), everything].map(quotaOf);

    expect(sentence?.slice(1).map(Number)).toEqual(needed);
  });

  it('leaves nothing behind by its name that the guide does not say how to delete', () => {
    const section = guide.split(/^## /m).find((text) => text.startsWith('Taking it down')) ?? '';
    const words = new Set(section.replaceAll('$STACK-', ' ').match(/[\w.-]+/g));

    const left = everything.resources
      .filter(({ type, deletionPolicy }) => type in NAMES && deletionPolicy === 'RetainExceptOnCreate')
      .map(({ type, properties }) => String(properties[NAMES[type] ?? '']))
      .map((name) => name.replace(/^borderwatch[-/]prod[-/]/, '').replace('-111122223333-us-east-1', ''));

    expect(left.length).toBeGreaterThan(10);
    expect(left.filter((part) => !words.has(part))).toEqual([]);
  });

  it('warns of a stage that tells nobody of alerts, or of alarms', () => {
    const { stack } = synthesise({ alertEmails: [] });
    const warnings = stack.node.metadata
      .filter(({ type }) => type === 'aws:cdk:warning')
      .map(({ data }) => String(data));

    expect(warnings.map((text) => /prod\.\w+ is empty/.exec(text)?.[0]).toSorted()).toEqual([
      'prod.alarmEmails is empty',
      'prod.alertEmails is empty',
    ]);
  });

  it('makes no policy larger than IAM takes, with as many buckets as a stage may name', () => {
    const sizes = everything
      .ofType('AWS::IAM::ManagedPolicy')
      // A reference stands for an ARN, which is about as long as what refers to it.
      .map(({ id, properties }) => [id, textOf(properties.PolicyDocument as Properties).length] as const);

    expect(sizes.filter(([, size]) => size > MANAGED_POLICY_SIZE)).toEqual([]);
  });
});

/** A document as IAM counts it, with the longest ARNs of the stack in place of references. */
const textOf = (document: Properties): string =>
  JSON.stringify(document, (_, value) =>
    typeof value === 'object' && value !== null && ('Ref' in value || 'Fn::GetAtt' in value || 'Fn::Join' in value)
      ? `arn:aws:lambda:us-east-1:111122223333:function:${targetOf(value)}`
      : value,
  );
