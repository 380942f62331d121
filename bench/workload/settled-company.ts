import { replaySubjectKey } from '../../cli/load-folder.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { buildDirectory, type DirectoryRow } from '../../shared/model/directory.ts';
import { type Network, parseNetworks } from '../../shared/model/networks.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';
import type { EnrichmentContext } from '../../shared/pipeline/enrich.ts';
import { startReplay } from '../../shared/pipeline/replay-run.ts';
import { buildCompany, type CompanyOptions } from '../../shared/simulation/company.ts';
import type { Delivery } from '../../shared/simulation/delivery.ts';
import { DAY } from '../../shared/simulation/wall-clock.ts';
import { loadAddressTable } from '../../shared/stores/address-table.ts';
import { packagedAddressFile } from '../../shared/stores/packaged-address-file.ts';

/** A company that was watched for a while, and what happens in it afterwards. */
export interface SettledCompany {
  readonly directoryRows: readonly DirectoryRow[];
  readonly networks: readonly Network[];
  readonly context: EnrichmentContext;
  /** What was known of everybody, and what all were judged by, at `settledAt`. */
  readonly baselines: ReadonlyMap<string, Baseline>;
  readonly snapshot: Snapshot;
  /** Epoch milliseconds. */
  readonly settledAt: number;
  /** What reaches the stream after that, in order of arrival. */
  readonly deliveries: readonly Delivery[];
}

/** How a company is simulated for a benchmark. */
export interface Settling extends Required<Pick<CompanyOptions, 'seed' | 'people' | 'days' | 'attacks'>> {
  /** So many of the days, the last ones, are left over. */
  readonly daysLeft: number;
}

/** Simulates a company and takes most of its days in, as a backtest does: the same options give the same company. */
export function settleCompany({ daysLeft, ...options }: Settling): SettledCompany {
  const company = buildCompany(options);
  const settledAt = company.end - daysLeft * DAY;
  const parsed = parseNetworks(company.networks);
  if (!parsed.ok) throw new Error(`the simulated networks are none: ${parsed.errors[0]}`);
  const context: EnrichmentContext = {
    directory: buildDirectory(company.directoryRows),
    networks: parsed.networks,
    addressCountry: loadAddressTable(packagedAddressFile()),
    settings: DEFAULT_SETTINGS,
    subjectKey: replaySubjectKey(),
  };
  const run = startReplay(context);
  const deliveries: Delivery[] = [];
  for (const delivery of company.events()) {
    if (delivery.arrival >= settledAt) deliveries.push(delivery);
    else run.take(delivery.event, Date.parse(delivery.event.time));
  }
  run.finish();
  const snapshot = run.snapshot()?.snapshot;
  if (!snapshot) throw new Error('nothing happened in the company before the days that are left');
  const { directoryRows, networks } = company;
  return { directoryRows, networks, context, baselines: run.baselines, snapshot, settledAt, deliveries };
}

/**
 * The same company with everybody in it several times, under names of their own and with users of their own, whom nobody else looks up at
 * the very same moment: as many employees as a full batch needs, with baselines as full as those of months, for the price of simulating a
 * few.
 */
export function multiplyStaff(company: SettledCompany, times: number): SettledCompany {
  const numbers = Array.from({ length: times }, (_, number) => number);
  const directoryRows = numbers.flatMap((number) =>
    company.directoryRows.map((row) => ({ ...row, employeeId: nameOf(row.employeeId, number) })),
  );
  return {
    ...company,
    directoryRows,
    context: { ...company.context, directory: buildDirectory(directoryRows) },
    baselines: new Map(
      numbers.flatMap((number) =>
        [...company.baselines].map(([actorId, baseline]) => [nameOf(actorId, number), baseline] as const),
      ),
    ),
    deliveries: company.deliveries.flatMap(({ arrival, event }) =>
      numbers.map((number) => ({ arrival, event: renamed(event, number) })),
    ),
  };
}

const nameOf = (actorId: string, number: number) => (number === 0 ? actorId : `${actorId}-${number}`);

function renamed(event: AccessEvent, number: number): AccessEvent {
  const { actor, subjects } = event;
  return {
    ...event,
    actor: { ...actor, id: nameOf(actor.id, number) },
    // In front, so that one id still follows the other.
    subjects: subjects.ids && number > 0 ? { ...subjects, ids: subjects.ids.map((id) => `${number}-${id}`) } : subjects,
  };
}
