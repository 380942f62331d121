import { appendFileSync, rmSync } from 'node:fs';
import type { Alert } from '../shared/model/alert.ts';
import type { Observer } from '../shared/pipeline/replay-run.ts';
import { alertPagesIn } from './alert-pages.ts';
import { startDayScores } from './day-scores.ts';
import { openOutput } from './output-files.ts';
import { writeOrFail } from './quarantine-file.ts';

/** Where a replay writes. */
export interface ReplayOutputs {
  readonly out: string;
  readonly scores: string | undefined;
  readonly pages: string | undefined;
}

/** What a replay writes, as it goes on. Its functions throw CommandFailure naming what can't be written. */
export interface ReplayResults {
  /** Scores what the run judges; undefined where nobody asked for scores. */
  readonly judged: Observer | undefined;
  readonly tell: (alerts: readonly Alert[]) => void;
  /** @param line where it began in its file, where that is known */
  readonly quarantine: (line: number | undefined, reason: string, data: string) => void;
  readonly counts: { readonly alerts: number; readonly quarantined: number };
  readonly close: () => void;
}

/** The file beside a replay's alerts with what was no access. */
export const quarantineFileOf = (out: string): string => `${out}.quarantine.ndjson`;

/** Opens all of them anew. @throws CommandFailure naming what can't be written */
export function openReplayResults({ out, scores, pages }: ReplayOutputs): ReplayResults {
  const alertsFile = openOutput(out);
  const scoresFile = scores === undefined ? undefined : openOutput(scores);
  const quarantineFile = quarantineFileOf(out);
  writeOrFail(quarantineFile, () => rmSync(quarantineFile, { force: true }));
  const writePage = pages === undefined ? undefined : alertPagesIn(pages);
  const dayScores = startDayScores();
  const counts = { alerts: 0, quarantined: 0 };
  return {
    judged: scoresFile && dayScores.take,
    tell: (alerts) => {
      for (const alert of alerts) alertsFile.write(`${JSON.stringify(alert)}\n`);
      counts.alerts += alerts.length;
      if (writePage) alerts.forEach(writePage);
    },
    quarantine: (line, reason, data) => {
      counts.quarantined++;
      writeOrFail(quarantineFile, () => appendFileSync(quarantineFile, `${JSON.stringify({ line, reason, data })}\n`));
    },
    counts,
    close: () => {
      alertsFile.close();
      scoresFile?.write(dayScores.lines());
      scoresFile?.close();
    },
  };
}
