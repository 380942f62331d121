import { describe, expect, it } from 'vitest';
import { accessesOf, OTHER_SOURCES, SOURCES_KEPT } from '../../shared/model/source-day.ts';
import { countryOf, startSourceTally } from '../../shared/pipeline/tally-sources.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';

const NOON = Date.UTC(2026, 8, 7, 12);
const DAY = NOON / 86_400_000 - 0.5;

const arrivalOf = (source: string | undefined, { country = 'CN', arrival = NOON, lag = 0 } = {}) => ({
  event: anAccessEvent({ source }),
  country,
  time: arrival - lag,
  arrival,
});

describe('the tally of sources', () => {
  it('counts by source, country, and the day and hour of arrival', () => {
    const tally = startSourceTally();

    tally.take(arrivalOf('warehouse'));
    tally.take(arrivalOf('warehouse', { arrival: NOON + 3_600_000 - 1 }));
    tally.take(arrivalOf('warehouse', { country: 'US', arrival: NOON + 12 * 3_600_000 }));

    const days = tally
      .days()
      .map(({ source, day, countries }) => [
        source,
        day,
        [...countries].map(([country, { hours }]) => [country, hours.indexOf(Math.max(...hours)), Math.max(...hours)]),
      ]);
    expect(days).toEqual([
      ['warehouse', DAY, [['CN', 12, 2]]],
      ['warehouse', DAY + 1, [['US', 0, 1]]],
    ]);
  });

  it('counts how long accesses were under way', () => {
    const tally = startSourceTally();

    for (const lag of [-5_000, 0, 60_000, 60_001, 3_600_000, 90_000_000]) tally.take(arrivalOf('warehouse', { lag }));

    expect(tally.days()[0]?.countries.get('CN')?.lags).toEqual([3, 1, 1, 0, 0, 1]);
  });

  it('counts what accesses leave unsaid', () => {
    const tally = startSourceTally();
    const { network: _, ...withoutNetwork } = anAccessEvent({ source: 'logs' });
    const event = { ...withoutNetwork, subjects: { region: 'unknown' }, resource: { dataset: 'user.profile' } };

    tally.take({ ...arrivalOf('logs'), event });
    tally.take(arrivalOf('logs'));

    expect(tally.days()[0]?.countries.get('CN')?.missing).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('counts what names no source, and those beyond fifty together', () => {
    const tally = startSourceTally();

    tally.take(arrivalOf(undefined));
    for (let i = 0; i < SOURCES_KEPT + 9; i++) tally.take(arrivalOf(`made-up-${i}`));

    const counted = new Map(
      tally
        .days()
        .map(({ source, countries }) => [
          source,
          [...countries.values()].reduce((sum, day) => sum + accessesOf(day), 0),
        ]),
    );
    expect(counted.get('no source named')).toBe(1);
    expect(counted.get(OTHER_SOURCES)).toBe(10);
    expect(counted.size).toBe(SOURCES_KEPT + 1);
  });

  it('forgets days that are over', () => {
    const tally = startSourceTally();
    tally.take(arrivalOf('warehouse'));
    tally.take(arrivalOf('warehouse', { arrival: NOON + 86_400_000 }));

    tally.dropBefore(DAY + 1);

    expect(tally.days().map(({ day }) => day)).toEqual([DAY + 1]);
  });
});

describe('the country that an access counts for', () => {
  it('is where the person belongs, whatever the team is called', () => {
    expect(['recsys/CN', 'trust/safety/SG', 'services/US'].map((peerGroup) => countryOf({ peerGroup }))).toEqual([
      'CN',
      'SG',
      'US',
    ]);
  });
});
