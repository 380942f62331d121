import { describe, expect, it } from 'vitest';
import { alertSchema } from '../../shared/model/alert.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { type CountryDay, NO_COUNTRY_DAY, type SourceDay } from '../../shared/model/source-day.ts';
import { foldSourceSilence } from '../../shared/pipeline/fold-source-silence.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday, 00:00 UTC. */
const FIRST = Date.UTC(2026, 8, 7) / DAY;
const HISTORY = 35;
/** Wednesday, 13:00 UTC, five weeks later. */
const STOP = (FIRST + HISTORY + 2) * 24 + 13;

/** Accesses in an hour of a day; weekday 0 is Monday. */
type Rhythm = (hour: number, weekday: number) => number;
const allDay: Rhythm = () => 40;
const byDay: Rhythm = (hour) => (hour >= 7 && hour < 19 ? 30 : 0);
const onWorkdays: Rhythm = (hour, weekday) => (weekday < 5 ? byDay(hour, weekday) : 0);

/** Five weeks and more of a source. @param until the first hour that nothing comes in, since 1970-01-01 */
function sourceOf(
  source: string,
  rhythms: Readonly<Record<string, Rhythm>>,
  until: number | ((country: string) => number) = Number.POSITIVE_INFINITY,
): readonly SourceDay[] {
  const end = (country: string) => (typeof until === 'number' ? until : until(country));
  return Array.from({ length: HISTORY + 30 }, (_, i) => {
    const day = FIRST + i;
    const countries = Object.entries(rhythms).flatMap(([country, rhythm]): [string, CountryDay][] => {
      const hours = Array.from({ length: 24 }, (_, hour) => (day * 24 + hour < end(country) ? rhythm(hour, i % 7) : 0));
      return hours.some((count) => count > 0) ? [[country, { ...NO_COUNTRY_DAY, hours }]] : [];
    });
    return deepFreeze({ source, day, countries: new Map(countries) });
  });
}
const elsewhere = sourceOf('other', { IE: allDay });

/** As known at a time: what comes later has not been counted yet. */
const knownAt = (days: readonly SourceDay[], now: number) =>
  days.flatMap(({ source, day, countries }): SourceDay[] => {
    const known = [...countries].map(([country, counts]): [string, CountryDay] => [
      country,
      { ...counts, hours: counts.hours.map((count, hour) => ((day * 24 + hour) * HOUR < now ? count : 0)) },
    ]);
    return day * DAY < now ? [{ source, day, countries: new Map(known) }] : [];
  });

/** What people are told in hourly folds, and how many hours after the last access. */
function told(days: readonly SourceDay[], { days: forDays = 20, settings = DEFAULT_SETTINGS } = {}) {
  const folds = Array.from({ length: forDays * 24 }, (_, hour) => (STOP + hour + 0.25) * HOUR);
  return folds.flatMap((now) =>
    foldSourceSilence(knownAt(days, now), now - HOUR, now, settings).map((alert) => ({
      hours: (now - STOP * HOUR) / HOUR,
      alert,
    })),
  );
}
const inShort = (days: readonly SourceDay[], options?: Parameters<typeof told>[1]) =>
  told(days, options).map(({ hours, alert }) => [hours, alert.subject.id, alert.revision, alert.severity]);

