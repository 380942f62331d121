import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceHealthTable } from '../../cli/source-health-table.ts';
import { NO_COUNTRY_DAY, type SourceDay } from '../../shared/model/source-day.ts';
import { startSourceTally } from '../../shared/pipeline/tally-sources.ts';
import { createDynamoSourceDayStore } from '../../shared/stores/dynamo-source-day-store.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { type ProvisionedServices, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TODAY = 20_700;
/** 12:30 UTC. */
const NOW = TODAY * DAY + 12.5 * HOUR;

/** Ten accesses an hour of people in China for a fortnight, fewer in the US. */
const days: readonly SourceDay[] = Array.from({ length: 14 }, (_, back) => ({
  source: 'warehouse',
  day: TODAY - back,
  countries: new Map([
    [
      'CN',
      {
        hours: NO_COUNTRY_DAY.hours.map((_, hour) => (back > 0 || hour < 9 ? 10 : 0)),
        missing: [0, 120, 0, 0, 0, 1],
        lags: [200, 38, 2, 0, 0, 0],
      },
    ],
    ['US', { ...NO_COUNTRY_DAY, hours: NO_COUNTRY_DAY.hours.map((_, hour) => (hour === 12 ? 3 : 0)) }],
  ]),
}));

describe('the table of sources', () => {
  it('says what came, what usually does, since when nothing, how late and without what', () => {
    const [heads, all, china, us] = sourceHealthTable(days, NOW).map((line) => line.split(/ {2,}/));

    expect(heads).toEqual(['Source', 'Country', 'Last 24 h', 'Usual', 'Nothing for', '95% under way', 'Without']);
    expect(all).toEqual(['warehouse', 'all', '203', '243', '-', '≤ 10 minutes', 'device 54%, user region <1%']);
    expect(china).toEqual(['', 'CN', '200', '240', '3 hours', '≤ 10 minutes', 'device 54%, user region <1%']);
    expect(us).toEqual(['', 'US', '3', '3', '-', '-', '-']);
  });

  it('says of a source that is silent what came before the silence', () => {
    const [, all] = sourceHealthTable(days, NOW + 10 * DAY).map((line) => line.split(/ {2,}/));

    expect(all?.slice(2, 5)).toEqual(['0', '240', '239 hours']);
  });

  it('says nothing of what is usual on the first day', () => {
    const [, all] = sourceHealthTable(days.slice(0, 1), NOW).map((line) => line.split(/ {2,}/));

    expect(all?.slice(2, 4)).toEqual(['93', '-']);
  });

  it('shows names that producers made up in one line', () => {
    const [, all] = sourceHealthTable([{ ...(days[0] as SourceDay), source: 'a\nb\u001b[31m' }], NOW);

    expect(all).toMatch(/^a b +all/);
  });
});

describe('borderwatch source-health', () => {
  let services: ProvisionedServices;
  beforeAll(async () => {
    services = await startProvisionedServices();
  });
  afterAll(() => services.stop());

  it('reads what detect wrote', async () => {
    expect(await borderwatch('source-health')).toMatchObject({ code: 0, stdout: 'nothing came from any source\n' });
    const tally = startSourceTally();
    const now = Date.now();
    tally.take({ event: anAccessEvent({ source: 'warehouse' }), country: 'CN', time: now - 5 * HOUR, arrival: now });
    const store = createDynamoSourceDayStore({ call: callsThrough(services.clients.dynamodb), tableName: 'baselines' });
    for (const day of tally.days()) await store.add(day);

    const { code, stdout } = await borderwatch('source-health');

    expect(code).toBe(0);
    expect(stdout).toMatch(/warehouse +all +1 .*≤ 6 hours/);
  });

  it('fails where there is no such table, and takes no arguments', async () => {
    const nowhere = await borderwatch('source-health', '--stage', 'absent');

    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr).toContain('there is no table borderwatch-absent-baselines');
    expect((await borderwatch('source-health', 'folder')).code).toBe(2);
  });
});
