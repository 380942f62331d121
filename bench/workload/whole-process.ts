import { type States, wholePipeline } from './whole-pipeline.ts';

/** What this process measures and prints. */
export interface WholeWork extends States {
  readonly quick: boolean;
}

const work: WholeWork = JSON.parse(process.argv[2] ?? '');
const measure = wholePipeline(work, work);
// Once without looking: what has just been loaded runs slowly.
measure();
console.log(measure());
