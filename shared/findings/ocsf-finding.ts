import type { Alert, AlertEvent, AlertSignal } from '../model/alert.ts';
import type { DigestCase } from '../model/alert-digest.ts';
import type { Severity } from '../model/settings.ts';
import { asNamedToPeople } from '../notification/pseudonyms.ts';
import { fitSomeText, fitText } from './fit-text.ts';

/** The version of the Open Cybersecurity Schema Framework that is written. */
export const OCSF_VERSION = '1.8.0';
export const DETECTION_FINDING = { categoryUid: 2, classUid: 2004 } as const;

/** What else there is to tell of a finding, beside its alert. */
export interface FindingOrigin {
  /** When people were told, epoch milliseconds: it only grows from revision to revision, which event times needn't. */
  readonly toldAt: number;
  /** The product's version. */
  readonly version: string;
}

/** A Detection Finding; its shape is checked against the published schema, not by types. */
export type OcsfFinding = ReturnType<typeof ocsfFindingOf> | ReturnType<typeof ocsfFindingOfDigestCase>;

const NAME = 'Borderwatch';
const NAME_CHARACTERS = 256;
const TEXT_CHARACTERS = 500;
const RELATED_LISTED = 20;

const SEVERITY: { readonly [severity in Severity]: { readonly id: number; readonly caption: string } } = {
  low: { id: 2, caption: 'Low' },
  medium: { id: 3, caption: 'Medium' },
  high: { id: 4, caption: 'High' },
  critical: { id: 5, caption: 'Critical' },
};
const CREATE = { id: 1, caption: 'Create' } as const;
const UPDATE = { id: 2, caption: 'Update' } as const;
const RULE = { type_id: 1, type: 'Rule' } as const;
const STATISTICAL = { type_id: 3, type: 'Statistical' } as const;
const USER_TYPE: Readonly<Record<string, { readonly type_id: number; readonly type: string }>> = {
  employee: { type_id: 1, type: 'User' },
  service: { type_id: 4, type: 'Service' },
};
const TARGET = { role_id: 1, role: 'Target' } as const;

/**
 * An alert as an OCSF Detection Finding (class 2004): each revision is an event of its own about one finding, whose id is the
 * alert's. Observed against usual goes to `anomaly_analyses`, the accesses to `evidences`; what the schema has no place for (score,
 * threshold, approvals, what may be benign) to `unmapped`. An update says no status: whoever reviews it sets that.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/detection_finding
 */
export function ocsfFindingOf(recorded: Alert, origin: FindingOrigin) {
  const alert = asNamedToPeople(recorded);
  const [first, ...others] = alert.signals;
  return {
    ...headOf(alert, origin),
    start_time: Date.parse(alert.firstEventTime),
    end_time: Date.parse(alert.lastEventTime),
    finding_info: {
      ...infoOf(alert, origin),
      types: [...new Set(alert.signals.map(({ signal }) => signal))],
      analytic: analyticOf(first),
      ...(others.length > 0 ? { related_analytics: others.map(analyticOf) } : {}),
      first_seen_time: Date.parse(alert.firstEventTime),
      last_seen_time: Date.parse(alert.lastEventTime),
    },
    ...(alert.signals.length > 0 ? { anomaly_analyses: [anomalyAnalysisOf(alert)] } : {}),
    evidences: alert.events.map((event) => evidenceOf(event, alert)),
    resources: dataSetsOf(alert).map((name) => ({ name, type: 'data set', ...TARGET })),
    unmapped: unmappedOf(alert),
  };
}

/** A case that people were told of in a digest: the same finding, as far as a digest's line tells of it. */
export function ocsfFindingOfDigestCase(line: DigestCase, origin: FindingOrigin) {
  return {
    ...headOf(line, origin),
    finding_info: { ...infoOf(line, origin), last_seen_time: Date.parse(line.time) },
    unmapped: { revision: line.revision, score: line.score },
  };
}

const activityOf = (revision: number) => (revision === 1 ? CREATE : UPDATE);

function headOf({ alertId, revision, severity, headline }: DigestCase | Alert, { toldAt, version }: FindingOrigin) {
  const activity = activityOf(revision);
  return {
    activity_id: activity.id,
    activity_name: activity.caption,
    category_uid: DETECTION_FINDING.categoryUid,
    category_name: 'Findings',
    class_uid: DETECTION_FINDING.classUid,
    class_name: 'Detection Finding',
    type_uid: DETECTION_FINDING.classUid * 100 + activity.id,
    type_name: `Detection Finding: ${activity.caption}`,
    time: toldAt,
    severity_id: SEVERITY[severity].id,
    severity: SEVERITY[severity].caption,
    ...(activity === CREATE ? { status_id: 1, status: 'New' } : {}),
    is_alert: true,
    message: fitSomeText(headline, TEXT_CHARACTERS),
    metadata: {
      version: OCSF_VERSION,
      product: { name: NAME, vendor_name: NAME, version },
      uid: `${alertId}:${revision}`,
      correlation_uid: alertId,
    },
  };
}

