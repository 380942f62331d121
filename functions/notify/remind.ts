import type { AlertTopic, CaseStore } from '../../shared/stores/ports.ts';

export interface RemindPorts {
  readonly cases: Pick<CaseStore, 'get' | 'markReminded'>;
  readonly topic: Pick<AlertTopic, 'publish'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Awaited after a publication. */
  readonly pause: () => Promise<void>;
}

/**
 * Reminds people of a case, once, if it is still open and people were told of it at all. Like an alert it is told first and noted
 * then: a crash between the two repeats it.
 *
 * @returns whether people were reminded
 */
export async function remind(alertId: string, { cases, topic, now, pause }: RemindPorts): Promise<boolean> {
  const stored = await cases.get(alertId);
  if (!stored || stored.remindedOf) return false;
  const isWanted = stored.state === 'open' && !stored.alert.shadow && stored.suppressedBy === undefined;
  if (!isWanted) {
    await cases.markReminded(alertId);
    return false;
  }
  await topic.publish({ ...stored.alert, reminder: true });
  const { revision } = stored;
  await cases.markReminded(alertId, { at: new Date(now()).toISOString(), revision, as: 'reminder' });
  await pause();
  return true;
}
