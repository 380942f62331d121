import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { OcsfFinding } from '../findings/ocsf-finding.ts';

/** How rules on the bus pick the findings out. */
export const FINDING_EVENT = { source: 'borderwatch', detailType: 'OCSF Detection Finding' } as const;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;

export interface FindingBusOptions {
  readonly client: EventBridgeClient;
  readonly busArn: string;
}

/**
 * Puts findings on an event bus, for whatever subscribes there. A finding is far smaller than the 256 KB of an entry, since each of
 * its texts is bounded.
 *
 * @throws Error naming the reasons when the bus did not take all of them
 */
export const createFindingBus =
  ({ client, busArn }: FindingBusOptions) =>
  async (findings: readonly OcsfFinding[]): Promise<void> => {
    for (let from = 0; from < findings.length; from += ENTRIES_A_CALL) {
      const { FailedEntryCount = 0, Entries = [] } = await client.send(
        new PutEventsCommand({
          Entries: findings.slice(from, from + ENTRIES_A_CALL).map((finding) => ({
            EventBusName: busArn,
            Source: FINDING_EVENT.source,
            DetailType: FINDING_EVENT.detailType,
            Time: new Date(finding.time),
            Detail: JSON.stringify(finding),
          })),
        }),
      );
      if (FailedEntryCount > 0) {
        const reasons = new Set(Entries.flatMap(({ ErrorCode }) => ErrorCode ?? []));
        throw new Error(`${FailedEntryCount} findings were refused: ${[...reasons].join(', ')}`);
      }
    }
  };
