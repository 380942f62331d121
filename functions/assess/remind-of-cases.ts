import type { AlertQueue, CaseStore } from '../../shared/stores/ports.ts';

/** People are reminded of a critical case that is still open after so long. */
export const REMIND_AFTER_MS = 60 * 60_000;
/** So many a run: after a storm, reminders must not become the next one. */
export const REMINDERS_A_RUN = 10;

/**
 * Queues a reminder of each critical case that nobody has judged for an hour. `notify` tells people and takes note, so that it
 * happens once; until then each run queues it again, and the queue drops what it has already.
 *
 * @returns how many are waiting
 */
export async function remindOfCases(
  cases: Pick<CaseStore, 'unattended'>,
  alerts: AlertQueue,
  now: number,
): Promise<number> {
  const unattended = (await cases.unattended(now - REMIND_AFTER_MS)).slice(0, REMINDERS_A_RUN);
  if (unattended.length) await alerts.send(unattended.map(({ alert }) => ({ ...alert, reminder: true as const })));
  return unattended.length;
}
