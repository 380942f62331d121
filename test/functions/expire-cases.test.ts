import { beforeEach, describe, expect, it } from 'vitest';
import { type ExpiryPorts, expireCases, repairAdjudications } from '../../functions/assess/expire-cases.ts';
import type { Adjudication } from '../../shared/model/adjudication.ts';
import { EXPIRIES_A_RUN } from '../../shared/model/case.ts';
import { createMemoryCaseStore } from '../../shared/stores/memory-case-store.ts';
import type { CaseStore } from '../../shared/stores/ports.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const OPENED = Date.parse('2026-11-01T10:00:00.000Z');
const FORTNIGHT = 14 * 86_400_000;
const CASE = '00000000000000a1';

describe('cases that nobody judges', () => {
  let cases: CaseStore;
  let put: Adjudication[];
  let now: number;
  let ports: ExpiryPorts;
  const open = (alertId: string, openedAt = OPENED) =>
    cases.storeRevision(anAlert({ alertId, time: new Date(openedAt).toISOString() }), 1);

  beforeEach(async () => {
    cases = createMemoryCaseStore();
    put = [];
    now = OPENED + FORTNIGHT;
    ports = { cases, adjudications: { put: async (verdict) => void put.push(verdict) }, now: () => now };
    await open(CASE);
  });

  it('expire a fortnight after they were opened, in the case and on the stream', async () => {
    expect(await expireCases(ports)).toBe(1);

    const at = new Date(now).toISOString();
    expect(await cases.get(CASE)).toMatchObject({ state: 'expired', history: [{ version: 1, by: 'assess', at }] });
    expect(put).toMatchObject([{ alertId: CASE, verdict: 'expired', by: 'assess', at, caseVersion: 1 }]);
    expect(await cases.unadjudicated(now)).toEqual([]);
  });

  it('do not expire a moment earlier, nor twice, nor once judged', async () => {
    now -= 1;
    expect(await expireCases(ports)).toBe(0);

    now += 1;
    await expireCases(ports);
    expect(await expireCases(ports)).toBe(0);

    expect(put).toHaveLength(1);
  });

  it('expire so many a run at most, the oldest first', async () => {
    for (let i = 0; i < EXPIRIES_A_RUN + 5; i++) await open(`00000000000${String(i).padStart(5, '0')}`, OPENED - 1);

    expect(await expireCases(ports)).toBe(EXPIRIES_A_RUN);
    expect((await cases.get(CASE))?.state).toBe('open');

    expect(await expireCases(ports)).toBe(6);
    expect((await cases.get(CASE))?.state).toBe('expired');
  });

  it('stay as an analyst left them who was faster', async () => {
    const stale = await cases.open();
    const change = {
      version: 1,
      state: 'confirmed' as const,
      at: '2026-11-15T00:00:00.000Z',
      by: 'jane',
      reason: 'x',
      revision: 1,
    };
    await cases.change(CASE, change);

    expect(await expireCases({ ...ports, cases: { ...cases, open: async () => stale } })).toBe(0);

    expect((await cases.get(CASE))?.state).toBe('confirmed');
    expect(put).toEqual([]);
  });

  it('have their verdict put on the stream in the end when the stream was away', async () => {
    const away = { put: () => Promise.reject(new Error('the stream is away')) };
    await expect(expireCases({ ...ports, adjudications: away })).rejects.toThrow('away');

    expect(await repairAdjudications(ports)).toBe(0);
    now += 60_000;
    expect(await repairAdjudications(ports)).toBe(1);
    expect(await repairAdjudications(ports)).toBe(0);

    expect(put).toMatchObject([{ alertId: CASE, verdict: 'expired', caseVersion: 1 }]);
  });
});
