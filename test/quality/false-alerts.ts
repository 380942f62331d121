import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseDirectoryCsv } from '../../shared/formats/directory-csv.ts';
import { buildDirectory, type Directory, lookUpEmployee } from '../../shared/model/directory.ts';

const HOUR = 3_600_000;

const labelSchema = z.object({
  kind: z.string(),
  actors: z.optional(z.array(z.string())),
  countries: z.optional(z.array(z.string())),
  start: z.string(),
  end: z.string(),
});
const alertSchema = z.object({
  time: z.string(),
  subject: z.object({ type: z.string(), id: z.string() }),
  relatedEmployees: z._default(z.array(z.string()), []),
});
const runSchema = z.object({ evaluateFrom: z.string(), until: z.string() });

type RaisedAlert = z.output<typeof alertSchema>;

/** How many people sit in a country, how many alerts about nothing they bore, and how many different people those accused. */
export interface CountryBurden {
  readonly staff: number;
  readonly falseAlerts: number;
  readonly accused: number;
}

const NO_BURDEN: CountryBurden = { staff: 0, falseAlerts: 0, accused: 0 };

/** False alerts of a run by whom they accuse. */
export interface Burden {
  readonly byCountry: ReadonlyMap<string, CountryBurden>;
  /** On services, whole countries and unknown actors: nobody bears those. */
  readonly onNobody: number;
}

const lines = (file: string): unknown[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/**
 * Who bears the false alerts of a run: alerts that belong to no label, by the country where the accused sat at that moment.
 * What belongs to a label is decided as the specification's judge decides it.
 */
export function falseAlertBurden(run: string, alertsFile: string): Burden {
  const { evaluateFrom, until } = runSchema.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')));
  const directory = readDirectory(join(run, 'directory.csv'));
  const end = Date.parse(until);
  const isFalse = falseAlertTest(lines(join(run, 'labels.ndjson')));
  const staff = new Map<string, number>();
  for (const employeeId of directory.keys()) {
    const entry = lookUpEmployee(directory, employeeId, end);
    if (entry?.type === 'employee') staff.set(entry.homeCountry, (staff.get(entry.homeCountry) ?? 0) + 1);
  }
  const accused = new Map<string, string[]>();
  let onNobody = 0;
  for (const alert of lines(alertsFile).map((line) => alertSchema.parse(line))) {
    const at = Date.parse(alert.time);
    if (at < Date.parse(evaluateFrom) || at >= end + 24 * HOUR || !isFalse(alert)) continue;
    const entry = alert.subject.type === 'employee' ? lookUpEmployee(directory, alert.subject.id, at) : undefined;
    if (entry?.type !== 'employee') onNobody++;
    else accused.set(entry.homeCountry, [...(accused.get(entry.homeCountry) ?? []), alert.subject.id]);
  }
  const countries = [...new Set([...staff.keys(), ...accused.keys()])].sort();
  const byCountry = countries.map((country): [string, CountryBurden] => {
    const people = accused.get(country) ?? [];
    return [country, { staff: staff.get(country) ?? 0, falseAlerts: people.length, accused: new Set(people).size }];
  });
  return { byCountry: new Map(byCountry), onNobody };
}

/** Sums the burdens of several runs. */
export function addBurdens(burdens: readonly Burden[]): Burden {
  const byCountry = new Map<string, CountryBurden>();
  for (const burden of burdens)
    for (const [country, { staff, falseAlerts, accused }] of burden.byCountry) {
      const sum = byCountry.get(country) ?? NO_BURDEN;
      byCountry.set(country, {
        staff: sum.staff + staff,
        falseAlerts: sum.falseAlerts + falseAlerts,
        accused: sum.accused + accused,
      });
    }
  return { byCountry, onNobody: burdens.reduce((sum, { onNobody }) => sum + onNobody, 0) };
}

export function countFalseAlerts({ byCountry, onNobody }: Burden): number {
  return [...byCountry.values()].reduce((sum, { falseAlerts }) => sum + falseAlerts, onNobody);
}

function readDirectory(file: string): Directory {
  const result = parseDirectoryCsv(readFileSync(file, 'utf8'));
  if (!result.ok) throw new Error(`${file}: ${result.errors[0]?.reason}`);
  return buildDirectory(result.rows);
}

interface Window {
  readonly actors: readonly string[];
  readonly countries: readonly string[];
  readonly start: number;
  readonly until: number;
}

/**
 * Alerts in any window are not false. Attacks count to an hour after their last access, longer ones to a day after; then the
 * case is open for three days. A whole country's surge is found on the country, and alerts on its people count neither way.
 */
function falseAlertTest(labelLines: readonly unknown[]): (alert: RaisedAlert) => boolean {
  const windows = labelLines.flatMap((line): Window[] => {
    const { kind, actors = [], countries = [], ...times } = labelSchema.parse(line);
    const start = Date.parse(times.start);
    const end = Date.parse(times.end);
    const until = end + (end - start > 24 * HOUR ? 24 : 1) * HOUR;
    if (kind === 'ignore') return [{ actors, countries: [], start, until }];
    const aftermath = until + 72 * HOUR;
    if (countries.length === 0) return [{ actors, countries, start, until: aftermath }];
    return [
      { actors, countries: [], start, until },
      { actors: [], countries, start, until: aftermath },
    ];
  });
  return (alert) => {
    const at = Date.parse(alert.time);
    const people = [alert.subject.id, ...alert.relatedEmployees.slice(0, 5)];
    return !windows.some(
      ({ actors, countries, start, until }) =>
        at >= start &&
        at <= until &&
        (actors.some((id) => people.includes(id)) ||
          (alert.subject.type === 'region' && countries.includes(alert.subject.id))),
    );
  };
}
