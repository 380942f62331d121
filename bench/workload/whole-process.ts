import { createInterface } from 'node:readline';
import { type States, wholePipeline } from './whole-pipeline.ts';

/** What this process measures: once for each line that it is sent, answered by a line with events a second. */
export interface WholeWork extends States {
  readonly quick: boolean;
}

const work: WholeWork = JSON.parse(process.argv[2] ?? '');
const measure = wholePipeline(work, work);
for await (const _ of createInterface({ input: process.stdin })) console.log(measure());
