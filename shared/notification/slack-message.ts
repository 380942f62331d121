import type { ContextBlock, HeaderBlock, KnownBlock, PlainTextElement, SectionBlock } from '@slack/types';
import type { Alert } from '../model/alert.ts';
import { type Card, type CardFact, cardOf } from './card.ts';
import { sparkline } from './sparkline.ts';

/** The body of a post to an incoming webhook. */
export interface SlackMessage {
  /** What notifications and screen readers say. */
  readonly text: string;
  /** Off: what others chose must not format the text, or call a channel. */
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly KnownBlock[];
}

/** Slack refuses a message that exceeds them (Block Kit reference, by block). */
export const SLACK_LIMITS = { blocks: 50, header: 150, section: 3000, fields: 10, field: 2000, button: 75 } as const;

/**
 * Slack refuses a message whose blocks hold too much text together. It says nowhere how much; about 9,600 characters were
 * seen to pass and 11,300 not (github.com/slackapi/bolt-js/issues/2867).
 */
export const SLACK_TOTAL_CHARACTERS = 9_000;

/** How much of an alert is shown: all that usually fits, and less where names are long. */
const EXTENTS = [
  { events: 10, section: SLACK_LIMITS.section },
  { events: 5, section: 1_200 },
  { events: 2, section: 600 },
] as const;
type Extent = (typeof EXTENTS)[number];

/**
 * An alert for Slack's incoming webhooks. All text is `plain_text`, where Slack reads neither mrkdwn nor mentions nor links, and
 * angle brackets, which open both, are replaced besides.
 *
 * @param caseUrl page of the case, behind a login; without it there is no button
 */
export function renderSlackMessage(alert: Alert, caseUrl?: string): SlackMessage {
  const card = cardOf(alert);
  const blocks = EXTENTS.map((extent) => blocksOf(card, caseUrl, extent));
  return {
    text: inert(card.subjectLine),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: blocks.find((some) => charactersIn(some) <= SLACK_TOTAL_CHARACTERS) ?? blocks.at(-1) ?? [],
  };
}

function blocksOf(card: Card, caseUrl: string | undefined, extent: Extent): readonly KnownBlock[] {
  const section = sectionOf(extent.section);
  const numbered = card.nextSteps.map((step, index) => `${index + 1}. ${step}`);
  const blocks: (KnownBlock | undefined)[] = [
    header(`${card.severity.toUpperCase()}: ${card.claim}`),
    fields(card.facts),
    section(
      'Why',
      card.reasons.map(({ percent, signal, text }) => `${percent}% ${signal}: ${text}`),
    ),
    card.pictures && section('Protected reads of the last 35 days, today last', [sparkline(card.pictures.dailyReads)]),
    section('How usual is what was used', card.usual),
    fields(card.grounds),
    section(
      `Last accesses (of ${card.events.length})`,
      card.events.slice(-extent.events).map((cells) => cells.join(' · ')),
    ),
    section('What may explain it', card.mayBeBenign),
    section('Next steps', numbered),
    section('Other open cases of the same subject', card.otherCases),
    context(`Case ${card.caseId}, revision ${card.revision}`),
    caseUrl === undefined
      ? undefined
      : {
          type: 'actions',
          elements: [{ type: 'button', text: plain('Open the case', SLACK_LIMITS.button), url: caseUrl }],
        },
  ];
  return blocks.filter((block) => block !== undefined);
}

/** Of all texts in the blocks. */
function charactersIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if ('type' in value && value.type === 'plain_text' && 'text' in value) return String(value.text).length;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part), 0);
}

/** Text in which Slack finds neither a mention nor a link. */
export const inert = (text: string) => text.replaceAll('<', '‹').replaceAll('>', '›');

/** Slack counts UTF-16 units; a cut never splits a pair. */
export function plain(text: string, maximum: number): PlainTextElement {
  let kept = '';
  const whole = inert(text);
  if (whole.length <= maximum) return { type: 'plain_text', text: whole, emoji: false };
  for (const character of whole) {
    if (kept.length + character.length > maximum - 1) break;
    kept += character;
  }
  return { type: 'plain_text', text: `${kept}…`, emoji: false };
}

const header = (text: string): HeaderBlock => ({ type: 'header', text: plain(text, SLACK_LIMITS.header) });

const context = (text: string): ContextBlock => ({ type: 'context', elements: [plain(text, SLACK_LIMITS.field)] });

const fields = (facts: readonly CardFact[]): SectionBlock => ({
  type: 'section',
  fields: facts.slice(0, SLACK_LIMITS.fields).map(({ label, text }) => plain(`${label}\n${text}`, SLACK_LIMITS.field)),
});

const sectionOf =
  (most: number) =>
  (title: string, lines: readonly string[]): SectionBlock | undefined =>
    lines.length === 0 ? undefined : { type: 'section', text: plain([title, ...lines].join('\n'), most) };
