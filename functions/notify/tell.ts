import { type Alert, MAXIMUM_OTHER_CASES, type ToldRevision } from '../../shared/model/alert.ts';
import type { DigestCase } from '../../shared/model/alert-digest.ts';
import { ALERTS_PUBLISHED_BY_SEVERITY, METRICS } from '../../shared/model/metric-names.ts';
import { SEVERITIES } from '../../shared/model/settings.ts';
import { digestsOf } from '../../shared/notification/digest.ts';
import { otherCasesOf } from '../../shared/stores/other-cases.ts';
import type { AlertTopic, Case, CaseStore, NotifiedAs, SuppressionStore } from '../../shared/stores/ports.ts';
import { MANY, type Revision, readUntold, type Untold } from './read-untold.ts';

/** In a flood, the first case waits at most so long for the others that its digest will name. */
export const LONGEST_HOLD_MS = 60_000;
/** So many cases are marked at once: a flood must neither exhaust the connections nor the table's capacity. */
const MARKED_AT_ONCE = 25;

/**
 * What this process stored and did not tell yet. Only a hint: the cases themselves say what is untold, but their index lags
 * behind by up to seconds, and the end of a flood must find its last cases.
 */
export interface Backlog {
  readonly alertIds: Set<string>;
  /** Epoch milliseconds of the first of them. */
  since: number | undefined;
}

export const noBacklog = (): Backlog => ({ alertIds: new Set(), since: undefined });

