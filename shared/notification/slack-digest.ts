import type { AlertDigest } from '../model/alert-digest.ts';
import { digestTitle, linesBySeverity } from './digest-line.ts';
import { digestSubjectLine } from './email-digest.ts';
import { inert, plain, SLACK_LIMITS, SLACK_TOTAL_CHARACTERS, type SlackMessage } from './slack-message.ts';

const SECTIONS_A_POST = Math.floor(SLACK_TOTAL_CHARACTERS / SLACK_LIMITS.section);
const SECTION_CHARACTERS = SLACK_LIMITS.section - 100;

/** A digest for Slack: as many posts as it takes to name every case. All text is plain, as in the card. */
export function renderSlackDigest(digest: AlertDigest): SlackMessage[] {
  const sections = linesBySeverity(digest).flatMap(([severity, lines]) => fill(severity.toUpperCase(), lines));
  const posts = Math.max(1, Math.ceil(sections.length / SECTIONS_A_POST));
  return Array.from({ length: posts }, (_, post) => ({
    text: inert(digestSubjectLine(digest)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: 'header',
        text: plain(`${digestTitle(digest)}${posts > 1 ? `, post ${post + 1} of ${posts}` : ''}`, SLACK_LIMITS.header),
      },
      ...sections
        .slice(post * SECTIONS_A_POST, (post + 1) * SECTIONS_A_POST)
        .map((text) => ({ type: 'section' as const, text: plain(text, SLACK_LIMITS.section) })),
    ],
  }));
}

/** Texts of lines under a title, none longer than a section. */
function fill(title: string, lines: readonly string[]): string[] {
  const texts: string[] = [];
  let text = title;
  for (const line of lines) {
    if (text.length + 1 + line.length > SECTION_CHARACTERS) {
      texts.push(text);
      text = title;
    }
    text += `\n${line}`;
  }
  return [...texts, text];
}
