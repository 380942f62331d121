import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, parseSettings, SETTING_DEFINITIONS, type Settings } from '../../shared/model/settings.ts';
import { SIGNAL_NAMES } from '../../shared/model/signal-names.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const LISTS = [
  'protected-regions',
  'home-countries',
  'countries-of-concern',
  'exempt-data-classes',
  'require-approval',
];
const COUNTRIES = LISTS.slice(0, 3);
const NUMBERS = ['alerts-per-day', 'minimum-history-days', ...SIGNAL_NAMES.map((name) => `signals/${name}/weight`)];
const BOOLEANS = SIGNAL_NAMES.map((name) => `signals/${name}/enabled`);
const CHOICES = ['scope', 'identity', 'mode', 'email-minimum-severity', 'slack-minimum-severity'];

/** Every name, with a text that is no value of it. */
const BAD: readonly (readonly [name: string, text: string])[] = [
  ...COUNTRIES.flatMap((name) =>
    ['us', 'USA', 'US;CN', 'US,,cn', '', ',', 'None'].map((text) => [name, text] as const),
  ),
  // The United Kingdom's code is GB: no address and no directory ever has UK.
  ...COUNTRIES.flatMap((name) => ['UK', 'EU', 'ZZ'].map((text) => [name, text] as const)),
  ...LISTS.slice(3).flatMap((name) => ['a b', '', ', ,', 'x'.repeat(129)].map((text) => [name, text] as const)),
  ...NUMBERS.flatMap((name) =>
    ['', ' ', 'two', '-1', 'NaN', 'Infinity', '1e9', '2,5'].map((text) => [name, text] as const),
  ),
  ['alerts-per-day', '0'],
  ['minimum-history-days', '1.5'],
  ['minimum-history-days', '366'],
  ...BOOLEANS.flatMap((name) => ['', 'yes', 'TRUE', '1'].map((text) => [name, text] as const)),
  ...CHOICES.flatMap((name) => ['', 'none', 'Foreign', 'LIVE', 'low,high'].map((text) => [name, text] as const)),
];

/** A value of each kind of setting other than its default. */
const GOOD = deepFreeze<Record<string, string>>({
  'protected-regions': 'US, CA',
  'home-countries': 'US,CA,GB',
  'countries-of-concern': 'CN,RU',
  'alerts-per-day': '0.5',
  'minimum-history-days': '30',
  scope: 'everyone',
  identity: 'pseudonym',
  mode: 'shadow',
  'exempt-data-classes': 'public,marketing',
  'require-approval': 'covered-personal-identifiers,precise-geolocation',
  'email-minimum-severity': 'critical',
  'slack-minimum-severity': 'high',
  ...Object.fromEntries(BOOLEANS.map((name) => [name, 'false'])),
  ...Object.fromEntries(SIGNAL_NAMES.map((name) => [`signals/${name}/weight`, '2.5'])),
});

