import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectedAlarms } from '../../cli/doctor/expected-alarms.ts';
import { readStageConfiguration } from '../../cli/doctor/stage-configuration.ts';
import { SYNTHESIS_TIMEOUT, synthesise } from './synthesised-stack.ts';

const secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:slack-a1b2c3';
const folder = mkdtempSync(join(tmpdir(), 'borderwatch-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the alarms that doctor expects', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it.each([
    ['nothing more', {}],
    ['a trail', { ingest: { cloudTrail: true } }],
    ['buckets', { ingest: { buckets: ['trail'] } }],
    ['an address for requests', { ingest: { url: 'iam' } }],
    ['nothing named that it should take in', { ingest: {} }],
    ['a bus for findings', { findingsEventBusArn: 'arn:aws:events:us-east-1:111122223333:event-bus/security' }],
    [
      'every other option',
      { slackWebhookSecretArn: secret, securityHub: true, sources: { cloudtrail: { quietHours: 3 }, okta: {} } },
    ],
  ])('are those of a stage with %s', (_, options) => {
    const file = join(folder, 'stages.json');
    writeFileSync(file, JSON.stringify({ prod: { alertEmails: [], ...options } }));

    const { names, isOwn } = expectedAlarms('borderwatch-prod-', readStageConfiguration(file, 'prod'));

    const deployed = synthesise(options).ofType('AWS::CloudWatch::Alarm');
    const deployedNames = deployed.map(({ properties }) => String(properties.AlarmName));
    expect(names.toSorted()).toEqual(deployedNames.toSorted());
    expect(deployedNames.filter((name) => !isOwn(name))).toEqual([]);
  });
});
