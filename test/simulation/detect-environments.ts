import { createInputsInForce, type InputsFor } from '../../functions/detect/inputs-in-force.ts';
import {
  STORED_BASELINE_VERSIONS,
  type StoredBaselineVersion,
  WRITTEN_BASELINE_VERSION,
} from '../../shared/model/baseline.ts';
import { below, chance, type Random } from '../../shared/simulation/random.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { breaksOnServices } from './broken-fold.ts';
import type { Invocation, Invocations } from './invocations.ts';
import { FIXED } from './people.ts';
import { faultyReferences } from './ports.ts';
import type { Schedule } from './schedule.ts';

/** A Lambda environment of `detect`: its caches outlive an invocation. */
export interface DetectEnvironment {
  readonly inputsFor: InputsFor;
  /** The stored form that its release writes. */
  readonly writes: StoredBaselineVersion;
}

/** The environments there are: one runs one invocation at a time, and a new one knows nothing. */
export interface DetectEnvironments {
  readonly take: (invocation: Invocation) => DetectEnvironment;
  /** An environment in which a function died or timed out is not given back. */
  readonly giveBack: (environment: DetectEnvironment) => void;
}

/** The one before the form that this release writes. */
const OLDER_FORM = STORED_BASELINE_VERSIONS[0];

export function createDetectEnvironments(
  { twoReleases }: Pick<Schedule, 'twoReleases'>,
  references: ReferenceStore,
  call: Invocations['call'],
  random: Random,
): DetectEnvironments {
  const idle: DetectEnvironment[] = [];
  const ran = new WeakMap<DetectEnvironment, readonly Invocation[]>();

  const start = (): DetectEnvironment => {
    const current = () => {
      const invocation = ran.get(environment)?.at(-1);
      if (!invocation) throw new Error('an idle environment makes a call');
      return invocation;
    };
    const resolve = createInputsInForce(faultyReferences(references, call, current), FIXED);
    const environment: DetectEnvironment = {
      inputsFor: async (arrival) => breaksOnServices(await resolve(arrival)),
      writes: twoReleases && chance(random, 0.5) ? OLDER_FORM : WRITTEN_BASELINE_VERSION,
    };
    return environment;
  };

  return {
    take: (invocation) => {
      // Mostly the one that was last in use.
      const warm = chance(random, 0.8) ? idle.at(-1) : idle[below(random, idle.length + 1)];
      if (warm) idle.splice(idle.indexOf(warm), 1);
      const environment = warm ?? start();
      const before = ran.get(environment) ?? [];
      invocation.inherited = before.some(({ unanswered }) => unanswered > 0);
      ran.set(environment, [...before, invocation]);
      return environment;
    },
    giveBack: (environment) => void idle.push(environment),
  };
}
