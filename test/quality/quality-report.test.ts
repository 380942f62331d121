import { describe, expect, it } from 'vitest';
import { countryRows, unevenBurdens } from './quality-report.ts';

/** Two countries of a hundred people each, and a small one. */
const burdenWhere = (small: { readonly falseAlerts: number; readonly accused: number }) => ({
  byCountry: new Map([
    ['CN', { staff: 100, falseAlerts: 10, accused: 5 }],
    ['US', { staff: 100, falseAlerts: 0, accused: 0 }],
    ['JP', { staff: 10, ...small }],
  ]),
  onNobody: 2,
});

describe('who bears the false alerts', () => {
  it('is told by country, the worst first, by alerts and by people', () => {
    const rows = countryRows(burdenWhere({ falseAlerts: 4, accused: 1 }), 30);

    expect(rows.map(([country]) => country)).toEqual([
      'home country',
      'JP',
      'CN',
      'US',
      'overall',
      'on services and countries',
    ]);
    // 4 of 10 against 14 of 210; 1 of 10 people against 6 of 210; 1 − (1 − 6/210)^10
    expect(rows[1]).toEqual(['JP', '10', '4', '40.0', '6.00', '1', '3.50', '0.25']);
    expect(rows[4]).toEqual(['overall', '210', '14', '6.7', '', '6', '', '']);
  });

  it('has to be explained where a country bears more than three times the overall rate, and nowhere else', () => {
    expect(unevenBurdens(burdenWhere({ falseAlerts: 4, accused: 1 }))).toEqual([
      'JP: 4 false alerts are on 1 of 10 people, 3.50 times as many people as overall; so many or more are seen by chance with a probability of 0.25.',
    ]);
    expect(unevenBurdens(burdenWhere({ falseAlerts: 1, accused: 1 }))).toEqual([]);
  });
});
