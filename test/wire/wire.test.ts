import { beforeAll, describe, expect, it } from 'vitest';
import { buildCompany } from '../../shared/simulation/company.ts';
import { compareOutcomes } from './compare-outcomes.ts';
import { type Trouble, whyNoWires } from './faulty-stack.ts';
import { FAULT_KINDS } from './seeded-faults.ts';
import { beginningOf, runOverTheWire, type WireOutcome } from './wire-run.ts';

/** Three runs of the whole stack, on machines that may be busy: how long it takes is not what this is about. */
const PATIENCE = 3_600_000;
/** In so short a time nothing is odd yet: what people are told of are breaches of policy. */
const SETTINGS = {
  'alerts-per-day': '100',
  'require-approval': 'covered-personal-identifiers',
  'countries-of-concern': 'IE,CN',
};
const KILLS = 3;
const NOTHING: Trouble = { seed: 1, faultRate: 0, kills: 0, requestsBetweenKills: 100 };
/** A night and a morning: enough for folds in between, and for cases that are told. */
const company = beginningOf(buildCompany({ people: 6, days: 1 }), 180);

const noWires = whyNoWires(process.env);

describe.skipIf(noWires)(`the stack over wires${noWires ? `: ${noWires}` : ''}`, { timeout: PATIENCE }, () => {
  let clean: WireOutcome;
  beforeAll(async () => {
    clean = await runOverTheWire(company, SETTINGS, undefined);
  }, PATIENCE);

  it('tells people of something when nothing is in its way', () => {
    expect(clean.baselines.size).toBeGreaterThan(3);
    expect(clean.cases.size).toBeGreaterThan(0);
    expect(compareOutcomes(clean, clean)).toEqual([]);
  });

  it('ends the same when requests are dropped, delayed, repeated and refused', async () => {
    const troubled = await runOverTheWire(company, SETTINGS, { ...NOTHING, faultRate: 0.15 });

    expect(compareOutcomes(clean, troubled)).toEqual([]);
    for (const kind of FAULT_KINDS) expect(troubled.troubles[`DYNAMODB ${kind}`]).toBeGreaterThan(0);
    expect(Object.keys(troubled.troubles).some((name) => name.startsWith('KINESIS'))).toBe(true);
  });

  it('ends the same when the process that holds the functions is killed at any moment', async () => {
    const troubled = await runOverTheWire(company, SETTINGS, { ...NOTHING, kills: KILLS });

    expect(compareOutcomes(clean, troubled)).toEqual([]);
    expect(troubled.troubles['kill -9']).toBe(KILLS);
    expect(troubled.starts).toBeGreaterThan(KILLS);
  });
});
