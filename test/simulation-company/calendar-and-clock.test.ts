import { describe, expect, it } from 'vitest';
import { isWorkday } from '../../shared/simulation/calendar.ts';
import { wallToInstant } from '../../shared/simulation/wall-clock.ts';

const at = (text: string) => Date.parse(`${text}Z`);

describe('the simulated calendar', () => {
  it.each([
    ['a Monday', 'DE', '2026-10-19', true],
    ['a Saturday', 'DE', '2026-10-17', false],
    ['a holiday with a fixed date', 'BR', '2026-10-12', false],
    ['the second Monday of October in the US', 'US', '2026-10-12', false],
    ['the third Monday of October in the US', 'US', '2026-10-19', true],
    ['the last Monday of October in Ireland', 'IE', '2026-10-26', false],
    ['the last Monday but one', 'IE', '2026-10-19', true],
    ['the fourth Thursday of November in the US', 'US', '2026-11-26', false],
    ['a Saturday that makes up for a long holiday', 'CN', '2026-10-10', true],
  ])('knows whether people work on %s', (_, country, date, works) => {
    expect(isWorkday(country, at(`${date}T00:00:00`))).toBe(works);
  });
});

describe('clocks on the wall', () => {
  it.each([
    ['winter time', 'Europe/Berlin', '2026-10-26T09:00:00', '2026-10-26T08:00:00'],
    ['summer time', 'Europe/Berlin', '2026-10-23T09:00:00', '2026-10-23T07:00:00'],
    ['the morning after the change', 'Europe/Dublin', '2026-10-25T09:00:00', '2026-10-25T09:00:00'],
    ['the hour before the change', 'Europe/Dublin', '2026-10-25T00:30:00', '2026-10-24T23:30:00'],
    [
      'the last summer hour, when UTC already has the next offset',
      'Europe/Berlin',
      '2026-10-25T01:30:00',
      '2026-10-24T23:30:00',
    ],
    ['a zone with half an hour', 'Asia/Kolkata', '2026-10-20T10:00:00', '2026-10-20T04:30:00'],
    ['America after its change', 'America/New_York', '2026-11-01T09:00:00', '2026-11-01T14:00:00'],
  ])('become instants in %s', (_, zone, wall, instant) => {
    expect(new Date(wallToInstant(zone, at(wall))).toISOString()).toBe(new Date(at(instant)).toISOString());
  });
});
