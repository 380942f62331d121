import type { SlackMessage } from '../notification/slack-message.ts';

/** What became of a post; `retryAfter` is in milliseconds and only there when Slack says it. */
export type PostOutcome =
  | { readonly kind: 'posted' }
  | { readonly kind: 'busy'; readonly retryAfter?: number }
  | { readonly kind: 'rejected'; readonly reason: string };

export interface SlackWebhook {
  readonly post: (message: SlackMessage) => Promise<PostOutcome>;
}

const SILENCE_MS = 10_000;
const TOO_MANY_REQUESTS = 429;
const ON_THIS_MACHINE = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * An incoming webhook. Whoever knows its URL can post, so the URL is in no error and no outcome, and a redirection is not
 * followed: it would hand the alert to somebody else.
 *
 * @param address HTTPS, or HTTP on this machine
 * @throws Error when it is neither, without saying what it is
 */
export function createSlackWebhook(address: string): SlackWebhook {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && ON_THIS_MACHINE.has(url.hostname));
  if (!url || !isSafe) throw new Error("the Slack webhook's secret holds no HTTPS address");
  return {
    post: async (message) => {
      const response = await send(url, message);
      if (!response) return { kind: 'busy' };
      // An unread body would hold the connection.
      await response.body?.cancel();
      if (response.ok) return { kind: 'posted' };
      if (response.status !== TOO_MANY_REQUESTS && response.status < 500)
        return { kind: 'rejected', reason: `Slack answered ${response.status}` };
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
      return Number.isFinite(seconds) && seconds >= 0
        ? { kind: 'busy', retryAfter: seconds * 1_000 }
        : { kind: 'busy' };
    },
  };
}

/** @returns nothing when there was no answer: the reason may quote the address, and every one of them means to try again */
async function send(url: URL, message: SlackMessage): Promise<Response | undefined> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal: AbortSignal.timeout(SILENCE_MS),
    });
  } catch {
    return undefined;
  }
}
