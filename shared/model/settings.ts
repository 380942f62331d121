import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import { countrySchema as country } from './country.ts';
import { SIGNAL_NAMES, type SignalName } from './signal-names.ts';

/** Parameter Store knows no empty value: this literal stands for an empty list. */
export const EMPTY_LIST = 'none';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the detector is told to do; every field has a default, so an empty Parameter Store is a valid one. */
export interface Settings {
  readonly protectedRegions: readonly string[];
  readonly homeCountries: readonly string[];
  readonly countriesOfConcern: readonly string[];
  readonly alertsPerDay: number;
  readonly minimumHistoryDays: number;
  readonly scope: 'foreign' | 'everyone';
  readonly identity: 'id' | 'pseudonym';
  readonly mode: 'live' | 'shadow';
  readonly exemptDataClasses: readonly string[];
  readonly requireApproval: readonly string[];
  readonly emailMinimumSeverity: Severity;
  readonly slackMinimumSeverity: Severity;
  readonly signals: { readonly [name in SignalName]: { readonly enabled: boolean; readonly weight: number } };
}

/** One parameter: its name below `/borderwatch/<stage>/`, how its text is read, and what holds where it is absent. */
export interface SettingDefinition<Value = unknown> {
  readonly name: string;
  readonly description: string;
  /** The text that Parameter Store holds at first. */
  readonly initial: string;
  /** @throws z.core.$ZodError when the text is not a value of this setting */
  readonly parse: (text: string) => Value;
}

const list = (item: z.ZodMiniType<string>) => (text: string) =>
  text.trim() === EMPTY_LIST
    ? []
    : z.array(item).check(z.minLength(1, 'an empty list is written "none"')).parse(entriesOf(text));
const entriesOf = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
const word = z.string().check(z.regex(/^[\w.:/-]{1,128}$/, 'not a data class'));
const oneOf =
  <const Values extends readonly string[]>(values: Values) =>
  (text: string): Values[number] =>
    z.enum(values, `not one of ${values.join(', ')}`).parse(text.trim());
const numberBetween = (minimum: number, maximum: number, whole = false) => {
  const schema = z
    .number(`not a ${whole ? 'whole ' : ''}number from ${minimum} to ${maximum}`)
    .check(z.minimum(minimum), z.maximum(maximum), ...(whole ? [z.int()] : []));
  return (text: string) => schema.parse(text.trim() === '' ? undefined : Number(text));
};
const flag = z.enum(['true', 'false'], 'neither true nor false');
const boolean = (text: string) => flag.parse(text.trim()) === 'true';

const setting = <Value>(name: string, initial: string, description: string, parse: (text: string) => Value) =>
  ({ name, initial, description, parse: knowing(initial, parse) }) satisfies SettingDefinition<Value>;

/** Most settings hold what they held at first, whenever they are read: that is parsed once. */
function knowing<Value>(initial: string, parse: (text: string) => Value): (text: string) => Value {
  const known = parse(initial);
  return (text) => (text === initial ? known : parse(text));
}

const definitions = {
  protectedRegions: setting('protected-regions', 'US', "Countries whose users' data is watched.", list(country)),
  homeCountries: setting(
    'home-countries',
    'none',
    'Countries whose staff are not foreign; none means the protected regions.',
    list(country),
  ),
  countriesOfConcern: setting(
    'countries-of-concern',
    'CN,HK,MO,CU,IR,KP,RU,VE',
    'From here, reads of classes in require-approval need a live ticket (28 CFR 202.601).',
    list(country),
  ),
  alertsPerDay: setting(
    'alerts-per-day',
    '2',
    'Statistical alerts expected on ordinary traffic, whole organisation.',
    numberBetween(0.001, 100_000),
  ),
  minimumHistoryDays: setting(
    'minimum-history-days',
    '14',
    'Days before an employee is judged on their own habits alone.',
    numberBetween(0, 365, true),
  ),
  scope: setting(
    'scope',
    'foreign',
    'Who is judged on everything: foreign staff, or everyone.',
    oneOf(['foreign', 'everyone']),
  ),
  identity: setting('identity', 'id', 'How alerts name people.', oneOf(['id', 'pseudonym'])),
  mode: setting(
    'mode',
    'live',
    'live sends alerts; shadow scores and records and notifies nobody.',
    oneOf(['live', 'shadow']),
  ),
  exemptDataClasses: setting(
    'exempt-data-classes',
    'public',
    'Data classes that are nobody’s personal data.',
    list(word),
  ),
  requireApproval: setting(
    'require-approval',
    'none',
    'Data classes that countries of concern may read only with a live ticket.',
    list(word),
  ),
  emailMinimumSeverity: setting(
    'email-minimum-severity',
    'medium',
    'Alerts below it are not mailed.',
    oneOf(SEVERITIES),
  ),
  slackMinimumSeverity: setting('slack-minimum-severity', 'low', 'Alerts below it are not posted.', oneOf(SEVERITIES)),
} as const;

