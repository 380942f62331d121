import { BatchImportFindingsCommand, type SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SECURITY_HUB_LIMITS, type SecurityHubFinding } from '../findings/security-hub-finding.ts';

/**
 * Creates findings in AWS Security Hub, or updates those that are there.
 *
 * @throws Error naming the reasons when any of them was refused, such as InvalidAccess where Security Hub is not enabled
 */
export const createSecurityHub =
  ({ client }: { readonly client: SecurityHubClient }) =>
  async (findings: readonly SecurityHubFinding[]): Promise<void> => {
    const { findingsACall } = SECURITY_HUB_LIMITS;
    for (let from = 0; from < findings.length; from += findingsACall) {
      const { FailedCount = 0, FailedFindings = [] } = await client.send(
        new BatchImportFindingsCommand({ Findings: findings.slice(from, from + findingsACall) }),
      );
      if (FailedCount > 0) {
        const reasons = new Set(FailedFindings.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`));
        throw new Error(`${FailedCount} findings were refused: ${[...reasons].join(', ')}`);
      }
    }
  };
