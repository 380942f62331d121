import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { SECURITY_HUB_LIMITS } from '../../shared/findings/security-hub-finding.ts';
import { constraintsBroken } from '../findings/security-hub-constraints.ts';

/** What the two services have, and what they are to refuse. */
export interface FindingsEndpoint {
  readonly server: Server;
  readonly entries: readonly PutEventsRequestEntry[];
  /** By id, as Security Hub holds them. */
  readonly hub: Map<string, AwsSecurityFinding>;
  /** An error code for every entry, or for every finding, until it is taken away. */
  readonly refuse: { bus?: string | undefined; hub?: string | undefined };
}

type Answer = readonly [status: number, body: object];

const ENTRY_BYTES = 256 * 1024;
/** What BatchImportFindings never changes in a finding that exists. */
const ANALYSTS = ['Note', 'UserDefinedFields', 'VerificationState', 'Workflow'] as const;

/**
 * EventBridge's PutEvents (JSON 1.1) and Security Hub's BatchImportFindings (REST-JSON), in memory, with the documented limits and
 * the documented way in which an update meets what is there.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
 */
export function createFindingsEndpoint(): FindingsEndpoint {
  const entries: PutEventsRequestEntry[] = [];
  const hub = new Map<string, AwsSecurityFinding>();
  const refuse: FindingsEndpoint['refuse'] = {};

  const putEvents = ({ Entries = [] }: { readonly Entries?: readonly PutEventsRequestEntry[] }): Answer => {
    const tooLarge = Entries.some(({ Detail = '' }) => Buffer.byteLength(Detail) > ENTRY_BYTES);
    if (Entries.length < 1 || Entries.length > 10 || tooLarge)
      return [400, { __type: 'ValidationException', message: `${Entries.length} entries` }];
    if (refuse.bus) {
      const refused = Entries.map(() => ({ ErrorCode: refuse.bus, ErrorMessage: 'refused' }));
      return [200, { FailedEntryCount: Entries.length, Entries: refused }];
    }
    entries.push(...Entries);
    return [200, { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `event-${i}` })) }];
  };

  const importFindings = ({ Findings = [] }: { readonly Findings?: readonly AwsSecurityFinding[] }): Answer => {
    if (Findings.length < 1 || Findings.length > SECURITY_HUB_LIMITS.findingsACall)
      return [400, { Code: 'InvalidInputException', Message: `${Findings.length} findings` }];
    const failed = Findings.flatMap((finding) => {
      const [broken] = constraintsBroken(finding);
      if (!refuse.hub && !broken) {
        importOne(hub, finding);
        return [];
      }
      return [{ Id: finding.Id, ErrorCode: refuse.hub ?? 'InvalidInput', ErrorMessage: broken ?? 'refused' }];
    });
    return [200, { FailedCount: failed.length, SuccessCount: Findings.length - failed.length, FailedFindings: failed }];
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const body = JSON.parse(await text(request));
    if (!request.headers.authorization) return [403, { __type: 'MissingAuthenticationTokenException' }];
    if (request.headers['x-amz-target'] === 'AWSEvents.PutEvents') return putEvents(body);
    if (request.method === 'POST' && request.url === '/findings/import') return importFindings(body);
    return [404, { __type: 'UnknownOperationException' }];
  };

  const server = createServer((request, response) => {
    answer(request)
      .catch((error): Answer => [500, { __type: 'InternalFailure', message: String(error) }])
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      });
  });
  return { server, entries, hub, refuse };
}

function importOne(hub: FindingsEndpoint['hub'], finding: AwsSecurityFinding): void {
  const id = finding.Id ?? '';
  const before = hub.get(id);
  if (!before) {
    const { Severity, Types } = finding.FindingProviderFields ?? {};
    hub.set(id, { ...finding, Severity, Types, Workflow: finding.Workflow ?? { Status: 'NEW' } });
    return;
  }
  if (Date.parse(finding.UpdatedAt ?? '') <= Date.parse(before.UpdatedAt ?? '')) return;
  const kept = Object.fromEntries(ANALYSTS.map((field) => [field, before[field]]));
  hub.set(id, { ...before, ...finding, ...kept });
}