const infoOf = ({ alertId, revision, headline }: DigestCase | Alert, { toldAt, version }: FindingOrigin) => ({
  uid: alertId,
  title: fitSomeText(headline, NAME_CHARACTERS),
  desc: fitSomeText(headline, TEXT_CHARACTERS),
  ...(activityOf(revision) === CREATE ? { created_time: toldAt } : {}),
  modified_time: toldAt,
  product: { name: NAME, vendor_name: NAME, version },
});

/** A fact of policy is a rule that was broken; everything else is a measure against a baseline. */
function analyticOf(signal: AlertSignal | undefined) {
  const name = signal?.signal ?? 'unusual-access';
  return {
    uid: name,
    name,
    ...(signal && { desc: fitText(signal.text, TEXT_CHARACTERS) }),
    ...(name === 'unapproved-access' ? RULE : STATISTICAL),
  };
}

function anomalyAnalysisOf({ subject, signals, firstEventTime, lastEventTime }: Alert) {
  const timespan = { start_time: Date.parse(firstEventTime), end_time: Date.parse(lastEventTime) };
  return {
    analysis_targets: [{ name: fitSomeText(subject.id, NAME_CHARACTERS), type: subject.type }],
    anomalies: signals.map(({ signal, unit, observed, text }) => ({
      observation_parameter: fitSomeText(unit, NAME_CHARACTERS),
      observation_type: signal,
      observed_pattern: fitText(text, TEXT_CHARACTERS),
      observations: [{ value: String(observed), timespan }],
    })),
    baselines: signals.map(({ signal, unit, expected }) => ({
      observation_parameter: fitSomeText(unit, NAME_CHARACTERS),
      observation_type: signal,
      observed_pattern: `usually ${expected.low} to ${expected.high}, median ${expected.median}`,
      observations: [expected.low, expected.median, expected.high].map((value) => ({ value: String(value) })),
    })),
  };
}

function evidenceOf(event: AlertEvent, { subject }: Alert) {
  const kind = USER_TYPE[subject.type];
  const { time, outcome, approved, count, country } = event;
  return {
    uid: fitSomeText(event.id, NAME_CHARACTERS),
    name: 'access',
    ...(kind && { actor: { user: { uid: fitSomeText(subject.id, NAME_CHARACTERS), ...kind } } }),
    api: { operation: fitSomeText(event.action, NAME_CHARACTERS) },
    resources: [
      {
        name: fitSomeText(event.dataset, NAME_CHARACTERS),
        type: 'data set',
        ...(event.store === undefined ? {} : { namespace: fitText(event.store, NAME_CHARACTERS) }),
        ...TARGET,
      },
    ],
    data: {
      time: Date.parse(time),
      outcome,
      approved,
      ...(count === undefined ? {} : { users: count }),
      ...(country === undefined ? {} : { country: fitText(country, NAME_CHARACTERS) }),
    },
  };
}

export const dataSetsOf = ({ events }: Alert): string[] => [
  ...new Set(events.map(({ dataset }) => fitSomeText(dataset, NAME_CHARACTERS))),
];

function unmappedOf(alert: Alert) {
  const { where } = alert;
  return {
    revision: alert.revision,
    score: alert.score,
    threshold: alert.threshold,
    learning: alert.learning,
    protectedRegion: fitText(alert.protectedRegion, NAME_CHARACTERS),
    subjectsTouched: alert.subjectsTouched,
    approvals: alert.approvals,
    team: fitText(alert.team, NAME_CHARACTERS),
    where: {
      homeCountry: fitText(where.homeCountry, NAME_CHARACTERS),
      locatedIn: fitText(where.locatedIn, NAME_CHARACTERS),
      network: fitText(where.network, NAME_CHARACTERS),
      device: fitText(where.device, NAME_CHARACTERS),
    },
    relatedEmployees: alert.relatedEmployees.slice(0, RELATED_LISTED).map((id) => fitText(id, NAME_CHARACTERS)),
    mayBeBenign: alert.mayBeBenign.slice(0, RELATED_LISTED).map((reason) => fitText(reason, TEXT_CHARACTERS)),
    shares: Object.fromEntries(alert.signals.map(({ signal, share }) => [signal, share])),
    historyDays: alert.baseline.historyDays,
    peerGroup: fitText(alert.baseline.peerGroup, NAME_CHARACTERS),
  };
}
