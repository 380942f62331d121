import {
  type FindingOrigin,
  type OcsfFinding,
  ocsfFindingOf,
  ocsfFindingOfDigestCase,
} from '../../shared/findings/ocsf-finding.ts';
import {
  type SecurityHubFinding,
  type SecurityHubOrigin,
  securityHubFindingOf,
  securityHubFindingOfDigestCase,
} from '../../shared/findings/security-hub-finding.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { DigestCase } from '../../shared/model/alert-digest.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { type Published, toldIn } from '../published.ts';

/** What `findings` works with; a stage has at least one of the two destinations. */
export interface FindingsPorts {
  readonly eventBus?: (findings: readonly OcsfFinding[]) => Promise<void>;
  readonly securityHub?: (findings: readonly SecurityHubFinding[]) => Promise<void>;
  readonly origin: Omit<SecurityHubOrigin, 'toldAt'> & Pick<FindingOrigin, 'version'>;
  readonly count: (metric: string, value: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** What one message tells of: an alert, or the cases of a digest. */
interface Told {
  readonly said: readonly (Alert | DigestCase)[];
  readonly toldAt: number;
}

/**
 * Hands alerts on to other systems, in their formats. Each destination stands for itself: one that fails keeps the other from
 * nothing. The invocation is then repeated whole, and repeating is harmless: a finding's id and time stay the same. What people are
 * only reminded of is no finding, nor is the canary's alert, should it ever get here.
 *
 * @throws Error when a destination did not take everything, or when a message is no alert; repeated in vain it ends in the
 * dead-letter queue
 */
export async function findings(published: readonly Published[], ports: FindingsPorts): Promise<void> {
  const { eventBus, securityHub, origin } = ports;
  const told = published.map(readTold).filter((item) => item !== undefined);
  const news = told.flatMap(({ said, toldAt }) => said.filter(isNews).map((item) => ({ item, toldAt })));
  const outcomes = await Promise.all([
    eventBus &&
      news.length > 0 &&
      delivered('the event bus', ports, () =>
        eventBus(
          news.map(({ item, toldAt }) =>
            isAlert(item)
              ? ocsfFindingOf(item, { ...origin, toldAt })
              : ocsfFindingOfDigestCase(item, { ...origin, toldAt }),
          ),
        ),
      ),
    securityHub &&
      news.length > 0 &&
      delivered('Security Hub', ports, () =>
        securityHub(
          news.map(({ item, toldAt }) =>
            isAlert(item)
              ? securityHubFindingOf(item, { ...origin, toldAt })
              : securityHubFindingOfDigestCase(item, { ...origin, toldAt }),
          ),
        ),
      ),
  ]);
  const failed = outcomes.filter((reason) => typeof reason === 'string');
  const malformed = published.length - told.length;
  ports.count(METRICS.findingsDelivered, failed.length === 0 ? news.length : 0);
  ports.count(METRICS.findingsNotDelivered, malformed + (failed.length > 0 ? news.length : 0));
  const reasons = [...(malformed > 0 ? [`${malformed} messages are no alerts`] : []), ...failed];
  if (reasons.length > 0) throw new Error(reasons.join('; '));
}

/** @returns why it was not delivered, or nothing */
async function delivered(
  destination: string,
  { warn }: FindingsPorts,
  deliver: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await deliver();
    return undefined;
  } catch (error) {
    warn(`findings did not reach ${destination}`, error);
    return `${destination}: ${error instanceof Error ? error.message : error}`;
  }
}

const isAlert = (item: Alert | DigestCase): item is Alert => 'signals' in item;
/** A reminder repeats what was handed on; the canary's alerts are about nothing. */
const isNews = (item: Alert | DigestCase): boolean => !isAlert(item) || (!item.reminder && !item.canary);

function readTold(published: Published): Told | undefined {
  const told = toldIn(published);
  return told && { said: 'alertId' in told ? [told] : told.cases, toldAt: published.publishedAt };
}
