import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from '../../shared/model/access.ts';
import { alertSchema } from '../../shared/model/alert.ts';
import { type Baseline, type Episode, emptyMaxima, initialBaseline } from '../../shared/model/baseline.ts';
import type { Settings } from '../../shared/model/settings.ts';
import { SUPPRESSIBLE_SIGNALS, type Suppression, suppressionOf } from '../../shared/model/suppression.ts';
import { composeAlert, type Told } from '../../shared/pipeline/compose-alert.ts';
import { keepEvidence } from '../../shared/pipeline/keep-evidence.ts';
import { score, type Verdict } from '../../shared/pipeline/score.ts';
import { MEASURES } from '../../shared/signals/index.ts';
import { FAMILIES } from '../../shared/signals/signal.ts';
import { aScoringContext, aSettledBaseline } from '../factories/a-history.ts';
import { aView, reads } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const settled = aSettledBaseline();
const TIME = Date.parse(timeOn(0, 10, 23));
const EPISODE: Episode = {
  alertId: 'c0ffee00c0ffee00',
  openedAt: TIME,
  lastEvidenceAt: TIME,
  revision: 2,
  toldScore: 5,
  toldSeverity: 'high',
  toldAt: TIME,
  toldFamilies: 1,
  withApproval: 0,
  withoutApproval: 70,
  subjects: 140,
};

/** What is told at the seventieth read of a sitting. */
function tell(
  changes: AccessEventChanges = {},
  told: Partial<Told> = {},
  { before = settled, settings = {} as Partial<Settings>, day = 0 } = {},
) {
  const scoring = aScoringContext(settings);
  const view =
    told.view ?? aView(before, reads(70, { subjects: { region: 'US', count: 2 }, ...changes }, { day }), { scoring });
  return composeAlert({
    view,
    verdict: score(view, scoring.snapshot),
    episode: EPISODE,
    severity: 'high',
    threshold: 3.9,
    learning: false,
    events: keepEvidence([], view.access),
    version: 812,
    ...told,
  });
}
const EVERYTHING: Suppression = {
  id: 's1',
  subject: { type: 'employee', id: 'e-00042' },
  signals: SUPPRESSIBLE_SIGNALS,
  from: new Date(0).toISOString(),
  until: timeOn(30),
  reason: 'a project',
  by: 'jane',
};
const benign = (...told: Parameters<typeof tell>) => tell(...told).mayBeBenign;

