import { describe, expect, it } from 'vitest';
import { type Baseline, NO_SITTING } from '../../shared/model/baseline.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { viewOf } from '../../shared/pipeline/score.ts';
import { maskedLocation } from '../../shared/signals/masked-location.ts';
import type { View } from '../../shared/signals/signal.ts';
import { aScoringContext, fold } from '../factories/a-history.ts';
import { addressIn, anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, anAccessEvent } from '../factories/an-access-event.ts';

const { snapshot, settings } = aScoringContext();
const [elsewhere] = maskedLocation.measures;
if (!elsewhere) throw new Error('no measure');

/** Local time of e-00007, who sits in Chicago: five hours behind UTC in September 2026. */
const inChicago = (day: number, hour: number, minute = 0) =>
  new Date(Date.UTC(2026, 8, 7 + day, hour + 5, minute)).toISOString();

const anAmericans = (changes: AccessEventChanges) =>
  anAccess(anAccessEvent({ network: { ip: addressIn.vpn, deviceId: 'd-1' }, ...changes, actor: { id: 'e-00007' } }));

/** Six weeks of work around some hours. */
function weeksOf(hours: readonly number[], ipOn: (day: number) => string): Baseline {
  const accesses = Array.from({ length: 42 }, (_, i) => i - 42).flatMap((day) =>
    ((day % 7) + 7) % 7 > 4
      ? []
      : hours.map((hour) =>
          anAmericans({
            id: `ev-${day}-${hour}`,
            time: inChicago(day, hour),
            network: { ip: ipOn(day), deviceId: 'd-1' },
          }),
        ),
  );
  const baseline = fold(accesses);
  if (!baseline) throw new Error('no days');
  return baseline;
}

/** What is seen at the last of some reads today. */
function viewAfter(baseline: Baseline, hour: number, changes: AccessEventChanges = {}, reads = 10): View {
  const accesses = Array.from({ length: reads }, (_, i) =>
    anAmericans({ id: `now-${i}`, time: inChicago(0, hour, i), ...changes }),
  );
  const last = accesses.at(-1);
  if (!last) throw new Error('no read');
  const observed = accesses.reduce((before, access) => observe(before, access, []), {
    ...baseline,
    sitting: NO_SITTING,
  });
  return viewOf(observed, last, snapshot, settings, []);
}
const strengthAfter = (...given: Parameters<typeof viewAfter>) => elsewhere.strength(viewAfter(...given));

const NIGHT = [22, 23, 0, 1, 2, 3];
const DAYTIME = [9, 10, 11, 14, 15, 16];
const onlyExits = () => addressIn.vpn;
const DAY_MS = 86_400_000;

describe('a masked location', () => {
  it('is weeks behind an exit at the hours of another part of the world', () => {
    expect(strengthAfter(weeksOf(NIGHT, onlyExits), 2)).toBeGreaterThan(3);
  });

  it('is not office hours through the VPN', () => {
    expect(strengthAfter(weeksOf(DAYTIME, onlyExits), 10)).toBeLessThan(0.7);
  });

  it('is not a night shift whose address says now and then that it is at home', () => {
    const shift = weeksOf(NIGHT, (day) => (day % 5 === -1 ? addressIn.US : addressIn.vpn));

    expect(strengthAfter(shift, 2)).toBe(0);
  });

  it('grows with what is read without a ticket', () => {
    const nights = weeksOf(NIGHT, onlyExits);

    expect(strengthAfter(nights, 2, {}, 40)).toBeGreaterThan(1.5 * strengthAfter(nights, 2, {}, 10));
    expect(strengthAfter(nights, 2, { approval: { ticket: 'T-1' } })).toBe(0);
  });

  it('says nothing where the address tells the place, of other regions, or of what was refused', () => {
    const nights = weeksOf(NIGHT, onlyExits);

    expect(strengthAfter(nights, 2, { network: { ip: addressIn.US } })).toBe(0);
    expect(strengthAfter(nights, 2, { subjects: { region: 'GB' } })).toBe(0);
    expect(strengthAfter(nights, 2, { outcome: 'denied' })).toBe(0);
  });

  const nightly = viewAfter(weeksOf(NIGHT, onlyExits), 2);
  const { access } = nightly;
  it.each<[string, Partial<View>]>([
    ['is of a service', { access: { ...access, actorType: 'service' } }],
    ['is about other users', { access: { ...access, protected: false } }],
    ['is refused', { access: { ...access, allowed: false } }],
    ['comes from an office', { access: { ...access, location: { ...access.location, trusted: true } } }],
    ['comes from nowhere known', { access: { ...access, location: { ...access.location, network: undefined } } }],
    ['is of somebody whose home is abroad', { settings: { ...settings, homeCountries: ['GB'] } }],
  ])('says nothing of an access that %s, whatever came before it', (_, change) => {
    expect(elsewhere.strength(nightly)).toBeGreaterThan(3);
    expect(elsewhere.strength({ ...nightly, ...change })).toBe(0);
  });

  it('is nothing where somebody works when the peers work most', () => {
    const { habits } = nightly.baseline;
    const busiest = nightly.peers.hours.indexOf(Math.max(...nightly.peers.hours));
    const hours = habits.hours.map((_, hour) => (hour === busiest ? 30 : 0));

    expect(elsewhere.strength({ ...nightly, baseline: { ...nightly.baseline, habits: { ...habits, hours } } })).toBe(0);
  });

  it('needs a week since the address last told the place, or since the first day, and is surer after more', () => {
    const strengthSince = (changes: Partial<Baseline>) =>
      elsewhere.strength({ ...nightly, baseline: { ...nightly.baseline, ...changes } });
    const atHome = (time: number) => strengthSince({ place: { time, country: 'US', device: 1 } });
    const { firstDay } = nightly.baseline;

    expect(atHome(access.time - 7 * DAY_MS)).toBeGreaterThan(1);
    expect(atHome(access.time - 7 * DAY_MS + 1)).toBe(0);
    expect(strengthSince({ firstDay: access.local.day - 6 })).toBe(0);
    expect(strengthSince({ firstDay: firstDay + 21 })).toBeLessThan(elsewhere.strength(nightly));
  });

  it('needs days enough to know the hours', () => {
    const fortnight = weeksOf(NIGHT, onlyExits);
    const few = { ...fortnight, habits: { ...fortnight.habits, activeDays: 9 } };

    expect(strengthAfter(few, 2)).toBe(0);
    expect(strengthAfter({ ...few, habits: { ...few.habits, activeDays: 10 } }, 2)).toBeGreaterThan(3);
  });

  it('says what it rests on', () => {
    const access = anAmericans({ time: inChicago(0, 2) });
    const view = viewOf(weeksOf(NIGHT, onlyExits), access, snapshot, settings, []);

    expect(elsewhere.explain(view).text).toBe(
      'only vpn and not one address in US ever, at hours that trust/US does not work',
    );
    const place = { time: access.time - 12.9 * DAY_MS, country: 'US', device: 1 };
    expect(elsewhere.explain({ ...view, baseline: { ...view.baseline, place } }).text).toContain('in US for 12 days, ');
  });
});
