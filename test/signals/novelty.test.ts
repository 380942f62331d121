import { describe, expect, it } from 'vitest';
import type { Baseline } from '../../shared/model/baseline.ts';
import { categoryHash } from '../../shared/pipeline/enrich.ts';
import { firstSeenProbability, novelty } from '../../shared/signals/novelty.ts';
import { pitmanYor } from '../../shared/stats/pitman-yor.ts';
import { aSettledBaseline, foldEvents } from '../factories/a-history.ts';
import { amongPeers, aView, explanationOf, reads, strengthOf } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const CARDS = { dataset: 'billing.card', dataClass: 'covered-personal-identifiers' };
const settled = aSettledBaseline();
const alike = amongPeers(new Array(12).fill(settled));

const seeing = (accesses: readonly AccessEventChanges[], before: Baseline = settled) =>
  aView(before, accesses, { scoring: alike });
/** So many reads of a data set that neither this person nor the peers ever used. */
const ofCards = (count: number, changes: AccessEventChanges = {}) =>
  seeing(reads(count, { resource: CARDS, ...changes }));
const strengthsOf = (view: ReturnType<typeof aView>) => novelty.measures.map((measure) => measure.strength(view));
const rising = (strengths: readonly number[]) => [...new Set(strengths)].sort((a, b) => a - b);