describe('an alert', () => {
  it('keeps the breach of policy that opened its case, whatever this access shows, so that nothing can hide it', () => {
    const breached = { ...EPISODE, toldFamilies: 1 << FAMILIES.indexOf('policy') };

    const { signals, headline } = tell({}, { episode: breached });

    expect(signals.at(-1)).toMatchObject({ signal: 'unapproved-access', share: 0 });
    expect(signals.at(-1)?.text).toMatch(/^earlier in this case US users/);
    expect(headline).toBe(`e-00042 (recsys, CN): ${signals[0]?.text}`);
    expect(suppressionOf(tell({}, { episode: breached }), [EVERYTHING], TIME)).toBeUndefined();
    expect(suppressionOf(tell(), [EVERYTHING], TIME)).toBe(EVERYTHING);
  });

  it('has every field that the contract names', () => {
    const alert = tell();

    expect(alertSchema.parse(alert)).toEqual(alert);
    expect(alert).toMatchObject({
      alertId: 'c0ffee00c0ffee00',
      revision: 2,
      time: timeOn(0, 10, 23),
      firstEventTime: timeOn(0, 10),
      lastEventTime: timeOn(0, 10, 23),
      subject: { type: 'employee', id: 'e-00042' },
      relatedEmployees: [],
      severity: 'high',
      headline: `e-00042 (recsys, CN): ${alert.signals[0]?.text}`,
      where: { homeCountry: 'CN', locatedIn: 'CN', network: 'public internet', device: 'd-9f3a' },
      team: 'recsys',
      protectedRegion: 'US',
      subjectsTouched: { count: 140, basis: 'estimated' },
      approvals: { with: 0, without: 70 },
      mayBeBenign: [],
      threshold: { score: 3.9, alertsPerDay: 2 },
      learning: false,
      events: [
        { dataset: 'user.profile', action: 'read', count: 2, outcome: 'allowed', country: 'CN', approved: false },
      ],
      baseline: { historyDays: 35, version: 812, peerGroup: 'recsys/CN' },
    });
    expect(alert.signals[0]).toMatchObject({ signal: 'volume', observed: 70, unit: 'reads a sitting' });
    expect(alert.score).toBeGreaterThan(3);
  });

  it('spans its evidence, in whatever order it came', () => {
    const [event] = keepEvidence([], aView(settled, reads(1)).access);
    if (!event) throw new Error('no evidence');
    const events = [timeOn(0, 11), timeOn(0, 9), timeOn(0, 10)].map((time) => ({ ...event, time: Date.parse(time) }));

    const alert = tell({}, { events });

    expect([alert.firstEventTime, alert.lastEventTime]).toEqual([timeOn(0, 9), timeOn(0, 11)]);
    expect(alert.events.map(({ time }) => time)).toEqual([timeOn(0, 11), timeOn(0, 9), timeOn(0, 10)]);
  });

  it.each([
    [1, {}, 'exact'],
    [2, {}, 'estimated'],
    [1, { subjects: { region: 'US', count: 2, countBasis: 'estimated' } }, 'estimated'],
    [2, { subjects: { region: 'US', count: undefined } }, 'unknown'],
    [0, { outcome: 'denied' }, 'exact'],
    [1, { outcome: 'denied' }, 'estimated'],
  ] as const)('of %d reads whose last one is %j has touched so many users: %s', (withoutApproval, changes, basis) => {
    const { subjectsTouched } = tell(changes, { episode: { ...EPISODE, withApproval: 0, withoutApproval } });

    expect(subjectsTouched).toEqual({ count: 140, basis });
  });

  it.each([[[1, 1, 1]], [[5, 1, 1, 1, 1, 1, 1]], [[0.965, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005]], [[2]]])(
    'has shares that sum to exactly one: %j',
    (parts) => {
      const contributions = parts.flatMap((evidence, i) => {
        const placed = MEASURES.find(
          ({ family }) =>
            family === FAMILIES.filter((name) => name !== 'policy').map((name) => FAMILIES.indexOf(name))[i],
        );
        return placed ? [{ placed, level: evidence + 0.8, evidence }] : [];
      });
      const evidence = parts.reduce((sum, part) => sum + part, 0);
      const verdict: Verdict = { strengths: [], contributions, evidence, score: 4 };

      const shares = tell({}, { verdict }).signals.map(({ share }) => share);

      expect(shares).toHaveLength(parts.length);
      expect(Math.round(shares.reduce((sum, share) => sum + share * 1e6, 0))).toBe(1e6);
      shares.forEach((share, i) => {
        expect(Math.abs(share - (parts[i] ?? 0) / evidence)).toBeLessThan(0.01);
      });
    },
  );

  it('on a breach of policy puts the fact first, which is the whole of it', () => {
    const { signals, headline } = tell(
      { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } },
      {},
      { settings: { requireApproval: ['precise-geolocation'] } },
    );

    expect(signals[0]).toMatchObject({ signal: 'unapproved-access', share: 1 });
    expect(signals.slice(1).map(({ share }) => share)).toEqual(signals.slice(1).map(() => 0));
    expect(headline).toBe(
      'e-00042 (recsys, CN): precise-geolocation of US users read from a country of concern without a live ticket',
    );
  });

  it('names where somebody is who is not at home, and whoever else it concerns, once', () => {
    const alert = tell({ network: { ip: addressIn.DE, deviceId: 'd-9f3a' }, actor: { onBehalfOf: 'e-00007' } });

    expect(alert.headline).toMatch(/^e-00042 \(recsys, CN, now in DE\): /);
    expect(alert.relatedEmployees).toEqual(['e-00007']);
    expect(tell({ network: { ip: addressIn.vpn } }).where).toEqual({
      homeCountry: 'CN',
      locatedIn: 'CN',
      network: 'vpn',
      device: 'unknown',
    });
  });

  it('says of shadow mode and pseudonyms that they were on, and nothing where they were not', () => {
    expect(tell({}, {}, { settings: { mode: 'shadow', identity: 'pseudonym' } })).toMatchObject({
      shadow: true,
      identity: 'pseudonym',
    });
    expect(Object.keys(tell())).not.toEqual(expect.arrayContaining(['shadow']));
    expect(Object.keys(tell())).not.toEqual(expect.arrayContaining(['identity']));
  });
});

