import type { Alert } from '../../shared/model/alert.ts';
import type { AlertDigest } from '../../shared/model/alert-digest.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { renderSlackDigest } from '../../shared/notification/slack-digest.ts';
import { renderSlackMessage, type SlackMessage } from '../../shared/notification/slack-message.ts';
import type { SlackWebhook } from '../../shared/stores/slack-webhook.ts';
import { type Published, toldIn } from '../published.ts';

/** What `slack` works with. */
export interface SlackPorts {
  readonly webhook: SlackWebhook;
  /** Address of a case's page, with `{case}` for its id. @default messages have no button */
  readonly caseUrl?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** @param duration milliseconds */
  readonly wait: (duration: number) => Promise<void>;
  /** Keeps a message that was not posted. */
  readonly deadLetter: (message: string) => Promise<void>;
  /** Tells people by mail what was not posted. */
  readonly tellByMail: (told: Alert | AlertDigest, reason: string) => Promise<void>;
  readonly count: (metric: string, value: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/**
 * So long after its publication an alert that Slack did not take is mailed: some are told in Slack alone, and nobody may be left
 * untold. The function waits by itself, as Lambda's own repetitions are over after three minutes and don't say which is the last.
 */
export const PATIENCE_MS = 10 * 60_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Slack takes about one message a second of a hook, and bursts only for a while (docs.slack.dev, "Rate limits"). */
const POST_EVERY_MS = 1_000;

/**
 * Posts alerts and digests to Slack, one after the other and no faster than one a second: a pause at the end of an
 * invocation holds for the next one, since one runs at a time. While Slack is busy or away it is tried again, no sooner than it
 * asks. What Slack refuses for good (a message it doesn't take, a revoked hook, an archived channel) or doesn't take in time is
 * told by mail and kept.
 *
 * @throws Error when a message could not be mailed or kept, so that the invocation is repeated
 */
export async function slack(published: readonly Published[], ports: SlackPorts): Promise<void> {
  let posted = 0;
  let rejected = 0;
  try {
    for (const each of published) {
      const reason = await postOne(each, ports);
      if (reason === undefined) posted++;
      else {
        rejected++;
        ports.warn(`a message was not posted: ${reason}`, undefined);
      }
    }
  } finally {
    ports.count(METRICS.slackPosted, posted);
    ports.count(METRICS.slackRejected, rejected);
  }
}

/** @returns why it was given up, or nothing once it is posted */
async function postOne(published: Published, ports: SlackPorts): Promise<string | undefined> {
  const { message, publishedAt } = published;
  const told = toldIn(published);
  if (!told) {
    await ports.deadLetter(message);
    return 'it is no alert';
  }
  const posts = 'alertId' in told ? [renderSlackMessage(told, caseUrl(told, ports))] : renderSlackDigest(told);
  for (const post of posts) {
    const refusal = await postPatiently(post, publishedAt + PATIENCE_MS, ports);
    if (refusal === undefined) continue;
    // Mail first: a lost dead letter is still in the case, an untold alert is what must not be.
    await ports.tellByMail(told, refusal);
    await ports.deadLetter(message);
    return refusal;
  }
  return undefined;
}

const caseUrl = ({ alertId }: Alert, ports: SlackPorts): string | undefined =>
  ports.caseUrl?.replaceAll('{case}', encodeURIComponent(alertId));

/** @returns why it was given up, or nothing once it is posted. Even what comes late is tried once. */
async function postPatiently(post: SlackMessage, giveUpAt: number, ports: SlackPorts): Promise<string | undefined> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const outcome = await ports.webhook.post(post);
    if (outcome.kind === 'rejected') return outcome.reason;
    if (outcome.kind === 'posted') {
      await ports.wait(POST_EVERY_MS);
      return undefined;
    }
    const pause = Math.max(outcome.retryAfter ?? 0, wait);
    const mayWait = ports.now() + pause <= giveUpAt;
    if (!mayWait) return 'Slack was busy or away for too long';
    await ports.wait(pause);
  }
}
