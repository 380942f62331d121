import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { SECURITY_HUB_LIMITS } from '../../shared/findings/security-hub-finding.ts';

const REQUIRED = [
  ...(['SchemaVersion', 'Id', 'ProductArn', 'GeneratorId', 'AwsAccountId', 'CreatedAt', 'UpdatedAt'] as const),
  ...(['Title', 'Description', 'Resources'] as const),
];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/;
const NAMESPACES =
  /^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(\/[^/]+){0,2}$/;
const LABELS = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

/**
 * What of the documented constraints a finding breaks, as BatchImportFindings would refuse it.
 *
 * @see https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html
 */
export function constraintsBroken(finding: AwsSecurityFinding): string[] {
  const limits = SECURITY_HUB_LIMITS;
  const severity = finding.FindingProviderFields?.Severity?.Label ?? finding.Severity?.Label ?? '';
  const types = finding.FindingProviderFields?.Types ?? finding.Types ?? [];
  const fields = Object.entries(finding.ProductFields ?? {});
  const resources = finding.Resources ?? [];
  const details = resources.flatMap(({ Details }) => Object.entries(Details?.Other ?? {}).flat());
  const checks: readonly (readonly [string, boolean])[] = [
    ...REQUIRED.map((name) => [`${name} is missing`, finding[name] !== undefined] as const),
    ['SchemaVersion', finding.SchemaVersion === '2018-10-08'],
    ['Id', lengthOf(finding.Id) >= 1 && lengthOf(finding.Id) <= limits.id],
    ['AwsAccountId', /^\d{12}$/.test(finding.AwsAccountId ?? '')],
    ['Title', lengthOf(finding.Title) >= 1 && lengthOf(finding.Title) <= limits.title],
    ['Description', lengthOf(finding.Description) >= 1 && lengthOf(finding.Description) <= limits.description],
    ['times', [finding.CreatedAt, finding.UpdatedAt].every((time) => TIME.test(time ?? ''))],
    [
      'observed',
      [finding.FirstObservedAt, finding.LastObservedAt].every((time) => time === undefined || TIME.test(time)),
    ],
    ['severity', LABELS.includes(severity)],
    ['types', types.length >= 1 && types.length <= 50 && types.every((type) => NAMESPACES.test(type))],
    ['product fields', fields.length <= limits.productFields],
    [
      'keys of product fields',
      fields.every(([key]) => key.length <= limits.productFieldKey && !key.startsWith('aws/')),
    ],
    [
      'values of product fields',
      fields.every(([, value]) => value.length >= 1 && value.length <= limits.productFieldValue),
    ],
    ['resources', resources.length >= 1 && resources.length <= limits.resources],
    ['ids of resources', resources.every(({ Id }) => lengthOf(Id) >= 1 && lengthOf(Id) <= limits.resourceId)],
    ['details of resources', details.every((text) => text.length >= 1 && text.length <= limits.detailValue)],
    ['bytes', Buffer.byteLength(JSON.stringify(finding)) <= limits.findingBytes],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => name);
}

const lengthOf = (text: string | undefined): number => text?.length ?? 0;
