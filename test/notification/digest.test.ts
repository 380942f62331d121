import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { alertDigestSchema } from '../../shared/model/alert-digest.ts';
import { queueSafeJson } from '../../shared/model/queue-safe-json.ts';
import { digestible, digestsOf } from '../../shared/notification/digest.ts';
import { digestSubjectLine, renderEmailDigest } from '../../shared/notification/email-digest.ts';
import { renderSlackDigest } from '../../shared/notification/slack-digest.ts';
import { SLACK_LIMITS } from '../../shared/notification/slack-message.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { HOSTILE_TEXT } from './hostile-alert.ts';

const SNS_MESSAGE_BYTES = 262_144;
const digestsFor = (count: number, headline: string, identity?: 'pseudonym') =>
  digestsOf(
    Array.from({ length: count }, (_, i) =>
      digestible(
        anAlert({
          alertId: `case-${i}`,
          headline,
          severity: i === count - 1 ? 'critical' : 'low',
          ...(identity && { identity }),
        }),
      ),
    ),
  );
const messageOf = (digest: ReturnType<typeof digestsOf>[number]) =>
  JSON.stringify({ default: queueSafeJson(digest), email: renderEmailDigest(digest) });

describe('a digest', () => {
  it.each([
    ['plain', 'e-00042 in China read 70 US users in 27 minutes'],
    ['hostile', HOSTILE_TEXT],
    ['made of emoji', '😀'.repeat(500)],
    ['made of quotation marks', '"\\'.repeat(500)],
  ])('fits its messages when headlines are %s, and names each case once', (_, headline) => {
    const digests = digestsFor(3_000, headline);

    for (const digest of digests) expect(Buffer.byteLength(messageOf(digest))).toBeLessThan(SNS_MESSAGE_BYTES - 1_024);
    const ids = digests.flatMap(({ cases }) => cases.map(({ alertId }) => alertId));
    expect(ids.toSorted()).toEqual(Array.from({ length: 3_000 }, (__, i) => `case-${i}`).toSorted());
    expect(digests.map(({ part, parts }) => [part, parts])).toEqual(digests.map((__, i) => [i + 1, digests.length]));
    for (const digest of digests)
      expect(z.safeParse(alertDigestSchema, JSON.parse(queueSafeJson(digest))).success).toBe(true);
  });

  it('is mailed with the worst first, under a subject of ASCII that says how bad', () => {
    const [digest] = digestsFor(12, 'Zoë read 70 US users');
    if (!digest) throw new Error('there is none');

    expect(digestSubjectLine(digest)).toBe('[critical] 12 cases at once: 1 critical, 11 low');
    const lines = renderEmailDigest(digest).split('\n');
    expect(lines.indexOf('CRITICAL (1 here)')).toBeLessThan(lines.indexOf('LOW (11 here)'));
    expect(lines).toContain('  case-11  2026-11-23 10:15  6.1  Zoë read 70 US users');
  });

  it('names nobody where messages are to name nobody', () => {
    const [digest] = digestsFor(12, 'e-00042 in China read 70 US users', 'pseudonym');

    expect(JSON.stringify(digest)).not.toContain('e-00042');
  });

  it('goes to Slack in posts that Slack takes, every case in one of them, with nothing that formats or calls', () => {
    const [digest] = digestsFor(400, HOSTILE_TEXT);
    if (!digest) throw new Error('there is none');

    const posts = renderSlackDigest(digest);

    const texts = posts.map(({ blocks }) =>
      blocks.flatMap((block) =>
        (block.type === 'header' || block.type === 'section') && block.text ? [block.text] : [],
      ),
    );
    for (const blocks of texts) {
      expect(blocks[0]?.text.length).toBeLessThanOrEqual(SLACK_LIMITS.header);
      for (const { text, type } of blocks) {
        expect(type).toBe('plain_text');
        expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.section);
        expect(text).not.toMatch(/[<>]/);
      }
      expect(blocks.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(9_600);
    }
    const all = texts
      .flat()
      .map(({ text }) => text)
      .join('\n');
    for (let i = 0; i < digest.cases.length; i++) expect(all).toContain(`${digest.cases[i]?.alertId}  `);
  });
});
