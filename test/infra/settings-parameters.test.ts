import { describe, expect, it } from 'vitest';
import { parseSettings, SETTING_DEFINITIONS } from '../../shared/model/settings.ts';
import { SYNTHESIS_TIMEOUT, type SynthesisedStack, synthesise } from './synthesised-stack.ts';

const byDefault = synthesise();
const PATH = '/borderwatch/prod/';
/** Those that `assess` reads by path: where casework answers stands elsewhere, and is no setting. */
const settingsOf = (stack: SynthesisedStack) =>
  stack.ofType('AWS::SSM::Parameter').filter(({ properties }) => String(properties.Name).startsWith(PATH));
const valuesOf = (stack: SynthesisedStack) =>
  Object.fromEntries(
    settingsOf(stack).map(({ properties }) => [String(properties.Name).replace(PATH, ''), String(properties.Value)]),
  );

describe('the parameters', { timeout: SYNTHESIS_TIMEOUT }, () => {
  it('start with the default of every setting, and with nothing else', () => {
    const defaults = Object.fromEntries(SETTING_DEFINITIONS.map(({ name, initial }) => [name, initial]));

    expect(valuesOf(byDefault)).toEqual(defaults);
  });

  it('start with what the stage says instead', () => {
    const values = valuesOf(synthesise({ settings: { 'alerts-per-day': '0.5', 'signals/volume/weight': '2' } }));
    const { settings, errors } = parseSettings(values);

    expect(errors).toEqual([]);
    expect(settings.alertsPerDay).toBe(0.5);
    expect(settings.signals.volume.weight).toBe(2);
  });

  it('say what they mean', () => {
    const descriptions = settingsOf(byDefault).map(({ properties }) => properties.Description);

    expect(descriptions).toEqual(SETTING_DEFINITIONS.map(({ description }) => description));
  });

  it('are made three at a time, since Parameter Store takes a few a second', () => {
    const settings = settingsOf(byDefault);
    const dependencies = settings.flatMap(({ dependsOn }) => dependsOn);

    expect(settings.filter(({ dependsOn }) => dependsOn.length === 0)).toHaveLength(3);
    // Nobody is waited for by two: the three chains never widen.
    expect(new Set(dependencies).size).toBe(settings.length - 3);
  });

  it('can be held by Parameter Store, which knows no empty value and no more than 4 KB', () => {
    for (const value of Object.values(valuesOf(byDefault))) expect(value).toMatch(/^.{1,4096}$/s);
  });
});
