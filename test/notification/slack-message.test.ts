import { describe, expect, it } from 'vitest';
import { plain, renderSlackMessage, SLACK_LIMITS, type SlackMessage } from '../../shared/notification/slack-message.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { alertPictures, hostileAlert } from './hostile-alert.ts';

describe('the Slack message of an alert', () => {
  it('reads as it was agreed', async () => {
    const message = renderSlackMessage(
      anAlert({ pictures: alertPictures() }),
      'https://cases.example/5f2c8a90b1d3e467',
    );

    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot('golden/slack-message.json');
  });

  it('has no button without a page to link to, and no sections that would be empty', () => {
    const { blocks } = renderSlackMessage(anAlert({ mayBeBenign: [], events: [] }));

    expect(blocks.map(({ type }) => type)).not.toContain('actions');
    expect(allTexts(blocks).join('\n')).not.toMatch(/explain|accesses \(|35 days/);
    expectWithinLimits({ ...renderSlackMessage(anAlert()), blocks });
  });

  it('shows the last accesses, ten where there is room and fewer where names are long', () => {
    const [event] = anAlert().events;
    if (!event) throw new Error('no event');
    const shown = (dataset: string, changes: Parameters<typeof anAlert>[0] = {}) => {
      const events = Array.from({ length: 20 }, (_, i) => ({ ...event, action: `number-${i}.`, dataset }));
      return allTexts(renderSlackMessage(anAlert({ events, ...changes })).blocks)
        .join('\n')
        .match(/number-\d+/g);
    };
    const [signal] = anAlert().signals;
    if (!signal) throw new Error('no signal');
    const wordy = (signals: number) => ({ signals: new Array(signals).fill({ ...signal, text: 'x'.repeat(290) }) });
    const last = (count: number) => Array.from({ length: count }, (_, i) => `number-${20 - count + i}`);
    const explained = { mayBeBenign: new Array(20).fill('x'.repeat(200)) };
    const other = { alertId: 'another', openedAt: event.time, severity: 'low', headline: 'x'.repeat(250) } as const;

    expect(shown('user.profile')).toEqual(last(10));
    expect(shown('x'.repeat(80), { ...wordy(10), ...explained, otherCases: new Array(20).fill(other) })).toEqual(
      last(5),
    );
  });

  it('splits no letter of two units where it cuts', () => {
    const texts = [147, 148, 149].map((length) => plain('x'.repeat(length) + '\u{1f600}'.repeat(9), 150).text);

    expect(texts.map((text) => text.replaceAll(/x+/g, ''))).toEqual(['\u{1f600}…', '…', '…']);
    expect(plain('x'.repeat(150), 150).text).toBe('x'.repeat(150));
  });

  it('stays within what Slack takes, whatever names hold', () => {
    expectWithinLimits(renderSlackMessage(hostileAlert(), 'https://cases.example/1'));
  });

  it('has nothing that Slack would format, follow or notify', () => {
    const message = renderSlackMessage(hostileAlert(), 'https://cases.example/1');

    const json = JSON.stringify(message);
    expect(message.mrkdwn).toBe(false);
    expect(json).not.toContain('"type":"mrkdwn"');
    expect(json).not.toMatch(/[<>]/);
    expect(json.replace('https://cases.example/1', '')).not.toContain('://');
    expect(json).not.toMatch(/\\u001b|\\u009b/);
    expect(allTexts(message.blocks).join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });

  it('keeps a forged line inside the line that quotes it', () => {
    const lines = allTexts(renderSlackMessage(hostileAlert()).blocks).flatMap((text) => text.split('\n'));

    expect(lines.filter((line) => line.startsWith('Approval'))).toEqual(['Approval']);
  });
});

/** Block Kit reference: lengths of each block and element. */
function expectWithinLimits({ text, blocks }: SlackMessage): void {
  expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.section);
  expect(blocks.length).toBeLessThanOrEqual(50);
  expect(allTexts(blocks).join('').length).toBeLessThanOrEqual(9_000);
  for (const block of blocks) {
    const lengths = allTexts([block]).map((each) => each.length);
    const most = { header: 150, section: 3000, context: 2000, actions: 75 }[block.type as 'header'];
    expect(most, block.type).toBeDefined();
    for (const length of lengths) {
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThanOrEqual(most);
    }
    if (block.type !== 'section' || !block.fields) continue;
    expect(block.fields.length).toBeLessThanOrEqual(10);
    for (const field of block.fields) expect(field.text.length).toBeLessThanOrEqual(2000);
  }
}

/** Every text object's text in the blocks. */
function allTexts(blocks: unknown): string[] {
  if (Array.isArray(blocks)) return blocks.flatMap(allTexts);
  if (typeof blocks !== 'object' || blocks === null) return [];
  if ('type' in blocks && blocks.type === 'plain_text' && 'text' in blocks) return [String(blocks.text)];
  return Object.values(blocks).flatMap(allTexts);
}
