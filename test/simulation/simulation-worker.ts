import { parentPort } from 'node:worker_threads';
import { planSchedule } from './plan-schedule.ts';
import { play } from './play.ts';
import { addPlayed, NO_TALLY, type Tally } from './tally.ts';

/** Seeds to play, one after the other. */
export interface Portion {
  readonly from: number;
  readonly count: number;
}

/** What became of a portion, up to the first seed that was wrong. */
export interface PortionPlayed {
  readonly tally: Tally;
  readonly failed?: { readonly seed: number; readonly wrong: readonly string[] };
}

parentPort?.on('message', async ({ from, count }: Portion) => {
  parentPort?.postMessage(await playPortion(from, count));
});

async function playPortion(from: number, count: number): Promise<PortionPlayed> {
  let tally = NO_TALLY;
  for (let seed = from; seed < from + count; seed++) {
    const played = await play(planSchedule(seed));
    tally = addPlayed(tally, played);
    if (played.wrong.length > 0) return { tally, failed: { seed, wrong: played.wrong } };
  }
  return { tally };
}
