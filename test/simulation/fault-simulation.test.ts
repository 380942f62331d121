import { describe, expect, it } from 'vitest';
import { planSchedule } from './plan-schedule.ts';
import { play } from './play.ts';
import { runSchedule } from './run-schedule.ts';
import { describeSchedule, partsOf, shrink } from './shrink.ts';
import { addPlayed, faultsMet, NO_TALLY } from './tally.ts';

const SCHEDULES = 2_000;

describe('detect, assess and notify under faults', () => {
  it(`come to what a sequential fold comes to, in ${SCHEDULES} schedules`, { timeout: 1_800_000 }, async () => {
    let tally = NO_TALLY;
    for (let seed = 0; seed < SCHEDULES; seed++) {
      const played = await play(planSchedule(seed));
      tally = addPlayed(tally, played);
      if (played.wrong.length > 0) {
        const smallest = await shrink(planSchedule(seed), async (smaller) => (await play(smaller)).wrong.length > 0);
        expect.fail(`seed ${seed}: ${played.wrong.join('; ')}\n${describeSchedule(smallest)}`);
      }
    }

    // A simulation in which nothing happens proves nothing.
    expect(tally.applied).toBeGreaterThan(5 * SCHEDULES);
    expect(tally.alerts).toBeGreaterThan(SCHEDULES);
    expect(faultsMet(tally)).toBeGreaterThan(SCHEDULES);
    // Only a call with several items can be answered in part, and few schedules are long enough for many.
    const { partly, ...whole } = tally.met;
    expect(Math.min(...Object.values(whole))).toBeGreaterThan(SCHEDULES / 20);
    expect(partly).toBeGreaterThan(0);
    expect(tally.zombies).toBeGreaterThan(SCHEDULES / 20);
    expect(tally.conflicts).toBeGreaterThan(SCHEDULES / 50);
    expect(tally.verdicts).toBeGreaterThan(SCHEDULES / 20);
    expect(tally.linkedLate).toBeGreaterThan(SCHEDULES / 20);
    expect(tally.writtenOlder).toBeGreaterThan(SCHEDULES / 10);
  });

  it('do the same again, to the last call, when a seed is played again', async () => {
    const trace = async (seed: number) => {
      const { references, ...observed } = await runSchedule(planSchedule(seed));
      return {
        observed,
        settings: await references.newest('settings', Number.MAX_SAFE_INTEGER),
        snapshot: await references.newest('snapshot', Number.MAX_SAFE_INTEGER),
      };
    };

    for (const seed of [3, 8, 21]) expect(await trace(seed)).toEqual(await trace(seed));
  });
});

describe('a schedule that comes out wrong', () => {
  it('is made as small as the parts that make it wrong', async () => {
    const schedule = planSchedule(5);
    const culprits = [schedule.steps[1], schedule.steps[6], schedule.faults[0]];
    const isWrong = async ({ steps, faults }: typeof schedule) =>
      culprits.every((culprit) => steps.some((step) => step === culprit) || faults.some((fault) => fault === culprit));

    const smallest = await shrink(schedule, isWrong);

    expect(partsOf(schedule)).toBeGreaterThan(culprits.length);
    expect([...smallest.steps, ...smallest.faults]).toEqual(culprits);
  });

  it('is described with the records as they were written', () => {
    const text = describeSchedule(planSchedule(5));

    expect(text).toContain('"partitionKey":"e-');
    expect(text).toContain('\\"outcome\\":');
    expect(text.split('\n').length).toBe(partsOf(planSchedule(5)) + 3);
  });
});
