import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/model/alert.ts';
import { subjectLine } from '../../shared/notification/card.ts';
import { renderEmailCard } from '../../shared/notification/email-card.ts';
import { anAlert } from '../contracts/alert-factory.ts';
import { alertPictures, hostileAlert } from './hostile-alert.ts';

describe('the card of an alert', () => {
  it('says who did what, why that is unusual and what may explain it', async () => {
    await expect(renderEmailCard(anAlert())).toMatchFileSnapshot('golden/email-card.txt');
  });

  it('says where the rest of a person’s look-ups is, of which a case has its own alone', () => {
    const [signal] = anAlert().signals;
    const lookups = signal ? [{ ...signal, signal: 'targeted-lookups' as const }] : [];

    expect(renderEmailCard(anAlert({ signals: lookups }))).toContain(
      'earlier look-ups of the same user in the archive',
    );
    expect(renderEmailCard(anAlert())).not.toContain('earlier look-ups');
  });

  it('leaves out what there is nothing to say about', () => {
    const card = renderEmailCard(anAlert({ mayBeBenign: [], events: [], team: '' }));

    expect(card).not.toMatch(/explain|Accesses|Related/);
    expect(card).toContain('team unknown');
  });

  it('says how usual what was used is, and shows the last weeks in letters', () => {
    const card = renderEmailCard(anAlert({ pictures: alertPictures() }));

    expect(card).toContain(
      'How usual is what was used\n  - dataset user.profile: this person never, peers rarely, country often\n',
    );
    expect(card).toMatch(/today last\n {2}[▁-█·]{35} {2}at most 70\n/);
  });

  it('says of one access how many users it touched, and of several that who is read again counts again', () => {
    const [event] = anAlert().events;
    const events = event ? [{ ...event, count: 1 }] : [];
    const one = renderEmailCard(
      anAlert({ approvals: { with: 0, without: 1 }, subjectsTouched: { count: 1, basis: 'exact' }, events }),
    );

    expect(one).toContain('Users     1 of US (exact)\n');
    expect(one).toContain('  CN  1 user  allowed');
    expect(one).toContain('cover the 1 access without one');
    expect(renderEmailCard(anAlert())).toContain('Users     70 of US (estimated; repeats count again)\n');
  });

  it('begins with what is new where people were told before', () => {
    const toldBefore = {
      revision: 1,
      time: '2026-11-23T10:05:00.000Z',
      severity: 'medium',
      score: 4.13,
      signals: ['volume'],
    } as const;
    const [first] = anAlert().signals;
    const signals = [first, { ...first, signal: 'odd-hours' }, { ...first, signal: 'odd-hours' }] as Alert['signals'];

    const alert = anAlert({ revision: 3, toldBefore, signals });
    const card = renderEmailCard(alert);
    const inDigest = renderEmailCard(
      anAlert({ revision: 3, signals, toldBefore: { ...toldBefore, signals: undefined } }),
    );

    expect(first?.signal).toBe('volume');
    expect(subjectLine(alert)).toBe('[high] Update: e-00042: 70 reads of US users in 27 minutes; 0 to 9 ...');
    expect(card).toContain(
      `New       joined by odd-hours; now high, score ${alert.score.toFixed(1)}; revision 1 of 2026-11-23 10:05:00 UTC said medium, score 4.1\n`,
    );
    expect(inDigest).toContain('New       now high');
    expect(renderEmailCard(anAlert({ revision: 3 }))).not.toMatch(/Update|New {7}/);
  });

  it('begins with that the case is still open where it reminds of it', () => {
    const reminder = anAlert({ reminder: true });

    expect(subjectLine(reminder)).toBe('[high] Still open: e-00042: 70 reads of US users in 27 minutes; 0 t...');
    expect(renderEmailCard(reminder)).toContain('HIGH: Still open: e-00042 in China read 70 US users in 27 minutes\n');
    expect(renderEmailCard(anAlert())).not.toContain('Still open');
  });

  it('says in its subject what happened, however long the id is', () => {
    const subject = { type: 'employee', id: 'anna.schmidt-mueller@corporation.example' } as const;
    const headline = `${subject.id} (trust-and-safety-data-platform, DE): 70 reads of US users`;

    expect(subjectLine(anAlert({ subject, headline }))).toBe(
      '[high] anna.schmidt-muelle~: 70 reads of US users in 27 minutes; 0 ...',
    );
  });

  it('says what somebody’s role is, and what else is open about them', () => {
    const otherCases = [
      { alertId: 'a1', openedAt: '2026-11-20T08:00:00.000Z', severity: 'low', headline: 'e-00042: 9 refusals' },
    ] as const;

    const card = renderEmailCard(anAlert({ role: 'data engineer', otherCases }));

    expect(card).toContain('Who       e-00042 (employee, data engineer, team recsys)\n');
    expect(card).toContain('Other open cases of the same subject\n  - 2026-11-20 low, case a1: e-00042: 9 refusals\n');
  });

  it('names related people and says when it is still learning', () => {
    const card = renderEmailCard(anAlert({ relatedEmployees: ['e-1', 'e-2'], learning: true }));

    expect(card).toContain('Related   e-1, e-2\n');
    expect(card).toContain('alerts start at 3.9 (learning: little history yet)');
  });

  it('names twenty of many related people', () => {
    const relatedEmployees = Array.from({ length: 30 }, (_, i) => `e-${i + 1}`);

    const card = renderEmailCard(anAlert({ relatedEmployees }));

    expect(card).toContain(`Related   ${relatedEmployees.slice(0, 20).join(', ')}\n`);
  });

  it('says what the team is, however long and odd the role', () => {
    const card = renderEmailCard(anAlert({ role: `\u001B[2Jhead\n${'of ads '.repeat(100)}` }));

    expect(card).toMatch(/^Who {7}e-00042 \(employee, head of ads [^\n]{0,60}…, team recsys\)$/m);
  });

  it('shows the last accesses of many', () => {
    const [event] = anAlert().events;
    const events = Array.from({ length: 20 }, (_, index) => ({ ...event, dataset: `set-${index}` }));

    const card = renderEmailCard(anAlert({ events: events as Alert['events'] }));

    expect(card).toContain('Accesses (last 5 of 20)');
    expect(card.match(/(?<=read {2})set-\d+/g)).toEqual(['set-15', 'set-16', 'set-17', 'set-18', 'set-19']);
  });

  it('cannot be forged by any name in it', () => {
    const card = renderEmailCard(hostileAlert());

    expect(card.match(/^Approval/gm)).toHaveLength(1);
    expect(card.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(card).not.toContain('://');
    for (const line of card.split('\n')) expect(line.length).toBeLessThan(700);
  });
});
