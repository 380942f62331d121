import type { Alert, ToldRevision } from '../model/alert.ts';
import type { CaseChange, CaseState, CaseTelling } from '../model/case.ts';
import type { DynamoItem } from './dynamo-batch-get.ts';
import type { Case } from './ports.ts';

/** Items of cases, beside other kinds of items of their table. */
export const CASE_PREFIX = 'case#';

export const caseKey = (alertId: string): DynamoItem => ({ pk: { S: CASE_PREFIX + alertId } });

/** A case as its item holds it. */
export function asCase(item: DynamoItem): Case {
  const alert: Alert = JSON.parse(item.alert?.S ?? '');
  return {
    alertId: alert.alertId,
    revision: Number(item.revision?.N),
    notifiedRevision: Number(item.notifiedRevision?.N),
    storedAt: Number(item.storedAt?.N),
    alert,
    openedAt: Number(item.openedAt?.N),
    state: item.state?.S as CaseState,
    ...(item.told?.S === undefined ? {} : { told: JSON.parse(item.told.S) as ToldRevision }),
    ...(item.suppressedBy?.S === undefined ? {} : { suppressedBy: item.suppressedBy.S }),
    ...(item.remindedOf ? { remindedOf: true as const } : {}),
    tellings: (item.tellings?.L ?? []).map(({ S }): CaseTelling => JSON.parse(S ?? '')),
    history: (item.history?.L ?? []).map(({ S }): CaseChange => JSON.parse(S ?? '')),
  };
}

/**
 * Where an open case stands in the index of what is ongoing: by time, and with its subject, so that a subject's cases are found
 * without reading all of them. Two spaces keep an id that holds spaces apart.
 */
export const openSince = (openedAt: number, subject: Alert['subject']): string =>
  `${new Date(openedAt).toISOString()}  ${subject.type}  ${subject.id}`;

export const isOpenedBy = (since: string, { type, id }: Alert['subject']): boolean =>
  since.slice(since.indexOf('  ') + 2) === `${type}  ${id}`;