describe('novelty', () => {
  it('is a data set, a store or a kind of action that nobody used, in many reads without a ticket', () => {
    expect(strengthOf('novelty.dataset', ofCards(30))).toBeGreaterThan(8);
    expect(strengthOf('novelty.store', seeing(reads(30, { resource: { store: 'sg-replica' } })))).toBeGreaterThan(8);
    expect(strengthOf('novelty.action', seeing(reads(30, { action: 'export' })))).toBeGreaterThan(8);
  });

  it('is not what is used every day', () => {
    expect(Math.max(...strengthsOf(seeing(reads(60))))).toBeLessThan(0.5);
  });

  it('is little in one curious click, and hardly anything in one that peers do daily', () => {
    const peers = amongPeers(new Array(12).fill(aSettledBaseline({ resource: CARDS })));
    const click = strengthOf('novelty.dataset', ofCards(1));

    expect(click).toBeLessThan(0.25 * strengthOf('novelty.dataset', ofCards(30)));
    expect(
      strengthOf('novelty.dataset', aView(settled, reads(1, { resource: CARDS }), { scoring: peers })),
    ).toBeLessThan(0.25 * click);
  });

  it('is the less odd, the more days somebody has used it', () => {
    const strengths = [20, 10, 5, 2, 1, 0].map((days) => {
      const { habits } = settled;
      const cards = { attribute: 0, hash: categoryHash('dataset billing.card'), days, lastDay: settled.day.day };
      const categories = days > 0 ? [...habits.categories, cards] : habits.categories;
      return strengthOf(
        'novelty.dataset',
        seeing(reads(10, { resource: CARDS }), { ...settled, habits: { ...habits, categories } }),
      );
    });

    expect(strengths).toEqual(rising(strengths));
  });

  it('is judged by all days of the attribute, as Pitman and Yor have it, and backed off to the peers', () => {
    const view = seeing(reads(1, { resource: CARDS }));
    const { habits } = view.baseline;
    const days = (attribute: number, value: string, count: number) => ({
      attribute,
      hash: categoryHash(value),
      days: count,
      lastDay: 0,
    });
    const categories = [
      days(0, 'dataset user.profile', 20),
      days(0, 'dataset billing.card', 2),
      days(4, 'device d-1', 1),
      days(0, 'dataset user.message', 5),
    ];
    const known: typeof view = {
      ...view,
      baseline: { ...view.baseline, habits: { ...habits, categories } },
      peers: { ...view.peers, category: () => 0.01 },
      trust: 0.5,
    };

    expect(firstSeenProbability(known, 0)).toBeCloseTo(pitmanYor(1, 13.5, 1.5, 0.01), 12);
    // A machine is one's own: after half a day of another one, a new one is as likely as (1 + 0.5)^-2.
    expect(firstSeenProbability(known, 4)).toBeCloseTo(pitmanYor(0, 0.5, 0.5, 1.5 ** -2), 12);
  });

  it('is judged by what is trusted: of days that count little no one makes a value usual', () => {
    const { habits } = settled;
    const probabilityOf = (days: number, trust: number) => {
      const cards = { attribute: 0, hash: categoryHash('dataset billing.card'), days, lastDay: settled.day.day };
      const known = { ...settled, habits: { ...habits, categories: [...habits.categories, cards] } };
      return firstSeenProbability({ ...seeing(reads(1, { resource: CARDS }), known), trust }, 0);
    };

    expect(probabilityOf(1, 1 / 14)).toBeLessThanOrEqual(probabilityOf(1, 1));
    expect(probabilityOf(61, 1 / 14)).toBeLessThan(probabilityOf(61, 1));
  });

  it('grows with the reads, of which those with a ticket count a quarter', () => {
    const strengths = [1, 2, 4, 10, 30].map((count) => strengthOf('novelty.dataset', ofCards(count)));
    const ticketed = strengthOf('novelty.dataset', ofCards(40, { approval: { ticket: 'T-1' } }));

    expect(strengths).toEqual(rising(strengths));
    expect(ticketed).toBeCloseTo(strengths[3] ?? 0, 9);
  });

  it('weighs more in the classes that the law protects most', () => {
    const sensitive = ofCards(10, { resource: { ...CARDS, dataClass: 'personal-financial' } });

    expect(strengthOf('novelty.dataset', sensitive)).toBeCloseTo(1.25 * strengthOf('novelty.dataset', ofCards(10)), 9);
  });

  it.each([
    ['novelty.device', { ip: addressIn.CN, deviceId: 'd-new' }],
    ['novelty.country', { ip: addressIn.SG, deviceId: 'd-9f3a' }],
  ])('does not grow with the work done there where it is a %s, and never convinces alone', (name, network) => {
    const once = strengthOf(name, seeing(reads(1, { network })));

    expect(once).toBeGreaterThan(1.5);
    expect(strengthOf(name, seeing(reads(80, { network })))).toBe(once);
    expect(novelty.measures.find((measure) => measure.name === name)?.mostLevel).toBeLessThan(2);
  });

  it('is neither refused nor about users who are not protected', () => {
    const [last] = reads(1, { id: 'last', resource: CARDS, outcome: 'denied' });

    expect(strengthsOf(seeing([...reads(30, { resource: CARDS }), last ?? {}]))).toEqual([0, 0, 0, 0, 0]);
    expect(strengthsOf(ofCards(30, { subjects: { region: 'GB' } }))).toEqual([0, 0, 0, 0, 0]);
  });

  it('says how often this person and the peers use it', () => {
    expect(explanationOf('novelty.dataset', seeing(reads(1)))).toEqual({
      observed: 25,
      expected: { median: 13, low: 1, high: 25 },
      unit: 'days with this data set',
      text: 'data set user.profile: used on 25 days of 25; peers use it on most days',
    });
    expect(explanationOf('novelty.dataset', ofCards(3)).text).toBe(
      'data set billing.card: never used before; not seen among peers; 3 accesses today, 3 about US users without a ticket',
    );
  });

  it('does not call never used what may have lost its place among the habits: of data sets these hold fourteen', () => {
    const textAfter = (dataSets: number) => {
      const events = Array.from({ length: 5 * dataSets }, (_, i) =>
        anAccessEvent({ id: `ev-${i}`, time: timeOn(i - 5 * dataSets), resource: { dataset: `user.${i % dataSets}` } }),
      );
      return explanationOf('novelty.dataset', aView(foldEvents(events), reads(1, { resource: CARDS }))).text;
    };

    expect(textAfter(13)).toMatch(/^data set billing.card: never used before; /);
    expect(textAfter(20)).toMatch(/^data set billing.card: not among the 14 used most; /);
  });

  it('says how long it has gone on today, but not of a machine or a country, whose whole sitting comes from one', () => {
    const approval = { ticket: 'T-1' };
    const network = { ip: addressIn.CN, deviceId: 'd-new' };

    expect(explanationOf('novelty.dataset', ofCards(1)).text).not.toContain('today');
    expect(explanationOf('novelty.dataset', ofCards(4, { approval })).text).toMatch(/; 4 accesses today$/);
    const elsewhere = reads(5, { resource: CARDS, subjects: { region: 'GB' } });
    const both = seeing([...elsewhere, ...reads(1, { id: 'last', resource: CARDS })]);
    expect(explanationOf('novelty.dataset', both).text).toMatch(
      /; 6 accesses today, 1 about US users without a ticket$/,
    );
    expect(explanationOf('novelty.device', aView(settled, reads(9, { network }))).text).not.toContain('today');
    const late = [...reads(5, { resource: CARDS }), { id: 'late', time: timeOn(-1), resource: CARDS }];
    expect(explanationOf('novelty.dataset', seeing(late)).text).not.toContain('today');
  });

  it('says on how many days peers use it, where that is not on most', () => {
    const textAmong = (probability: number) => {
      const view = ofCards(1);
      const peers = { ...view.peers, category: (_: number, hash: number) => (hash === 0 ? 1e-6 : probability) };
      return explanationOf('novelty.dataset', { ...view, peers }).text;
    };

    expect(textAmong(0.51)).toMatch(/; peers use it on most days$/);
    expect(textAmong(0.5)).toMatch(/; peers use it on 1 in 2 days$/);
    expect(textAmong(0.02)).toMatch(/; peers use it on 1 in 50 days$/);
    expect(textAmong(1e-3)).toMatch(/; peers use it on 1 in 1000 days$/);
    expect(textAmong(9e-4)).toMatch(/; hardly ever seen among peers$/);
  });

  it('does not say that peers use what none of them ever used, neither a machine of one’s own nor before anybody is known', () => {
    const network = { ip: addressIn.CN, deviceId: 'd-new' };
    const machine = aView(settled, reads(1, { network }), { scoring: amongPeers([settled]) });
    const firstDay = aView(undefined, reads(1));

    expect(explanationOf('novelty.device', machine).text).toBe('device d-new: never used before; not seen among peers');
    expect(explanationOf('novelty.dataset', firstDay).text).toBe(
      'data set user.profile: never used before; not seen among peers',
    );
  });

  it('expects no more days of a newcomer than there were', () => {
    const { expected } = explanationOf('novelty.dataset', aView(undefined, reads(1)));

    expect(expected).toEqual({ median: 0, low: 0, high: 0 });
  });
});