const signalDefinitions = SIGNAL_NAMES.flatMap((name) => [
  setting(`signals/${name}/enabled`, 'true', `Whether ${name} counts as evidence.`, boolean),
  setting(`signals/${name}/weight`, '1', `How much ${name} counts; 1 is its calibrated worth.`, numberBetween(0, 5)),
]);

/** Every setting there is, in the order in which documentation lists them. */
export const SETTING_DEFINITIONS: readonly SettingDefinition[] = [...Object.values(definitions), ...signalDefinitions];

/** A setting that was refused: the parameter's name, what it held and why that can't be. */
export interface SettingError {
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

const KNOWN_NAMES: ReadonlySet<string> = new Set(SETTING_DEFINITIONS.map(({ name }) => name));

/**
 * Turns parameter texts into settings. A refused value keeps what `lastGood` holds for it; an absent one takes the default, and so
 * does one whose last good value is refused too, as it may be by a later release: no setting keeps the others from being read.
 *
 * @param values texts by name below `/borderwatch/<stage>/`; unknown names are refused by name, not ignored
 * @param lastGood texts that were valid the last time, by the same names
 */
export function parseSettings(
  values: Readonly<Record<string, string>>,
  lastGood: Readonly<Record<string, string>> = {},
): {
  readonly settings: Settings;
  readonly accepted: Readonly<Record<string, string>>;
  readonly errors: readonly SettingError[];
} {
  const errors: SettingError[] = [];
  const accepted: Record<string, string> = {};
  const read = <Value>(definition: SettingDefinition<Value>): Value => {
    const { name } = definition;
    const given = values[name];
    const texts = given === undefined ? [] : [...new Set([given, lastGood[name] ?? given])];
    for (const [index, text] of texts.entries()) {
      const reading = tryParse(definition, text);
      if ('value' in reading) {
        accepted[name] = text;
        return reading.value;
      }
      const reason = index === 0 ? reading.reason : `the last good value is refused too: ${reading.reason}`;
      errors.push({ name, value: text.slice(0, 100), reason });
    }
    return definition.parse(definition.initial);
  };
  for (const name of Object.keys(values)) {
    if (!KNOWN_NAMES.has(name))
      errors.push({ name, value: String(values[name]).slice(0, 100), reason: 'no such setting' });
  }
  const read2 = Object.fromEntries(
    Object.entries(definitions).map(([key, definition]) => [key, read(definition as SettingDefinition)]),
  ) as Omit<Settings, 'signals'>;
  const flags = new Map(
    signalDefinitions.map((definition) => [definition.name, read(definition as SettingDefinition)]),
  );
  const signals = Object.fromEntries(
    SIGNAL_NAMES.map((name) => [
      name,
      {
        enabled: flags.get(`signals/${name}/enabled`) as boolean,
        weight: flags.get(`signals/${name}/weight`) as number,
      },
    ]),
  ) as Settings['signals'];
  const homeCountries = read2.homeCountries.length ? read2.homeCountries : read2.protectedRegions;
  return { settings: { ...read2, homeCountries, signals }, accepted, errors };
}

/** The settings that hold where nothing is set. */
export const DEFAULT_SETTINGS: Settings = parseSettings({}).settings;

type SettingReading<Value> = { readonly value: Value } | { readonly reason: string };

function tryParse<Value>(definition: SettingDefinition<Value>, text: string): SettingReading<Value> {
  try {
    return { value: definition.parse(text) };
  } catch (error) {
    if (!(error instanceof $ZodError)) throw error;
    const [issue] = error.issues;
    const [index] = issue?.path ?? [];
    // Of a list, the entry.
    const entry = typeof index === 'number' ? `${entriesOf(text)[index]?.slice(0, 100)}: ` : '';
    return { reason: entry + (issue?.message ?? 'invalid') };
  }
}
