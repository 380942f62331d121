import type { Alert } from '../model/alert.ts';
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
  const generator = `borderwatch-${origin.stage}`;
  const { title, description, id } = SECURITY_HUB_LIMITS;
  return {
    SchemaVersion: '2018-10-08' as const,
    Id: fitSomeText(`${generator}/${alert.alertId}`, id),
    ProductArn: defaultProductArn(origin),
    ProductName: 'Borderwatch',
    CompanyName: 'Borderwatch',
    GeneratorId: generator,
    AwsAccountId: origin.accountId,
    Title: fitSomeText(alert.headline, title),
    Description: fitSomeText(describe(alert), description),
    FindingProviderFields: {
      Severity: { Label: LABEL[alert.severity], Original: `score ${alert.score.toFixed(1)}` },
      Types: [TYPE[alert.subject.type]],
    },
    CreatedAt: alert.firstEventTime,
    UpdatedAt: new Date(origin.toldAt).toISOString(),
    FirstObservedAt: alert.firstEventTime,
    LastObservedAt: alert.lastEventTime,
    RecordState: 'ACTIVE' as const,
    ProductFields: productFieldsOf(alert),
    Resources: resourcesOf(alert, origin),
  };
}

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
function resourcesOf(alert: Alert, { region }: SecurityHubOrigin) {
  const { resourceId, detailValue, resources } = SECURITY_HUB_LIMITS;
  const resource = (kind: string, name: string) => ({
    Type: 'Other' as const,
    Id: fitSomeText(`borderwatch/${kind}/${name}`, resourceId),
    Region: region,
    Details: { Other: { kind, name: fitSomeText(name, detailValue) } },
  });
  const subject = resource(alert.subject.type, alert.subject.id);
  return [subject, ...dataSetsOf(alert).map((name) => resource('data-set', name))].slice(0, resources);
}
