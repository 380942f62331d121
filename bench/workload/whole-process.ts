import { median } from '../harness/benchmark.ts';
import { type States, wholePipeline } from './whole-pipeline.ts';

/** What this process measures and prints. */
export interface WholeWork extends States {
  readonly quick: boolean;
}

/** Whatever else the machine does slows one of them down, and not the median. */
const MEASURES = 3;

const work: WholeWork = JSON.parse(process.argv[2] ?? '');
const measure = wholePipeline(work, work);
console.log(median(Array.from({ length: MEASURES }, measure)));