describe('settings', () => {
  it('have defaults that can be read, and that hold where nothing is set', () => {
    const initial = Object.fromEntries(SETTING_DEFINITIONS.map(({ name, initial }) => [name, initial]));

    const parsed = parseSettings(deepFreeze(initial));

    expect(parsed.errors).toEqual([]);
    expect(parsed.settings).toEqual(DEFAULT_SETTINGS);
    expect(parseSettings({}).settings).toEqual(DEFAULT_SETTINGS);
  });

  it('have the contract’s defaults', () => {
    expect(DEFAULT_SETTINGS).toMatchObject({
      protectedRegions: ['US'],
      homeCountries: ['US'],
      countriesOfConcern: ['CN', 'HK', 'MO', 'CU', 'IR', 'KP', 'RU', 'VE'],
      alertsPerDay: 2,
      minimumHistoryDays: 14,
      scope: 'foreign',
      identity: 'id',
      mode: 'live',
      exemptDataClasses: ['public'],
      requireApproval: [],
      emailMinimumSeverity: 'medium',
      slackMinimumSeverity: 'low',
    } satisfies Partial<Settings>);
    for (const signal of Object.values(DEFAULT_SETTINGS.signals)) expect(signal).toEqual({ enabled: true, weight: 1 });
    expect(Object.keys(DEFAULT_SETTINGS.signals)).toEqual([...SIGNAL_NAMES]);
  });

  it('are read by name, each into its own field', () => {
    const { settings, errors, accepted } = parseSettings(GOOD);

    expect(errors).toEqual([]);
    expect(accepted).toEqual(GOOD);
    expect(settings).toMatchObject({
      protectedRegions: ['US', 'CA'],
      homeCountries: ['US', 'CA', 'GB'],
      countriesOfConcern: ['CN', 'RU'],
      alertsPerDay: 0.5,
      minimumHistoryDays: 30,
      scope: 'everyone',
      identity: 'pseudonym',
      mode: 'shadow',
      exemptDataClasses: ['public', 'marketing'],
      requireApproval: ['covered-personal-identifiers', 'precise-geolocation'],
      emailMinimumSeverity: 'critical',
      slackMinimumSeverity: 'high',
    } satisfies Partial<Settings>);
    for (const signal of Object.values(settings.signals)) expect(signal).toEqual({ enabled: false, weight: 2.5 });
  });

  it.each(['home-countries', 'countries-of-concern', 'exempt-data-classes', 'require-approval'])(
    'write an empty %s as none',
    (name) => {
      const { settings, errors } = parseSettings({ 'protected-regions': 'US', [name]: ' none ' });
      expect(errors).toEqual([]);
      if (name !== 'home-countries') expect(Object.values(settings)).toContainEqual([]);
    },
  );

  it('take the protected regions for home where no home countries are given', () => {
    const homes = (values: Record<string, string>) => parseSettings(values).settings.homeCountries;
    expect(homes({ 'protected-regions': 'GB,US' })).toEqual(['GB', 'US']);
    expect(homes({ 'protected-regions': 'GB,US', 'home-countries': 'none' })).toEqual(['GB', 'US']);
    expect(homes({ 'protected-regions': 'GB,US', 'home-countries': 'IE' })).toEqual(['IE']);
  });
});

describe('a bad setting', () => {
  it('is tried for every setting there is', () => {
    const tried = new Set(BAD.map(([name]) => name));
    expect(SETTING_DEFINITIONS.filter(({ name }) => !tried.has(name))).toEqual([]);
    expect(SETTING_DEFINITIONS.filter(({ name }) => GOOD[name] === undefined)).toEqual([]);
  });

  it.each(BAD)('of %s = %j is named and keeps the last good one', (name, text) => {
    const good = parseSettings(GOOD);

    const { settings, errors, accepted } = parseSettings({ ...GOOD, [name]: text }, good.accepted);

    expect(errors).toEqual([{ name, value: text.slice(0, 100), reason: expect.stringMatching(/./) }]);
    expect(settings).toEqual(good.settings);
    expect(accepted).toEqual(GOOD);
  });

  it('falls back to the default where none was ever good, and leaves the others as they are', () => {
    const { settings, errors } = parseSettings({ 'alerts-per-day': 'many', scope: 'everyone' });
    expect(errors.map(({ name }) => name)).toEqual(['alerts-per-day']);
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, scope: 'everyone' });
  });

  it('goes on being refused, and the good one being kept, however often settings are read', () => {
    let lastGood: Readonly<Record<string, string>> = parseSettings(GOOD).accepted;
    for (let i = 0; i < 3; i++) {
      const { settings, errors, accepted } = parseSettings({ ...GOOD, mode: 'off' }, lastGood);
      expect([settings.mode, errors.length]).toEqual(['shadow', 1]);
      lastGood = accepted;
    }
  });

  it('is given up with its parameter: what is absent takes its default again', () => {
    const { settings, errors } = parseSettings({}, GOOD);
    expect(errors).toEqual([]);
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  it('does no harm where the last good one is none any more, as after a release that allows less', () => {
    const { settings, errors } = parseSettings({ 'alerts-per-day': 'many' }, { 'alerts-per-day': '-7' });
    expect(errors.map(({ name }) => name)).toContain('alerts-per-day');
    expect(settings).toEqual(DEFAULT_SETTINGS);
  });

  it.each(['alerts_per_day', 'signals/telepathy/enabled', 'signals/volume', '__proto__', 'constructor', ''])(
    'named %j is none that there is, and is refused by name',
    (name) => {
      const values = Object.fromEntries([[name, '2']]);
      const { settings, errors, accepted } = parseSettings(values);
      expect(errors).toEqual([{ name, value: '2', reason: 'no such setting' }]);
      expect(settings).toEqual(DEFAULT_SETTINGS);
      expect(accepted).toEqual({});
    },
  );
});
