import { describe, expect, it } from 'vitest';
import { renderAlertPage } from '../../shared/notification/alert-page.ts';
import { renderEmailCard } from '../../shared/notification/email-card.ts';
import { asNamedToPeople } from '../../shared/notification/pseudonyms.ts';
import { renderSlackMessage } from '../../shared/notification/slack-message.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { alertPictures } from './hostile-alert.ts';

const [signal] = anAlert().signals;
const [event] = anAlert().events;
if (!signal || !event) throw new Error('the alert of the factory has neither signal nor access');

const named = anAlert({
  identity: 'pseudonym',
  subject: { type: 'employee', id: 'e-1' },
  relatedEmployees: ['e-10', 'e-7'],
  headline: 'e-1 (recsys, CN): met e-10 and e-7',
  signals: [{ ...signal, text: 'device d-9f3a: never used before; e-1 met e-10' }],
  mayBeBenign: ['done on behalf of e-7'],
  pictures: {
    ...alertPictures(),
    ladder: [{ attribute: 'device', value: 'd-9f3a', self: 'never', peers: 'never', country: 'never' }],
  },
});

describe('an alert that names people by pseudonyms', () => {
  it('has nobody in any form of the card', () => {
    for (const form of [renderEmailCard(named), JSON.stringify(renderSlackMessage(named)), renderAlertPage(named)])
      expect(form).not.toMatch(/e-1\b|e-10|e-7|d-9f3a/);
  });

  it('joins no cases of one person, neither by naming them nor by a rare role', () => {
    const otherCases = [
      { alertId: 'a1', openedAt: '2026-11-20T08:00:00.000Z', severity: 'low', headline: 'e-1: 9 refusals' },
    ] as const;
    const alert = { ...named, role: 'head of ads', otherCases };

    for (const form of [renderEmailCard(alert), JSON.stringify(renderSlackMessage(alert)), renderAlertPage(alert)])
      expect(form).not.toMatch(/head of ads|a1|refusals|Other open cases/);
  });

  it('names nobody by the places that are called after them', () => {
    const events = [{ ...event, id: 'e-1/7', dataset: 'sandbox.e-1', store: 'home-e-1' }];
    const alert = { ...named, events };

    for (const form of [renderEmailCard(alert), JSON.stringify(renderSlackMessage(alert)), renderAlertPage(alert)])
      expect(form).not.toContain('e-1');
    expect(JSON.stringify(asNamedToPeople(alert).events)).not.toContain('e-1');
  });

  it('keeps people apart, and whole', () => {
    const told = asNamedToPeople(named);

    expect(told.headline).toBe('employee 5f2c8a90 (recsys, CN): met related person 1 and related person 2');
    expect(told.mayBeBenign).toEqual(['done on behalf of related person 2']);
  });

  it('is the same when it is named twice, since a message may be rendered by whoever receives it', () => {
    expect(asNamedToPeople(asNamedToPeople(named))).toEqual(asNamedToPeople(named));
  });

  it('is left alone where ids are wanted', () => {
    const { identity, ...withIds } = named;

    expect(asNamedToPeople(withIds)).toBe(withIds);
  });
});
