import type { ContextBlock, HeaderBlock, KnownBlock, PlainTextElement, SectionBlock } from '@slack/types';
import type { Alert } from '../model/alert.ts';
import { type CardFact, cardOf } from './card.ts';
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

const EVENTS_SHOWN = 10;

/**
 * An alert for Slack's incoming webhooks. All text is `plain_text`, where Slack reads neither mrkdwn nor mentions nor links, and
 * angle brackets, which open both, are replaced besides.
 *
 * @param caseUrl page of the case, behind a login; without it there is no button
 */
export function renderSlackMessage(alert: Alert, caseUrl?: string): SlackMessage {
  const card = cardOf(alert);
  const numbered = card.nextSteps.map((step, index) => `${index + 1}. ${step}`);
  const blocks: (KnownBlock | undefined)[] = [
    header(`${card.severity.toUpperCase()}: ${card.claim}`),
    fields(card.facts),
    section(
      'Why',
      card.reasons.map(({ percent, signal, text }) => `${percent}% ${signal}: ${text}`),
    ),
    card.pictures && section('Protected reads of the last 35 days, today last', [sparkline(card.pictures.dailyReads)]),
    fields(card.grounds),
    section(
      `Last accesses (of ${card.events.length})`,
      card.events.slice(-EVENTS_SHOWN).map((cells) => cells.join(' · ')),
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
  return {
    text: inert(card.subjectLine),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: blocks.filter((block) => block !== undefined),
  };
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

const section = (title: string, lines: readonly string[]): SectionBlock | undefined =>
  lines.length === 0 ? undefined : { type: 'section', text: plain([title, ...lines].join('\n'), SLACK_LIMITS.section) };
