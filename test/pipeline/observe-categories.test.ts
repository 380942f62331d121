import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from '../../shared/model/access.ts';
import { observe } from '../../shared/pipeline/observe.ts';
import { aBaseline } from '../contracts/baseline-factory.ts';
import { anAccess } from '../factories/an-access.ts';
import { deepFreeze } from '../factories/deep-freeze.ts';

const DATASET = ATTRIBUTES.indexOf('dataset');
const DEVICE = ATTRIBUTES.indexOf('device');
const reading = (dataset: string, deviceId = 'd-9f3a') => anAccess({ resource: { dataset }, network: { deviceId } });
const observed = (accesses: readonly ReturnType<typeof reading>[]) =>
  accesses.reduce((baseline, access) => deepFreeze(observe(baseline, access, [])), deepFreeze(aBaseline(1))).day.used;

describe('values used in one day', () => {
  const padding = Array.from({ length: 60 }, (_, i) => reading(`padding-${i}`, `machine-${i}`));

  it('always hold the newest, however many came before: nobody hides a data set behind padding', () => {
    const used = observed([...padding, reading('user.location')]);
    expect(used).toContainEqual({
      attribute: DATASET,
      hash: reading('user.location').categories[DATASET],
      reads: 1,
      unapproved: 1,
    });
  });

  it('keep what is used most, and the values of one attribute push out none of another’s', () => {
    const used = observed([reading('user.profile'), reading('user.profile'), ...padding]);
    const hash = reading('user.profile').categories[DATASET];
    expect(used.find((use) => use.attribute === DATASET && use.hash === hash)?.reads).toBe(2);
    expect(used.filter(({ attribute }) => attribute === DATASET)).toHaveLength(14);
    expect(used.filter(({ attribute }) => attribute === DEVICE)).toHaveLength(5);
  });
});
