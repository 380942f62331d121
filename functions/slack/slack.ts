import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../../shared/model/alert.ts';
import { type AlertDigest, alertDigestSchema } from '../../shared/model/alert-digest.ts';
import { METRICS } from '../../shared/model/metric-names.ts';
import { renderSlackDigest } from '../../shared/notification/slack-digest.ts';
import { renderSlackMessage, type SlackMessage } from '../../shared/notification/slack-message.ts';
import type { SlackWebhook } from '../../shared/stores/slack-webhook.ts';

/** What `slack` works with. */
export interface SlackPorts {
  readonly webhook: SlackWebhook;
  /** Address of a case's page, with `{case}` for its id. @default messages have no button */
  readonly caseUrl?: string;
  /** @param duration milliseconds */
  readonly wait: (duration: number) => Promise<void>;
  /** Keeps a message that Slack will never take. */
  readonly deadLetter: (message: string) => Promise<void>;
  /** Tells people by mail what Slack refused. */
  readonly tellByMail: (told: Alert | AlertDigest, reason: string) => Promise<void>;
  readonly count: (metric: string, value: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

const ATTEMPTS = 4;
/** A longer wait is left to the queueing service, which costs nothing while it waits. */
const LONGEST_WAIT_MS = 30_000;
const FIRST_WAIT_MS = 1_000;
/** Slack takes about one message a second of a hook, and bursts only for a while (docs.slack.dev, "Rate limits"). */
const POST_EVERY_MS = 1_000;

/**
 * Posts alerts and digests to Slack, one after the other and no faster than one a second: a pause at the end of an
 * invocation holds for the next one, since one runs at a time. What Slack refuses for good (a message it doesn't take, a revoked hook, an
 * archived channel) is kept and told by mail. While Slack is busy or away it is tried again, no sooner than it asks.
 *
 * @param messages JSON of alerts and digests, as the topic delivers it
 * @throws Error when Slack stays busy or away, so that the invocation is repeated
 */
export async function slack(messages: readonly string[], ports: SlackPorts): Promise<void> {
  let posted = 0;
  let rejected = 0;
  try {
    for (const message of messages) {
      const reason = await postOne(message, ports);
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
async function postOne(message: string, ports: SlackPorts): Promise<string | undefined> {
  const told = parse(message);
  if (!told) {
    await ports.deadLetter(message);
    return 'it is no alert';
  }
  const posts = 'alertId' in told ? [renderSlackMessage(told, caseUrl(told, ports))] : renderSlackDigest(told);
  for (const post of posts) {
    const refusal = await postPatiently(post, ports);
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

/** @returns why Slack refused it for good, or nothing once it is posted @throws Error when Slack stays busy or away */
async function postPatiently(post: SlackMessage, ports: SlackPorts): Promise<string | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const outcome = await ports.webhook.post(post);
    if (outcome.kind === 'rejected') return outcome.reason;
    if (outcome.kind === 'posted') {
      await ports.wait(POST_EVERY_MS);
      return undefined;
    }
    const pause = outcome.retryAfter ?? FIRST_WAIT_MS * 2 ** attempt;
    if (pause > LONGEST_WAIT_MS) break;
    if (attempt + 1 < ATTEMPTS) await ports.wait(pause);
  }
  throw new Error(`Slack is busy or away; "${post.text}" has to wait`);
}

function parse(message: string): Alert | AlertDigest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    // Not JSON is one more way to be no alert; the message itself is kept.
    return undefined;
  }
  return z.safeParse(alertSchema, json).data ?? z.safeParse(alertDigestSchema, json).data;
}
