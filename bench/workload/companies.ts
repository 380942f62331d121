import type { Scale } from '../harness/benchmark.ts';
import { type SettledCompany, type Settling, settleCompany } from './settled-company.ts';

/** Ordinary traffic: attacks would be multiplied with everybody. Five working days are left over in both, which begin on a Monday. */
const FULL: Settling = { seed: 1, people: 250, days: 40, attacks: false, daysLeft: 5 };
const QUICK: Settling = { seed: 1, people: 60, days: 26, attacks: false, daysLeft: 5 };

const made = new Map<Settling, SettledCompany>();

/** The company that benchmarks share; settling it takes longer than most of them. */
export function benchmarkCompany({ quick }: Scale): SettledCompany {
  const settling = quick ? QUICK : FULL;
  const company = made.get(settling) ?? settleCompany(settling);
  made.set(settling, company);
  return company;
}