/** What telling needs. */
export interface TellPorts {
  readonly cases: Pick<CaseStore, 'untold' | 'markNotified' | 'open'>;
  readonly suppressions: Pick<SuppressionStore, 'of'>;
  readonly topic: AlertTopic;
  readonly backlog: Backlog;
  /** Messages on the queue behind this batch. */
  readonly waiting: () => Promise<number>;
  /**
   * Awaited after each publication, to tell people no faster than they can be told. Since the queue has one group, one
   * invocation runs at a time: a pause at its end holds for the next one too, wherever that runs.
   */
  readonly pause: () => Promise<void>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly count: (metric: string, value: number) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** What telling came to. */
export interface Telling {
  /** Cases that should have been told and weren't, by alertId. */
  readonly left: ReadonlySet<string>;
  /** Revisions told, one by one or in a digest. */
  readonly told: number;
  readonly digests: number;
}

/**
 * Tells people of every case that they were not told of: one by one, or, when more than ten wait, in digests that name each.
 * While a flood is still coming in, cases are only stored: that is fast, and a digest then names them all. They are untold
 * in their table meanwhile, so a crash leaves them for the next batch, or for `assess` to queue again.
 *
 * How many wait is asked of the queue, since what is not received yet is in no table; of a FIFO queue the count is exact
 * (SQS developer guide, "Resources required to process Amazon SQS messages"). What a digest names is asked of the cases,
 * since they alone are durable. If the queue counted too many, those held wait five minutes for `assess`.
 *
 * @param alertIds cases of this batch in the order of the queue
 */
export async function tellOrHold(alertIds: readonly string[], ports: TellPorts): Promise<Telling> {
  const { backlog } = ports;
  for (const alertId of alertIds) backlog.alertIds.add(alertId);
  if (backlog.alertIds.size === 0) return NOTHING;
  backlog.since ??= ports.now();
  const behind = await waitingBehind(ports);
  const isFlood = backlog.alertIds.size + behind > MANY;
  if (isFlood && behind > 0 && ports.now() - backlog.since < LONGEST_HOLD_MS) return NOTHING;

  let untold: Untold;
  try {
    untold = await readUntold([...backlog.alertIds], ports);
  } catch (error) {
    ports.warn('untold cases could not be read', error);
    return { ...NOTHING, left: new Set(alertIds) };
  }
  const telling = untold.count > MANY ? await tellInDigests(untold, ports) : await tellEach(untold, alertIds, ports);
  if (telling.left.size === 0) {
    backlog.alertIds.clear();
    backlog.since = undefined;
  }
  return telling;
}

const NOTHING: Telling = { left: new Set(), told: 0, digests: 0 };

/** Not to know it must not keep anybody from being told. */
async function waitingBehind({ waiting, warn }: TellPorts): Promise<number> {
  try {
    return await waiting();
  } catch (error) {
    warn('the queue does not say how many alerts wait', error);
    return 0;
  }
}

/** Those of this batch first, as the queue has them; then what others left behind, oldest first. */
async function tellEach(untold: Untold, alertIds: readonly string[], ports: TellPorts): Promise<Telling> {
  const { topic, pause, count } = ports;
  const place = new Map(alertIds.map((alertId, index) => [alertId, index]));
  const placeOf = ({ alertId }: Case) => place.get(alertId) ?? alertIds.length;
  const ordered = [...untold.few].sort((a, b) => placeOf(a) - placeOf(b) || a.storedAt - b.storedAt);
  const left = new Set([...untold.silent, ...ordered].map(({ alertId }) => alertId));
  let told = 0;
  try {
    await mark(untold.silent, left, ports);
    for (const stored of ordered) {
      const { alertId, revision, alert } = stored;
      await topic.publish({ ...(await withOtherCases(alert, ports)), ...toldBeforeOf(stored) });
      // It may have been suppressed before: now people were told.
      await mark([{ alertId, revision, told: toldOf(alert) }], left, ports);
      told++;
      count(ALERTS_PUBLISHED_BY_SEVERITY[alert.severity], 1);
      await pause();
    }
  } catch (error) {
    warnOf(left, error, ports);
  }
  return { left, told, digests: 0 };
}

/** Only the case knows what people were told: a fold can't see what was overtaken, suppressed or raised in shadow mode. */
const toldBeforeOf = ({ told }: Case): Pick<Alert, 'toldBefore'> => (told ? { toldBefore: told } : {});

/** A line of a digest lists no signals. */
function toldOf(said: Alert | DigestCase): ToldRevision {
  const { revision, time, severity, score } = said;
  const told = { revision, time, severity, score };
  return 'signals' in said ? { ...told, signals: [...new Set(said.signals.map(({ signal }) => signal))] } : told;
}

/** What else is open on the subject belongs beside it. Not to know it must not keep anybody from being told. */
async function withOtherCases(alert: Alert, { cases, warn }: TellPorts): Promise<Alert> {
  try {
    const open = await cases.open({ subject: alert.subject, limit: MAXIMUM_OTHER_CASES + 1 });
    return { ...alert, ...otherCasesOf(alert.alertId, open) };
  } catch (error) {
    warn(`the other cases of ${alert.alertId}'s subject could not be read`, error);
    return alert;
  }
}

async function tellInDigests({ toDigest, silent }: Untold, ports: TellPorts): Promise<Telling> {
  const { topic, pause, count } = ports;
  const left = new Set([...silent, ...toDigest.map(({ line }) => line)].map(({ alertId }) => alertId));
  let told = 0;
  let digests = 0;
  try {
    await mark(silent, left, ports);
    for (const digest of digestsOf(toDigest)) {
      await topic.publishDigest(digest);
      digests++;
      await mark(
        digest.cases.map((line) => ({ alertId: line.alertId, revision: line.revision, told: toldOf(line) })),
        left,
        ports,
      );
      told += digest.cases.length;
      for (const severity of SEVERITIES) {
        const ofThem = digest.cases.filter((each) => each.severity === severity).length;
        if (ofThem > 0) count(ALERTS_PUBLISHED_BY_SEVERITY[severity], ofThem);
      }
      await pause();
    }
  } catch (error) {
    warnOf(left, error, ports);
  }
  return { left, told, digests };
}

/**
 * Notes that revisions were told, or that nobody is to be: raised in shadow mode, or suppressed by an analyst. Only this makes a
 * case look told, so it follows the publication.
 */
async function mark(
  revisions: readonly (Revision & NotifiedAs)[],
  left: Set<string>,
  { cases, count, now }: TellPorts,
): Promise<void> {
  for (let start = 0; start < revisions.length; start += MARKED_AT_ONCE)
    await Promise.all(
      revisions.slice(start, start + MARKED_AT_ONCE).map(async ({ alertId, revision, ...outcome }) => {
        await cases.markNotified(alertId, revision, now(), outcome);
        left.delete(alertId);
        if (outcome.suppressedBy !== undefined) count(METRICS.alertsSuppressed, 1);
      }),
    );
}

const warnOf = (left: ReadonlySet<string>, error: unknown, { warn }: TellPorts) =>
  warn(
    `alerts have to wait: ${[...left].slice(0, MANY).join(', ')}${left.size > MANY ? ` and ${left.size - MANY} more` : ''}`,
    error,
  );
