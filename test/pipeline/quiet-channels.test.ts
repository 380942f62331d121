import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { quietChannels } from '../../shared/pipeline/quiet-channels.ts';

it.each([
  ['low', 'medium', 'low', { quietChannels: ['email'] }],
  ['medium', 'medium', 'low', {}],
  ['medium', 'low', 'critical', { quietChannels: ['slack'] }],
  ['low', 'high', 'critical', { quietChannels: ['email', 'slack'] }],
  ['critical', 'critical', 'critical', {}],
] as const)('a %s alert, mail from %s and Slack from %s on: %o', (severity, email, slack, expected) => {
  const settings = { ...DEFAULT_SETTINGS, emailMinimumSeverity: email, slackMinimumSeverity: slack };

  expect(quietChannels(severity, settings)).toEqual(expected);
});