describe('what may be benign about it', () => {
  const seen = (baseline: Partial<Baseline>, shock = { busy: 1, unusualHours: 0 }) => {
    const view = aView(settled, reads(70));
    return benign({}, { view: { ...view, shock, baseline: { ...view.baseline, ...baseline } } });
  };
  const today = aView(settled, reads(1)).baseline.day;

  it('is said of tickets, hand-overs, newcomers, journeys and unknown people', () => {
    expect(benign({}, { episode: { ...EPISODE, withApproval: 3, withoutApproval: 67 } })).toEqual([
      '3 of 70 reads had a ticket',
    ]);
    expect(benign({ actor: { onBehalfOf: 'e-00007' } })).toEqual(['done on behalf of e-00007']);
    expect(benign({}, {}, { before: initialBaseline() })).toEqual([
      'only 0 days of history: judged mostly by what recsys/CN does',
    ]);
    expect(benign({ network: { ip: addressIn.DE } })).toEqual(['may be travelling']);
    expect(benign({ actor: { id: 'e-00404' } })).toContain('not in the directory: may be new, or a missing import');
    expect(benign({}, { learning: true })).toEqual(['the detector is still learning what is normal here']);
  });

  it('is said of a new team, and of a day that is unusual for all of it', () => {
    expect(seen({ peerGroupDay: today.day - 3 })).toEqual(['new in this team: the work may have changed']);
    expect(seen({}, { busy: 2, unusualHours: 0.3 })).toEqual([
      'all of recsys is busier than usual today',
      'others of recsys work at unusual hours today as well',
    ]);
  });

  it('is said of a machine that was somebody else’s, which need not concern them, and of no other machine than the access’s own', () => {
    const view = aView(settled, reads(70));
    const device = view.access.categories[ATTRIBUTES.indexOf('device')] ?? 0;
    const borrowed = { device, owner: 'e-1', days: 3, users: 1 };

    expect(seen({ day: { ...today, borrowed } })).toEqual([
      'the machine was first used by somebody else: it may have been lent or handed on',
    ]);
    expect(seen({ day: { ...today, borrowed: { ...borrowed, device: device + 1 } } })).toEqual([]);
    const alert = tell({}, { view: { ...view, baseline: { ...view.baseline, day: { ...today, borrowed } } } });
    expect(alert.relatedEmployees).toEqual([]);
  });

  it('is said of whom others were refused, where they were read, and not where they were refused', () => {
    const view = aView(settled, reads(70));
    const linkHits = [{ kind: 'subject', subject: '00', actorId: 'e-9' }] as const;
    const refused = { ...view, access: { ...view.access, allowed: false } };

    expect(benign({}, { view: { ...view, linkHits } })).toEqual([
      'whoever was refused chose the users: they may be part of this person’s ordinary work',
    ]);
    expect(benign({}, { view: { ...refused, linkHits } })).toEqual([]);
  });

  it('is no journey where the last place was another country too short a while ago', () => {
    const place = (minutesBefore: number) => ({ country: 'CN', device: 0, time: TIME - minutesBefore * 60_000 });
    const network = { ip: addressIn.DE };

    expect(benign({ network }, {}, { before: { ...settled, place: place(60) } })).toEqual([
      'the address may be a VPN exit that nobody declared',
    ]);
    expect(benign({ network }, {}, { before: { ...settled, place: place(600) } })).toEqual(['may be travelling']);
  });

  it('is said of somebody who comes back, and not of one who was alerted about every day', () => {
    const yesterday = { ...emptyMaxima(today.day - 1), population: 1 as const };

    expect(benign({}, {}, { day: 14 })).toEqual(['back after 16 days away']);
    expect(benign({}, {}, { day: 49 })).toEqual(['back after 35 days or more away']);
    expect(seen({ dailyReads: [0, 0, 0, 0, 0, 0, 3], closedDays: [] })).toEqual(['back after 6 days away']);
    expect(seen({ dailyReads: [0, 0, 0, 0, 0, 0, 3], closedDays: [yesterday] })).toEqual([]);
  });
});
