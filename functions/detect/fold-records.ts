import type { Alert } from '../../shared/model/alert.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { encodeBaseline, encodedBytes } from '../../shared/model/baseline-codec.ts';
import { type HeldWindows, joinWindows } from '../../shared/model/held-window.ts';
import { applyAdjudication } from '../../shared/pipeline/apply-adjudication.ts';
import { applyEvent } from '../../shared/pipeline/apply-event.ts';
import { applyLateLinks } from '../../shared/pipeline/apply-late-links.ts';
import type { QuarantinedRecord } from '../../shared/stores/ports.ts';
import type { PreparedRecord, PreparedRecords } from './prepare-records.ts';
import { type BatchRecord, quarantinedRecord } from './read-batch.ts';
import { createWaitingWindows } from './waiting-windows.ts';

/** One actor's records, folded over a baseline: what is to be told, kept and forgotten around the commit. */
export interface FoldedRecords {
  readonly baseline: Baseline | undefined;
  /** Its stored form, which proves that it can be stored; undefined where nothing is new in it, but fences. */
  readonly encoded: Uint8Array | undefined;
  readonly applied: number;
  readonly duplicates: number;
  /** Late links that said something new. */
  readonly linkedLate: number;
  readonly settled: number;
  readonly quarantined: readonly QuarantinedRecord[];
  readonly alerts: readonly { readonly alert: Alert; readonly arrival: number }[];
  /** Windows that wait for a verdict from now on, to be kept before the commit. */
  readonly held: readonly HeldWindows[];
  /** Marks of windows that waited before and don't any more, to be forgotten after it. */
  readonly noLongerWaiting: readonly number[];
}

type Prepared<Kind extends string> = Extract<PreparedRecord, { readonly [kind in Kind]: unknown }>;

/**
 * Folds one actor's records into a state that can be stored. Where it can't, trying again would not help and the records behind
 * would wait for ever: the records are folded once more, and the one that makes it so is put aside.
 */
export function foldStorable(
  records: readonly BatchRecord[],
  prepared: PreparedRecords,
  stored: Baseline | undefined,
): FoldedRecords {
  const folded = foldRecords(records, prepared, stored, () => {});
  try {
    return withStoredForm(folded, stored);
  } catch {
    return withStoredForm(foldRecords(records, prepared, stored, encodedBytes), stored);
  }
}

type Folded = Omit<FoldedRecords, 'encoded'>;

const withStoredForm = (folded: Folded, stored: Baseline | undefined): FoldedRecords => ({
  ...folded,
  encoded: folded.baseline && folded.baseline.version !== stored?.version ? encodeBaseline(folded.baseline) : undefined,
});

/**
 * Folds one actor's records over a baseline, in order. A record that the fold can't take is put aside, whole.
 *
 * @param check throws at a state that can't be kept
 */
function foldRecords(
  records: readonly BatchRecord[],
  prepared: PreparedRecords,
  stored: Baseline | undefined,
  check: (baseline: Baseline) => unknown,
): Folded {
  let baseline = stored;
  const counts = { applied: 0, duplicates: 0, linkedLate: 0, settled: 0 };
  const quarantined: QuarantinedRecord[] = [];
  const alerts: { alert: Alert; arrival: number }[] = [];
  const held = createWaitingWindows();

  const takeAccess = ({ access, inForce, linkHits }: Prepared<'access'>, { position, arrival }: BatchRecord) => {
    const result = applyEvent(baseline, access, position, inForce, linkHits);
    if (result.kind === 'applied') check(result.baseline);
    if (result.kind !== 'fenced') baseline = result.baseline;
    if (result.kind !== 'applied') {
      counts.duplicates++;
      return;
    }
    counts.applied++;
    if (result.alert) alerts.push({ alert: result.alert, arrival });
    if (!result.held) return;
    held.add(result.held);
    held.keepThoseOf(result.baseline);
  };
  const takeLateLinks = ({ linkedLate, inForce }: Prepared<'linkedLate'>, { position, arrival }: BatchRecord) => {
    const result = applyLateLinks(baseline, linkedLate, position, inForce);
    if (result.kind === 'applied') check(result.baseline);
    if (result.kind !== 'fenced') baseline = result.baseline;
    if (result.kind !== 'applied') {
      counts.duplicates++;
      return;
    }
    counts.linkedLate++;
    if (result.alert) alerts.push({ alert: result.alert, arrival });
    held.keepThoseOf(result.baseline);
  };
  const takeVerdict = ({ settlement, windows }: Prepared<'settlement'>, { position, record }: BatchRecord) => {
    // The alert was sent and the access that it tells of was given up before it was written: once that is redriven, this can be.
    if (!baseline) {
      quarantined.push(quarantinedRecord(record, 'adjudication: no access of its subject was applied yet'));
      return;
    }
    const { alertId } = settlement;
    const result = applyAdjudication(baseline, settlement, joinWindows(windows, held.of(alertId)), position);
    check(result.baseline);
    baseline = result.baseline;
    held.keepThoseOf(baseline);
    counts[result.kind === 'applied' ? 'settled' : 'duplicates']++;
  };

  for (const record of records) {
    const ready = prepared.get(record);
    if (!ready) throw new Error('a record was not prepared');
    if ('reason' in ready) {
      quarantined.push(quarantinedRecord(record.record, ready.reason));
      continue;
    }
    try {
      if ('access' in ready) takeAccess(ready, record);
      else if ('linkedLate' in ready) takeLateLinks(ready, record);
      else takeVerdict(ready, record);
    } catch (error) {
      const reason = `the fold threw: ${error instanceof Error ? error.message : error}`;
      quarantined.push(quarantinedRecord(record.record, reason));
    }
  }
  const noLongerWaiting = stored?.verdicts.waiting.filter((mark) => !baseline?.verdicts.waiting.includes(mark)) ?? [];
  return { baseline, ...counts, quarantined, alerts, held: held.all(), noLongerWaiting };
}
