import type { Alert } from '../../shared/model/alert.ts';

/** An alert as `detect` queues it; tests name only what they are about. */
export function anAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alertId: '5f2c8a90b1d3e467',
    revision: 1,
    time: '2026-11-23T10:15:30.123Z',
    firstEventTime: '2026-11-23T09:48:00.000Z',
    lastEventTime: '2026-11-23T10:15:30.123Z',
    subject: { type: 'employee', id: 'e-00042' },
    relatedEmployees: [],
    severity: 'high',
    score: 6.13,
    headline: 'e-00042 in China read 70 US users in 27 minutes',
    signals: [
      {
        signal: 'volume',
        observed: 70,
        expected: { median: 3, low: 0, high: 9 },
        unit: 'reads a sitting',
        score: 6.13,
        share: 1,
        text: '70 reads of US users in 27 minutes; 0 to 9 a sitting is usual',
      },
    ],
    where: { homeCountry: 'CN', locatedIn: 'CN', network: '36.110.4.7', device: 'd-9f3a' },
    team: 'recsys',
    protectedRegion: 'US',
    subjectsTouched: { count: 70, basis: 'estimated' },
    approvals: { with: 3, without: 67 },
    mayBeBenign: ['team-wide launch this week'],
    threshold: { score: 3.9, alertsPerDay: 2 },
    learning: false,
    events: [
      {
        id: 'ev-1k2',
        time: '2026-11-23T10:15:30.123Z',
        action: 'read',
        dataset: 'user.profile',
        store: 'us-primary',
        count: 12,
        outcome: 'allowed',
        country: 'CN',
        approved: false,
      },
    ],
    baseline: { historyDays: 41, version: 812, peerGroup: 'recsys/CN' },
    ...changes,
  };
}