describe('a source that sends no more', () => {
  it('is told of after three hours where no hour was ever empty, and again after five', () => {
    expect(inShort([...sourceOf('warehouse', { CN: allDay, US: allDay }, STOP), ...elsewhere])).toEqual([
      [3.25, 'warehouse', 1, 'medium'],
      [5.25, 'warehouse', 2, 'high'],
    ]);
  });

  it('is not told of at night, and is the next day', () => {
    const [first] = inShort([...sourceOf('warehouse', { CN: byDay }, STOP), ...elsewhere]);

    // Nights are twelve hours: twenty-four are waited for.
    expect(first).toEqual([25.25, 'warehouse', 1, 'medium']);
  });

  it('is not told of over a week of holidays where weekends are free, and after twelve days is', () => {
    const hours = inShort([...sourceOf('warehouse', { CN: onWorkdays }, STOP), ...elsewhere]);

    expect(hours.map(([, , revision]) => revision)).toEqual([1, 2]);
    expect(hours.map(([after]) => Math.floor(Number(after) / 24))).toEqual([12, 16]);
  });

  it('goes on every day without a word', () => {
    expect(inShort([...sourceOf('warehouse', { CN: onWorkdays, US: byDay, IE: allDay }), ...elsewhere])).toEqual([]);
  });

  it('says since when, what is usual, and what may be behind it', () => {
    const [first] = told([...sourceOf('warehouse', { CN: allDay }, STOP), ...elsewhere]);

    expect(alertSchema.safeParse(first?.alert).success).toBe(true);
    expect(first?.alert).toMatchObject({
      subject: { type: 'source', id: 'warehouse' },
      headline:
        'Silence: nothing from warehouse for 3 hours; in the same hours 120 accesses come on an average day, 120 on the quietest of four weeks, and no hour was without any',
      firstEventTime: new Date(STOP * HOUR).toISOString(),
      where: { locatedIn: 'all countries' },
    });
  });

  it('is the same alert when a fold is done again', () => {
    const days = [...sourceOf('warehouse', { CN: allDay }, STOP), ...elsewhere];

    expect(told(days)).toEqual(told(days));
  });
});

describe('a source that sends no more of one country', () => {
  const ofChina = sourceOf('warehouse', { CN: allDay, US: allDay }, (country) =>
    country === 'CN' ? STOP : Number.POSITIVE_INFINITY,
  );

  it('is told of where people there go on elsewhere', () => {
    const [first, ...more] = told([...ofChina, ...sourceOf('other', { CN: allDay })]);

    expect(first?.alert.subject.id).toBe('warehouse/CN');
    expect(first?.alert.where.locatedIn).toBe('CN');
    expect(more.map(({ alert }) => [alert.alertId === first?.alert.alertId, alert.revision])).toEqual([[true, 2]]);
  });

  it('is left to the country’s own alert where its people are nowhere', () => {
    expect(inShort([...ofChina, ...elsewhere])).toEqual([]);
  });
});

describe('nothing is told of a source', () => {
  it('that is all there is: the stream has an alarm of its own', () => {
    expect(inShort(sourceOf('warehouse', { CN: allDay }, STOP))).toEqual([]);
  });

  it('that is not known for four weeks', () => {
    const young = sourceOf('warehouse', { CN: allDay }, STOP).filter(({ day }) => day * 24 > STOP - 27 * 24);

    expect(inShort([...young, ...elsewhere])).toEqual([]);
  });

  it('that sends little', () => {
    expect(inShort([...sourceOf('warehouse', { CN: () => 1 }, STOP), ...elsewhere], { days: 0.25 })).toEqual([]);
  });

  it('that sent after a pause as long as this one before', () => {
    const days = sourceOf('warehouse', { CN: allDay }, STOP).map((of) =>
      of.day === FIRST + 20
        ? { ...of, countries: new Map([['CN', { ...NO_COUNTRY_DAY, hours: Array(24).fill(0, 0, 8).fill(40, 8) }]]) }
        : of,
    );

    expect(inShort([...days, ...elsewhere], { days: 0.6 })).toEqual([]);
  });

  it('while the signal is off or without weight', () => {
    const days = [...sourceOf('warehouse', { CN: allDay }, STOP), ...elsewhere];
    const having = (changes: object) => ({
      ...DEFAULT_SETTINGS,
      signals: { ...DEFAULT_SETTINGS.signals, silence: { ...DEFAULT_SETTINGS.signals.silence, ...changes } },
    });

    expect(inShort(days, { settings: having({ enabled: false }) })).toEqual([]);
    expect(inShort(days, { settings: having({ weight: 0 }) })).toEqual([]);
  });
});
