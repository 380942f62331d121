import { cleanLine } from '../shared/notification/clean-text.ts';
import { type AlertComparison, type ComparedCase, groupComparison } from '../shared/pipeline/compare-alerts.ts';
import { minuteText } from './minute-text.ts';
import { textTable } from './text-table.ts';

const DAY = 86_400_000;
const CASES_SHOWN = 40;
const HEADLINE = 110;

/** What other settings would change, for a terminal: totals, groups, and each case that appears or vanishes. */
export function comparisonReport(comparison: AlertComparison, fromTime: number, toTime: number): string {
  const { before, after, appeared, vanished, kept } = comparison;
  const days = Math.max((toTime - fromTime) / DAY, 1);
  const moved = kept.filter((pair) => pair.before.first.alertId !== pair.after.first.alertId).length;
  const tellings = (cases: readonly ComparedCase[]) => cases.reduce((sum, each) => sum + each.tellings, 0);
  const aDay = (cases: readonly ComparedCase[]) => (cases.length / days).toFixed(2);
  const rows = [
    ['', 'now', 'then', 'appear', 'vanish'],
    ['cases', before.length, after.length, appeared.length, vanished.length],
    ['cases a day', aDay(before), aDay(after), '', ''],
    ['times told', tellings(before), tellings(after), '', ''],
    ...(['severity', 'signal', 'team', 'country'] as const).flatMap((by) => [
      ['', '', '', '', ''],
      [`by ${by}`, '', '', '', ''],
      ...groupComparison(comparison, by).map((group) => [
        `  ${cleanLine(group.name, 40)}`,
        group.before,
        group.after,
        group.appeared || '',
        group.vanished || '',
      ]),
    ]),
  ].map((row) => row.map(String));
  return [
    `${days.toFixed(1)} days, as they are judged now and would be then`,
    '',
    ...textTable(rows, (column) => column > 0),
    '',
    `${kept.length} cases stay${moved > 0 ? `, ${moved} of them opened by an earlier or a later access` : ''}. A case counts once, however often it is told.`,
    ...listed('appear', '+', appeared),
    ...listed('vanish', '-', vanished),
    '',
  ].join('\n');
}

function listed(what: string, sign: string, cases: readonly ComparedCase[]): readonly string[] {
  if (cases.length === 0) return [];
  const inOrder = [...cases].sort((a, b) => (a.first.time < b.first.time ? -1 : 1));
  const more = cases.length - CASES_SHOWN;
  return [
    '',
    `${cases.length} ${what}`,
    ...inOrder.slice(0, CASES_SHOWN).map(({ first }) => {
      const { severity, time, score, headline } = first;
      return `${sign} ${severity.padEnd(8)} ${minuteText(time)} ${score.toFixed(1).padStart(5)}  ${cleanLine(headline, HEADLINE)}`;
    }),
    ...(more > 0 ? [`${sign} and ${more} more`] : []),
  ];
}
