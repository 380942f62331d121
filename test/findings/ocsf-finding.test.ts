import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { ocsfFindingOf, ocsfFindingOfDigestCase } from '../../shared/findings/ocsf-finding.ts';
import type { AlertSignal } from '../../shared/model/alert.ts';
import { alertSchema } from '../../shared/model/alert.ts';
import { SEVERITIES } from '../../shared/model/settings.ts';
import { digestible } from '../../shared/notification/digest.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';
import { hostileAlert } from '../notification/hostile-alert.ts';
import { theLargestAlert } from './the-largest-alert.ts';

const schema = JSON.parse(readFileSync('test/fixtures/ocsf/detection-finding.schema.json', 'utf8'));
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
const violations = (finding: unknown) => {
  validate(finding);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
};
const [volume] = anAlert().signals;
if (!volume) throw new Error('the alert of the factory has no signal');
const rule: AlertSignal = { ...volume, signal: 'unapproved-access' };
const origin = { toldAt: Date.parse('2026-11-23T10:15:31Z'), version: '1.2.3' };

describe('an alert as an OCSF Detection Finding', () => {
  it.each([
    ['an alert', anAlert()],
    ['a later revision', anAlert({ revision: 7 })],
    ['an alert on an office, without accesses', anAlert({ subject: { type: 'region', id: 'CN' }, events: [] })],
    ['a service account', anAlert({ subject: { type: 'service', id: 'svc-etl' } })],
    ['an alert of policy alone', anAlert({ signals: [rule] })],
    ['an alert with hostile names', hostileAlert()],
    ['the largest alert there is', theLargestAlert()],
  ])('keeps to the published schema: %s', (_, alert) => {
    expect(violations(ocsfFindingOf(deepFreeze(alert), origin))).toEqual([]);
  });

  it.each([anAlert(), anAlert({ revision: 7 }), hostileAlert()])('keeps to it as a line of a digest', (alert) => {
    const { line } = digestible(alert);

    expect(violations(ocsfFindingOfDigestCase(line, origin))).toEqual([]);
  });

  it('would be told of a missing attribute, an unknown one and a wrong code', () => {
    const { finding_info, ...finding } = ocsfFindingOf(anAlert(), origin);

    expect(violations({ ...finding, severity_id: 7, nonsense: 1 }).map((text) => text.split(' {')[0])).toEqual([
      " must have required property 'finding_info'",
      ' must NOT have additional properties',
      '/severity_id must be equal to one of the allowed values',
    ]);
  });

  it('names the class, the activity and the finding', () => {
    const finding = ocsfFindingOf(anAlert(), origin);

    expect(finding).toMatchObject({
      class_uid: 2004,
      type_uid: 200401,
      activity_id: 1,
      status_id: 1,
      severity: 'High',
      severity_id: 4,
      time: origin.toldAt,
      metadata: { version: '1.8.0', uid: '5f2c8a90b1d3e467:1', product: { name: 'Borderwatch', version: '1.2.3' } },
      finding_info: { uid: '5f2c8a90b1d3e467', types: ['volume'], analytic: { name: 'volume', type: 'Statistical' } },
    });
  });

  it('is an update of the same finding from the second revision on, and says no status then', () => {
    const finding = ocsfFindingOf(anAlert({ revision: 2 }), origin);

    expect(finding).toMatchObject({ activity_id: 2, type_uid: 200402, finding_info: { uid: '5f2c8a90b1d3e467' } });
    expect(finding).not.toHaveProperty('status_id');
    expect(finding.finding_info).not.toHaveProperty('created_time');
  });

  it('holds what was observed beside what is usual', () => {
    const [analysis] = ocsfFindingOf(anAlert(), origin).anomaly_analyses ?? [];

    expect(analysis?.analysis_targets).toEqual([{ name: 'e-00042', type: 'employee' }]);
    expect(analysis?.anomalies[0]).toMatchObject({
      observation_parameter: 'reads a sitting',
      observation_type: 'volume',
      observations: [{ value: '70' }],
    });
    expect(analysis?.baselines[0]).toMatchObject({
      observed_pattern: 'usually 0 to 9, median 3',
      observations: [{ value: '0' }, { value: '3' }, { value: '9' }],
    });
  });

  it('holds the accesses as evidence, with who, what and which data', () => {
    expect(ocsfFindingOf(anAlert(), origin).evidences).toEqual([
      {
        uid: 'ev-1k2',
        name: 'access',
        actor: { user: { uid: 'e-00042', type_id: 1, type: 'User' } },
        api: { operation: 'read' },
        resources: [{ name: 'user.profile', type: 'data set', namespace: 'us-primary', role_id: 1, role: 'Target' }],
        data: {
          time: Date.parse('2026-11-23T10:15:30.123Z'),
          outcome: 'allowed',
          approved: false,
          users: 12,
          country: 'CN',
        },
      },
    ]);
  });

  it('says from when to when', () => {
    const { firstEventTime, lastEventTime } = anAlert();
    const [from, to] = [Date.parse(firstEventTime), Date.parse(lastEventTime)];

    expect(ocsfFindingOf(anAlert(), origin)).toMatchObject({
      start_time: from,
      end_time: to,
      finding_info: { first_seen_time: from, last_seen_time: to },
    });
  });

  it('goes by the strongest signal, beside which the others stand, and tells a rule from a measure', () => {
    const alert = anAlert({
      signals: [
        { ...volume, share: 0.75 },
        { ...rule, share: 0.25 },
      ],
    });

    const finding = ocsfFindingOf(alert, origin);

    expect(finding.finding_info).toMatchObject({
      analytic: { uid: 'volume', type: 'Statistical' },
      related_analytics: [{ uid: 'unapproved-access', type: 'Rule' }],
    });
    expect(finding.finding_info.related_analytics).toHaveLength(1);
    expect(finding.unmapped.shares).toEqual({ volume: 0.75, 'unapproved-access': 0.25 });
  });

  it('names each data set once', () => {
    const events = [...anAlert().events, ...anAlert().events];

    expect(ocsfFindingOf(anAlert({ events }), origin).resources).toMatchObject([{ name: 'user.profile' }]);
  });

  it('tells a service from a person', () => {
    const finding = ocsfFindingOf(anAlert({ subject: { type: 'service', id: 'svc-etl' } }), origin);

    expect(finding.evidences).toMatchObject([{ actor: { user: { uid: 'svc-etl', type: 'Service' } } }]);
  });

  it('is the same finding as a line of a digest', () => {
    const { line } = digestible(anAlert({ revision: 3 }));

    expect(ocsfFindingOfDigestCase(line, origin)).toMatchObject({
      metadata: { uid: '5f2c8a90b1d3e467:3', correlation_uid: '5f2c8a90b1d3e467' },
      finding_info: { uid: '5f2c8a90b1d3e467', last_seen_time: Date.parse(line.time) },
      unmapped: { revision: 3, score: 6.13 },
    });
  });

  it('accuses no person where an office or a source is concerned', () => {
    const [evidence] = ocsfFindingOf(anAlert({ subject: { type: 'source', id: 'warehouse' } }), origin).evidences;

    expect(evidence).not.toHaveProperty('actor');
  });

  it('names nobody where people are told pseudonyms', () => {
    const text = JSON.stringify(ocsfFindingOf(anAlert({ identity: 'pseudonym' }), origin));

    expect(text).not.toContain('e-00042');
    expect(text).toContain('employee 5f2c8a90');
  });

  it.each(SEVERITIES)('knows how severe %s is', (severity) => {
    expect(ocsfFindingOf(anAlert({ severity }), origin).severity.toLowerCase()).toBe(severity);
  });

  it('fits into an entry of an event bus, however large the alert', () => {
    const alert = alertSchema.parse(theLargestAlert());

    expect(Buffer.byteLength(JSON.stringify(ocsfFindingOf(alert, origin)))).toBeLessThan(250_000);
  });
});
