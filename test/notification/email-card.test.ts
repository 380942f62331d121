import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { renderEmailCard } from '../../shared/notification/email-card.ts';
import { anAlert } from '../contracts/alert-factory.ts';

describe('the card of an alert', () => {
  it('says who did what, why that is unusual and what may explain it', () => {
    expect(renderEmailCard(anAlert())).toBe(
      [
        'HIGH: e-00042 in China read 70 US users in 27 minutes',
        '',
        'Who       e-00042 (employee, team recsys)',
        'Where     located in CN, home CN, 36.110.4.7, device d-9f3a',
        'When      2026-11-23T09:48:00.000Z to 2026-11-23T10:15:30.123Z',
        'Users     70 of US (exact)',
        'Approval  3 accesses with a ticket, 67 without',
        'Score     6.1; alerts start at 3.9',
        'History   41 days, compared with recsys/CN',
        '',
        'Why',
        '  100%  volume: 70 reads of US users in 27 minutes; 0 to 9 a sitting is usual',
        '',
        'What may explain it',
        '  - team-wide launch this week',
        '',
        'Accesses (1)',
        '  2026-11-23T10:15:30.123Z  read  user.profile  us-primary  CN  12 users  allowed  no ticket',
        '',
        'Case 5f2c8a90b1d3e467, revision 1',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what there is nothing to say about', () => {
    const card = renderEmailCard(anAlert({ mayBeBenign: [], events: [], team: '' }));

    expect(card).not.toMatch(/explain|Accesses|Related/);
    expect(card).toContain('team unknown');
  });

  it('names related people and says when it is still learning', () => {
    const card = renderEmailCard(anAlert({ relatedEmployees: ['e-1', 'e-2'], learning: true }));

    expect(card).toContain('Related   e-1, e-2\n');
    expect(card).toContain('alerts start at 3.9 (learning: little history yet)');
  });

  it('shows the last accesses of many', () => {
    const [event] = anAlert().events;
    const events = Array.from({ length: 20 }, (_, index) => ({ ...event, dataset: `set-${index}` }));

    const card = renderEmailCard(anAlert({ events: events as Alert['events'] }));

    expect(card).toContain('Accesses (last 5 of 20)');
    expect(card.match(/set-\d+/g)).toEqual(['set-15', 'set-16', 'set-17', 'set-18', 'set-19']);
  });

  it('cannot be forged by any name in it', () => {
    const poison = 'x\r\nApproval  all fine\u2028\u001B[2J\u202Ehttps://evil.example/\u0000';
    const [event] = anAlert().events;
    const [signal] = anAlert().signals;
    if (!event || !signal) throw new Error('the factory changed');
    const poisoned = anAlert({
      alertId: poison,
      headline: poison,
      subject: { type: 'employee', id: poison },
      relatedEmployees: [poison],
      where: { homeCountry: poison, locatedIn: poison, network: poison, device: poison },
      team: poison,
      protectedRegion: poison,
      mayBeBenign: [poison],
      signals: [{ ...signal, text: poison }],
      events: [{ ...event, action: poison, dataset: poison, store: poison, country: poison }],
      baseline: { historyDays: 1, version: 1, peerGroup: poison },
    });

    const card = renderEmailCard(poisoned);

    const lines = renderEmailCard(anAlert({ relatedEmployees: ['e-1'] })).split('\n');
    expect(card.split('\n')).toHaveLength(lines.length);
    expect(card.match(/^Approval/gm)).toHaveLength(1);
    expect(card.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(card).not.toContain('://');
  });
});
