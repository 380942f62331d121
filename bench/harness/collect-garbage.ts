import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// What a flag that comes so late exposes is seen by new contexts only.
const collect: () => void = runInNewContext('gc');

/** Collects all garbage: what a benchmark left behind while it made its inputs is no part of what it measures. */
export const collectGarbage = (): void => collect();
