import type { Alert } from '../model/alert.ts';
import type { DigestCase } from '../model/alert-digest.ts';
import type { Severity } from '../model/settings.ts';
import { asNamedToPeople } from '../notification/pseudonyms.ts';
import { fitSomeText, fitText } from './fit-text.ts';
import { dataSetsOf } from './ocsf-finding.ts';

/**
 * Constraints of the AWS Security Finding Format: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html,
 * and of a call: https://docs.aws.amazon.com/securityhub/latest/partnerguide/guidelines-batchimportfindings.html
 */
export const SECURITY_HUB_LIMITS = {
  findingsACall: 100,
  findingBytes: 240 * 1024,
  title: 256,
  description: 1024,
  id: 512,
  resources: 32,
  productFields: 50,
  productFieldKey: 128,
  productFieldValue: 2048,
  resourceId: 512,
  detailValue: 1024,
} as const;

/** Whose findings they are: the account and region that `BatchImportFindings` is called in. */
export interface SecurityHubOrigin {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly stage: string;
  /** When people were told, epoch milliseconds. Security Hub ignores an update that isn't later than what it has. */
  readonly toldAt: number;
}

/** The fields of the format that are written, as BatchImportFindings takes them. */
export type SecurityHubFinding = ReturnType<typeof securityHubFindingOf>;

const LABEL: { readonly [severity in Severity]: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' } = {
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  critical: 'CRITICAL',
};

/** Out of the format's taxonomy: https://docs.aws.amazon.com/securityhub/latest/userguide/asff-type-taxonomy.html */
const TYPE: { readonly [type in Alert['subject']['type']]: string } = {
  employee: 'Unusual Behaviors/User',
  service: 'Unusual Behaviors/Application',
  team: 'Unusual Behaviors/Data',
  region: 'Unusual Behaviors/Data',
  source: 'TTPs/Defense Evasion',
};

/** The integration that every account has for its own findings. */
export const defaultProductArn = ({ partition, region, accountId }: Omit<SecurityHubOrigin, 'stage' | 'toldAt'>) =>
  `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`;

/**
 * An alert as a finding of AWS Security Hub. All revisions have one id, so that later ones update it. Note, UserDefinedFields,
 * VerificationState and Workflow are the analyst's and never sent; severity and types go to FindingProviderFields, which an analyst's
 * own values win over.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
 */
export function securityHubFindingOf(recorded: Alert, origin: SecurityHubOrigin) {
  const alert = asNamedToPeople(recorded);
  return {
    ...headOf(alert, TYPE[alert.subject.type], origin),
    Description: fitSomeText(describe(alert), SECURITY_HUB_LIMITS.description),
    CreatedAt: alert.firstEventTime,
    FirstObservedAt: alert.firstEventTime,
    LastObservedAt: alert.lastEventTime,
    ProductFields: productFieldsOf(alert),
    Resources: resourcesOf(alert, origin),
  };
}

/** A case that people were told of in a digest: the same finding, as far as a digest's line tells of it. */
export function securityHubFindingOfDigestCase(line: DigestCase, origin: SecurityHubOrigin): SecurityHubFinding {
  const { alertId, revision, score, time, headline } = line;
  return {
    ...headOf(line, 'Unusual Behaviors', origin),
    Description: fitSomeText(headline, SECURITY_HUB_LIMITS.description),
    CreatedAt: time,
    FirstObservedAt: time,
    LastObservedAt: time,
    ProductFields: {
      'borderwatch/alertId': fitSomeText(alertId, SECURITY_HUB_LIMITS.productFieldValue),
      'borderwatch/revision': String(revision),
      'borderwatch/score': score.toFixed(2),
    },
    Resources: [resourceOf('case', alertId, origin)],
  };
}

const headOf = (
  { alertId, severity, score, headline }: DigestCase | Alert,
  type: string,
  origin: SecurityHubOrigin,
) => ({
  SchemaVersion: '2018-10-08' as const,
  Id: fitSomeText(`borderwatch-${origin.stage}/${alertId}`, SECURITY_HUB_LIMITS.id),
  ProductArn: defaultProductArn(origin),
  ProductName: 'Borderwatch',
  CompanyName: 'Borderwatch',
  GeneratorId: `borderwatch-${origin.stage}`,
  AwsAccountId: origin.accountId,
  Title: fitSomeText(headline, SECURITY_HUB_LIMITS.title),
  FindingProviderFields: {
    Severity: { Label: LABEL[severity], Original: `score ${score.toFixed(1)}` },
    Types: [type],
  },
  UpdatedAt: new Date(origin.toldAt).toISOString(),
  RecordState: 'ACTIVE' as const,
});

const describe = ({ headline, signals, mayBeBenign }: Alert): string =>
  [
    ...(signals.length > 0 ? signals.map(({ signal, text }) => `${signal}: ${text}`) : [headline]),
    ...(mayBeBenign.length > 0 ? [`May be benign: ${mayBeBenign.join('; ')}`] : []),
  ].join('. ');

function productFieldsOf(alert: Alert): Record<string, string> {
  const { threshold, approvals, subjectsTouched, where, baseline } = alert;
  const fields: Readonly<Record<string, string>> = {
    alertId: alert.alertId,
    revision: String(alert.revision),
    score: alert.score.toFixed(2),
    thresholdScore: threshold.score.toFixed(2),
    alertsPerDay: String(threshold.alertsPerDay),
    learning: String(alert.learning),
    signals: alert.signals.map(({ signal, share }) => `${signal} ${Math.round(share * 100)}%`).join(', '),
    team: alert.team,
    protectedRegion: alert.protectedRegion,
    usersTouched: `${subjectsTouched.count} (${subjectsTouched.basis})`,
    accessesWithTicket: String(approvals.with),
    accessesWithoutTicket: String(approvals.without),
    locatedIn: where.locatedIn,
    homeCountry: where.homeCountry,
    network: where.network,
    device: where.device,
    historyDays: String(baseline.historyDays),
    peerGroup: baseline.peerGroup,
    relatedEmployees: alert.relatedEmployees.join(', '),
    mayBeBenign: alert.mayBeBenign.join('; '),
  };
  // The format takes no empty value.
  const kept = Object.entries(fields).filter(([, value]) => fitText(value, 1) !== '');
  return Object.fromEntries(
    kept.map(([name, value]) => [`borderwatch/${name}`, fitText(value, SECURITY_HUB_LIMITS.productFieldValue)]),
  );
}

/** Whom it is about, then the data that was touched. */
function resourcesOf(alert: Alert, origin: SecurityHubOrigin) {
  const subject = resourceOf(alert.subject.type, alert.subject.id, origin);
  const dataSets = dataSetsOf(alert).map((name) => resourceOf('data-set', name, origin));
  return [subject, ...dataSets].slice(0, SECURITY_HUB_LIMITS.resources);
}

const resourceOf = (kind: string, name: string, { region }: SecurityHubOrigin) => ({
  Type: 'Other' as const,
  Id: fitSomeText(`borderwatch/${kind}/${name}`, SECURITY_HUB_LIMITS.resourceId),
  Region: region,
  Details: { Other: { kind, name: fitSomeText(name, SECURITY_HUB_LIMITS.detailValue) } },
});
