import { describe, expect, it } from 'vitest';
import { securityHubFindingOf, securityHubFindingOfDigestCase } from '../../shared/findings/security-hub-finding.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { digestible } from '../../shared/notification/digest.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';
import { hostileAlert } from '../notification/hostile-alert.ts';
import { constraintsBroken } from './security-hub-constraints.ts';
import { theLargestAlert } from './the-largest-alert.ts';

const origin = {
  accountId: '111122223333',
  region: 'us-east-1',
  partition: 'aws',
  stage: 'prod',
  toldAt: Date.parse('2026-11-23T10:15:31.000Z'),
};

describe('an alert as a finding of Security Hub', () => {
  it.each<[string, Alert]>([
    ['an alert', anAlert()],
    ['an alert on a country', anAlert({ subject: { type: 'region', id: 'CN' }, events: [] })],
    ['an alert with hostile names', hostileAlert()],
    ['an alert with nothing to say', anAlert({ headline: '', team: '', signals: [], mayBeBenign: [] })],
    ['the largest alert there is', theLargestAlert()],
  ])('keeps to the constraints of the format: %s', (_, alert) => {
    expect(constraintsBroken(securityHubFindingOf(deepFreeze(alert), origin))).toEqual([]);
  });

  it.each([anAlert(), hostileAlert()])('keeps to them as a line of a digest', (alert) => {
    const { line } = digestible(alert);

    expect(constraintsBroken(securityHubFindingOfDigestCase(line, origin))).toEqual([]);
  });

  it('says who, what, how bad and since when', () => {
    expect(securityHubFindingOf(anAlert(), origin)).toMatchObject({
      Id: 'borderwatch-prod/5f2c8a90b1d3e467',
      ProductArn: 'arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default',
      AwsAccountId: '111122223333',
      GeneratorId: 'borderwatch-prod',
      Title: 'e-00042 in China read 70 US users in 27 minutes',
      Description:
        'volume: 70 reads of US users in 27 minutes; 0 to 9 a sitting is usual. May be benign: team-wide launch this week',
      FindingProviderFields: { Severity: { Label: 'HIGH', Original: 'score 6.1' }, Types: ['Unusual Behaviors/User'] },
      CreatedAt: '2026-11-23T09:48:00.000Z',
      UpdatedAt: '2026-11-23T10:15:31.000Z',
      RecordState: 'ACTIVE',
      ProductFields: { 'borderwatch/score': '6.13', 'borderwatch/accessesWithoutTicket': '67' },
    });
  });

  it('names whom it is about and the data that was touched', () => {
    expect(securityHubFindingOf(anAlert(), origin).Resources.map(({ Id, Type }) => [Type, Id])).toEqual([
      ['Other', 'borderwatch/employee/e-00042'],
      ['Other', 'borderwatch/data-set/user.profile'],
    ]);
  });

  it.each([
    ['low', 'employee', 'LOW', 'Unusual Behaviors/User'],
    ['critical', 'service', 'CRITICAL', 'Unusual Behaviors/Application'],
    ['medium', 'source', 'MEDIUM', 'TTPs/Defense Evasion'],
  ] as const)('has a label for %s and a type for a subject that is a %s', (severity, type, Label, Type) => {
    const finding = securityHubFindingOf(anAlert({ severity, subject: { type, id: 'x' } }), origin);

    expect(finding.FindingProviderFields).toMatchObject({ Severity: { Label }, Types: [Type] });
  });

  it('says from when to when, from where, and what weighs how much', () => {
    const where = { ...anAlert().where, homeCountry: 'US', locatedIn: 'CN' };

    expect(securityHubFindingOf(anAlert({ where }), origin)).toMatchObject({
      FirstObservedAt: anAlert().firstEventTime,
      LastObservedAt: anAlert().lastEventTime,
      ProductFields: {
        'borderwatch/signals': 'volume 100%',
        'borderwatch/locatedIn': 'CN',
        'borderwatch/homeCountry': 'US',
      },
    });
  });

  it('is about the case as a line of a digest', () => {
    const { line } = digestible(anAlert({ revision: 3 }));

    expect(securityHubFindingOfDigestCase(line, origin)).toMatchObject({
      ProductFields: { 'borderwatch/revision': '3', 'borderwatch/score': '6.13' },
      Resources: [{ Id: 'borderwatch/case/5f2c8a90b1d3e467' }],
    });
  });

  it('leaves what is the analyst’s alone, so that an update changes none of it', () => {
    const fields = Object.keys(securityHubFindingOf(anAlert({ revision: 3 }), origin));
    const analysts = ['Note', 'UserDefinedFields', 'VerificationState', 'Workflow'];
    const overridable = ['Confidence', 'Criticality', 'RelatedFindings', 'Severity', 'Types'];

    expect(fields.filter((field) => [...analysts, ...overridable].includes(field))).toEqual([]);
  });

  it('is one finding over all revisions, and a later one counts as later even if its access was earlier', () => {
    const [first, second] = [1, 2].map((revision) =>
      securityHubFindingOf(anAlert({ revision, lastEventTime: `2026-11-23T1${3 - revision}:00:00.000Z` }), {
        ...origin,
        toldAt: origin.toldAt + revision,
      }),
    );

    expect(second?.Id).toBe(first?.Id);
    expect(Date.parse(second?.UpdatedAt ?? '')).toBeGreaterThan(Date.parse(first?.UpdatedAt ?? ''));
  });

  it('names nobody where people are told pseudonyms', () => {
    expect(JSON.stringify(securityHubFindingOf(anAlert({ identity: 'pseudonym' }), origin))).not.toContain('e-00042');
  });
});
