import { describe, expect, it } from 'vitest';
import { initialBaseline } from '../../shared/model/baseline.ts';
import { categoryHash } from '../../shared/pipeline/enrich.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { amongPeers, aView, explanationOf, strengthOf } from '../factories/a-view.ts';
import { addressIn } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const NAME = 'stolen-account.takeover';
const OWN = 'd-9f3a';
/** In China on one machine for five weeks, and this morning at nine as well. */
const settled = aSettledBaseline();
const atNine = { ...settled, place: { time: Date.parse(timeOn(0, 9)), country: 'CN', device: 1 } };
const scoring = amongPeers(new Array(12).fill(settled));
const from = (ip: string, deviceId: string | undefined, changes: AccessEventChanges = {}, before = atNine) =>
  aView(before, [{ time: timeOn(0, 10), network: { ip, deviceId }, ...changes }], { scoring });
const strengthFrom = (...access: Parameters<typeof from>) => strengthOf(NAME, from(...access));

describe('a stolen account', () => {
  it('is another country on another machine, and twice so when no flight could be that quick', () => {
    const nextDay = strengthFrom(addressIn.DE, 'd-x', { time: timeOn(1) });
    const within = strengthFrom(addressIn.DE, 'd-x', { time: timeOn(0, 11, 59) });

    expect(nextDay).toBeGreaterThan(1.5);
    expect(within).toBeCloseTo(2 * strengthFrom(addressIn.DE, 'd-x', { time: timeOn(0, 12) }), 9);
  });

  it('is no journey at all where the last place was there, too', () => {
    const there = { ...atNine, place: { ...atNine.place, country: 'DE' } };

    expect(strengthFrom(addressIn.DE, 'd-x', {}, there)).toBeCloseTo(strengthFrom(addressIn.DE, 'd-x') / 2, 9);
  });

  it.each([
    ['a new laptop at home', addressIn.CN, 'd-x'],
    ['travel with the own laptop, or a phone whose network is abroad', addressIn.DE, OWN],
    ['a VPN exit', addressIn.vpn, 'd-x'],
    ['an access that tells no machine', addressIn.DE, undefined],
  ])('is not %s', (_, ip, deviceId) => {
    expect(strengthFrom(ip, deviceId)).toBeLessThan(0.15);
  });

  it('is less odd the better either the country or the machine is known', () => {
    const known = (attribute: number, value: string) =>
      [0, 2, 5, 12].map((days) => {
        const category = { attribute, hash: categoryHash(value), days, lastDay: 0 };
        const { habits } = atNine;
        const categories = days > 0 ? [...habits.categories, category] : habits.categories;
        return strengthFrom(addressIn.DE, 'd-x', {}, { ...atNine, habits: { ...habits, categories } });
      });

    for (const strengths of [known(3, 'country DE'), known(4, 'device d-x')])
      expect(strengths).toEqual([...new Set(strengths)].sort((a, b) => b - a));
  });

  it('is not somebody of whom no machine and no country are known', () => {
    expect(strengthFrom(addressIn.DE, 'd-x', {}, initialBaseline())).toBeLessThan(0.5);
  });

  it('shows where it is refused, too, but not among users who are not protected', () => {
    expect(strengthFrom(addressIn.DE, 'd-x', { outcome: 'denied' })).toBe(strengthFrom(addressIn.DE, 'd-x'));
    expect(strengthFrom(addressIn.DE, 'd-x', { subjects: { region: 'GB' } })).toBe(0);
  });

  it('is an event of hours before that comes late only where it is near the last place in time as well', () => {
    const lateBy = (hours: number) => strengthFrom(addressIn.DE, 'd-x', { time: timeOn(0, 9 - hours) });

    expect(lateBy(5)).toBeCloseTo(lateBy(1) / 2, 9);
  });

  it('says what was never seen, and how soon after which country', () => {
    expect(explanationOf(NAME, from(addressIn.DE, 'd-x'))).toEqual({
      observed: 1,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'first use of country and device together',
      text: 'from DE on device d-x, neither seen in 25 active days, 60 minutes after an access from CN',
    });
    expect(explanationOf(NAME, from(addressIn.DE, 'd-x', { time: timeOn(0, 6) })).text).toMatch(
      /, 3 hours before an access from CN$/,
    );
    const nowhere = { ...settled, place: { time: 0, country: '', device: 0 } };
    expect(explanationOf(NAME, from(addressIn.DE, 'd-x', {}, nowhere)).text).toMatch(/ in 25 active days$/);
  });

  it('says of how many days a country or a machine is known, where it is', () => {
    const { habits } = atNine;
    const country = { attribute: 3, hash: categoryHash('country DE'), days: 2, lastDay: 0 };
    const before = { ...atNine, habits: { ...habits, categories: [...habits.categories, country] } };

    expect(explanationOf(NAME, from(addressIn.DE, 'd-x', {}, before)).text).toBe(
      'from DE (2 of 25 active days) on device d-x (0 of 25), 60 minutes after an access from CN',
    );
  });
});
