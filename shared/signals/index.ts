import { borrowedDevice } from './borrowed-device.ts';
import { dormantAccount } from './dormant-account.ts';
import { machinePace } from './machine-pace.ts';
import { maskedLocation } from './masked-location.ts';
import { novelty } from './novelty.ts';
import { oddHours } from './odd-hours.ts';
import { proxyPull } from './proxy-pull.ts';
import { refusedDoors } from './refused-doors.ts';
import { serviceByHand } from './service-by-hand.ts';
import { FAMILIES, type Measure, type Signal } from './signal.ts';
import { slowDrip } from './slow-drip.ts';
import { stolenAccount } from './stolen-account.ts';
import { targetedLookups } from './targeted-lookups.ts';
import { volume } from './volume.ts';

/**
 * Every statistical signal. A new one is appended: positions of measures are part of stored baselines and snapshots.
 */
export const SIGNALS: readonly Signal[] = [
  volume,
  novelty,
  oddHours,
  refusedDoors,
  stolenAccount,
  targetedLookups,
  dormantAccount,
  slowDrip,
  proxyPull,
  serviceByHand,
  machinePace,
  borrowedDevice,
  maskedLocation,
];

/** A measure with what its signal says of it, at its stored position. */
export interface PlacedMeasure {
  readonly index: number;
  readonly signal: Signal;
  readonly measure: Measure;
  readonly family: number;
}

export const MEASURES: readonly PlacedMeasure[] = SIGNALS.flatMap((signal) =>
  signal.measures.map((measure) => ({ signal, measure, family: FAMILIES.indexOf(signal.family) })),
).map((placed, index) => ({ ...placed, index }));
