import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PATIENCE_MS, type SlackPorts, slack } from '../../functions/slack/slack.ts';
import { digestible, digestsOf } from '../../shared/notification/digest.ts';
import { renderSlackMessage } from '../../shared/notification/slack-message.ts';
import { createSlackWebhook } from '../../shared/stores/slack-webhook.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const SECRET_PATH = '/services/T000/B000/not-to-be-told';
type Answer = readonly [status: number, headers?: Record<string, string>];

let server: Server | undefined;
afterEach(() => server?.close());

/** A webhook on this machine that gives these answers in turn, the last one from then on, and what came of it. */
async function aWebhook(...answers: readonly Answer[]) {
  const posts: unknown[] = [];
  const waits: number[] = [];
  const deadLetters: string[] = [];
  const mails: string[] = [];
  const counts: Record<string, number> = {};
  const warnings: string[] = [];
  const listening = createServer(async (request, response) => {
    posts.push(JSON.parse(await bodyOf(request)));
    const [status, headers] = answers[Math.min(posts.length, answers.length) - 1] ?? [200];
    response.writeHead(status, headers).end('answer');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  const ports: SlackPorts = {
    webhook: createSlackWebhook(`http://127.0.0.1:${port}${SECRET_PATH}`),
    now: () => waits.reduce((sum, duration) => sum + duration, 0),
    wait: async (duration) => void waits.push(duration),
    deadLetter: async (message) => void deadLetters.push(message),
    tellByMail: async (told, reason) => void mails.push(`${'alertId' in told ? told.alertId : 'digest'}: ${reason}`),
    count: (metric, value) => {
      counts[metric] = (counts[metric] ?? 0) + value;
    },
    warn: (message, error) => void warnings.push(`${message} ${error}`),
  };
  return { ports, posts, waits, deadLetters, mails, counts, warnings };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const message = JSON.stringify(anAlert());
const published = (...messages: readonly string[]) => messages.map((each) => ({ message: each, publishedAt: 0 }));

describe('slack', () => {
  it('posts the card', async () => {
    const { ports, posts, counts } = await aWebhook([200]);

    await slack(published(message), ports);

    expect(posts).toEqual([JSON.parse(JSON.stringify(renderSlackMessage(anAlert())))]);
    expect(counts).toEqual({ SlackPosted: 1, SlackRejected: 0 });
  });

  it('links the case where the deployment says where cases are, whatever its id holds', async () => {
    const { ports, posts } = await aWebhook([200]);
    const odd = JSON.stringify(anAlert({ alertId: 'a/b?c=$&' }));

    await slack(published(odd), { ...ports, caseUrl: 'https://cases.example/{case}#{case}' });

    expect(JSON.stringify(posts)).toContain('"url":"https://cases.example/a%2Fb%3Fc%3D%24%26#a%2Fb%3Fc%3D%24%26"');
  });

  it('posts a digest in as many posts as it takes, one a second', async () => {
    const alerts = Array.from({ length: 200 }, (_, i) => anAlert({ alertId: `case-${i}` }));
    const [digest] = digestsOf(alerts.map(digestible));
    const { ports, posts, waits } = await aWebhook([200]);

    await slack(published(JSON.stringify(digest)), ports);

    expect(posts.length).toBeGreaterThan(1);
    expect(waits).toEqual(posts.map(() => 1_000));
    for (const { alertId } of alerts) expect(JSON.stringify(posts)).toContain(`${alertId} `);
  });

  it('mails a digest that Slack refuses', async () => {
    const [digest] = digestsOf([digestible(anAlert())]);
    const { ports, mails, deadLetters } = await aWebhook([400]);

    await slack(published(JSON.stringify(digest)), ports);

    expect(mails).toEqual(['digest: Slack answered 400']);
    expect(deadLetters).toEqual([JSON.stringify(digest)]);
  });

  it('waits as long as Slack asks, then posts', async () => {
    const { ports, posts, waits } = await aWebhook([429, { 'retry-after': '7' }], [503], [200]);

    await slack(published(message), ports);

    expect(waits).toEqual([7_000, 2_000, 1_000]);
    expect(posts).toHaveLength(3);
  });

  it('waits longer each time, also where Slack asks for less', async () => {
    const busy = [429, { 'retry-after': '1' }] as const;
    const { ports, waits } = await aWebhook(busy, busy, busy, [200]);

    await slack(published(message), ports);

    expect(waits).toEqual([1_000, 2_000, 4_000, 1_000]);
  });

  it('outlasts a short outage', async () => {
    const { ports, posts, mails } = await aWebhook([503], [503], [503], [503], [503], [503], [200]);

    await slack(published(message), ports);

    expect([posts.length, mails]).toEqual([7, []]);
  });

  it('mails, keeps and counts what Slack doesn’t take in ten minutes, so that nobody is left untold', async () => {
    const { ports, waits, deadLetters, mails, counts } = await aWebhook([503]);

    await slack(published(message), ports);

    const waited = waits.reduce((sum, duration) => sum + duration, 0);
    expect(waited).toBeLessThanOrEqual(PATIENCE_MS);
    expect(waited).toBeGreaterThan(PATIENCE_MS - 60_000);
    expect(mails).toEqual(['5f2c8a90b1d3e467: Slack was busy or away for too long']);
    expect(deadLetters).toEqual([message]);
    expect(counts).toEqual({ SlackPosted: 0, SlackRejected: 1 });
  });

  it('mails at once where Slack asks for more patience than there is', async () => {
    const { ports, posts, waits, mails } = await aWebhook([429, { 'retry-after': '3600' }]);

    await slack(published(message), ports);

    expect([posts.length, waits, mails.length]).toEqual([1, [], 1]);
  });

  it('tries what comes late once', async () => {
    const { ports, posts, waits, mails } = await aWebhook([503], [200]);
    const late = published(message, message).map((each) => ({ ...each, publishedAt: -PATIENCE_MS }));

    await slack(late, ports);

    expect([posts.length, waits, mails.length]).toEqual([2, [1_000], 1]);
  });

  it('fails when people could not be told by mail either, so that it is invoked again', async () => {
    const { ports, deadLetters } = await aWebhook([503]);
    const tellByMail = async () => {
      throw new Error('the topic is away');
    };

    await expect(slack(published(message), { ...ports, tellByMail })).rejects.toThrow('the topic is away');

    expect(deadLetters).toEqual([]);
  });

  it.each([400, 403, 404, 410, 302])(
    'keeps what Slack answers with %d, counts it and tells by mail',
    async (status) => {
      const { ports, posts, deadLetters, mails, counts } = await aWebhook([
        status,
        { location: 'http://127.0.0.1:1/' },
      ]);

      await slack(published(message), ports);

      expect(posts).toHaveLength(1);
      expect(deadLetters).toEqual([message]);
      expect(mails).toEqual([`5f2c8a90b1d3e467: Slack answered ${status}`]);
      expect(counts).toEqual({ SlackPosted: 0, SlackRejected: 1 });
    },
  );

  it('keeps what is no alert and posts the next', async () => {
    const { ports, posts, deadLetters } = await aWebhook([200]);

    await slack(published('{', '{}', message), ports);

    expect(deadLetters).toEqual(['{', '{}']);
    expect(posts).toHaveLength(1);
  });

  it('never says where it posts to', async () => {
    const { ports, warnings, mails } = await aWebhook([403]);
    await slack(published(message), ports);
    await new Promise((resolve) => server?.close(resolve));
    await slack(published(message), ports);

    expect(`${warnings} ${mails}`).toMatch(/answered 403.*busy or away/);
    expect(`${warnings} ${mails}`).not.toMatch(/services|127\.0\.0\.1/);
    for (const address of ['http://hooks.example/secret', 'secret', 'ftp://secret/'])
      expect(() => createSlackWebhook(address)).toThrow(/^the Slack webhook's secret holds no HTTPS address$/);
  });
});
