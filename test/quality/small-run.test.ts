import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { falseAlertBurden } from './false-alerts.ts';
import { EVAL_MISSING, isEvalThere, judgedRun, replayedRun, SMALL_RUN, simulatedRun } from './labelled-run.ts';
import { assertSameCount, CEILING_AT } from './quality-report.ts';
import { twoAtATime } from './two-at-a-time.ts';

if (!isEvalThere()) process.stdout.write(`${EVAL_MISSING}\n`);

describe.skipIf(!isEvalThere())('a small labelled run', () => {
  let folder = '';
  let run = '';
  const alerts = (name: string) => join(folder, `${name}.ndjson`);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'small-run-'));
    run = await simulatedRun(join(folder, 'cache'), { ...SMALL_RUN, seed: 1 });
    const settings = { 'alerts-per-day': String(CEILING_AT) };
    await twoAtATime(['first', 'second'].map((name) => () => replayedRun(run, alerts(name), settings)));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('finds at least half of the hidden attacks at two false alerts a day', async () => {
    const judgement = await judgedRun(run, alerts('first'));

    expect(judgement.atBudget.attacks).toBeGreaterThanOrEqual(10);
    expect(judgement.atBudget.falseAlertsPerDay).toBeLessThanOrEqual(2);
    expect(judgement.atBudget.recall).toBeGreaterThanOrEqual(0.5);
  });

  it('tells false alerts apart as the judge does', async () => {
    const trial = { seed: 1, alertsPerDay: CEILING_AT, judgement: await judgedRun(run, alerts('first')) };

    assertSameCount({ ...trial, burden: falseAlertBurden(run, alerts('first')) });
  });

  it('raises the same alerts, byte for byte, on a second run', () => {
    expect(readFileSync(alerts('first'), 'utf8')).not.toBe('');
    expect(readFileSync(alerts('second'), 'utf8')).toBe(readFileSync(alerts('first'), 'utf8'));
  });
});
