import type { WireOutcome } from './wire-run.ts';

/**
 * What differs between a run in which things went wrong and one in which nothing did, in sentences; none when nothing that
 * matters does. Fences and sequence numbers are left out, as each stream has its own, and so is how often an alert was
 * published, as long as people were told of the newest revision at least once.
 */
export function compareOutcomes(clean: WireOutcome, troubled: WireOutcome): readonly string[] {
  return [
    ...differences('baseline of', clean.baselines, troubled.baselines),
    ...differences('case', mapped(clean.cases), mapped(troubled.cases)),
    ...untold(troubled),
    ...(troubled.quarantined === clean.quarantined ? [] : [`${troubled.quarantined} objects quarantined`]),
    ...(troubled.givenUp === 0 ? [] : [`${troubled.givenUp} batches were given up`]),
    ...(troubled.deadAlerts === 0 ? [] : [`${troubled.deadAlerts} alerts in the dead-letter queue`]),
  ];
}

/** A case without its fields of delivery: which revision, saying what. */
const mapped = (cases: WireOutcome['cases']) =>
  new Map([...cases].map(([alertId, { revision, alert }]) => [alertId, `revision ${revision} ${alert}`]));

const untold = ({ cases, published }: WireOutcome) =>
  [...cases].flatMap(([alertId, { revision, notifiedRevision }]) => [
    ...(notifiedRevision === revision ? [] : [`case ${alertId}: revision ${revision}, told up to ${notifiedRevision}`]),
    ...(published.has(`${alertId}:${revision}`) ? [] : [`case ${alertId}: revision ${revision} was never published`]),
  ]);

function differences(
  what: string,
  clean: ReadonlyMap<string, string>,
  troubled: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...clean.keys(), ...troubled.keys()])].flatMap((key) => {
    const [one, other] = [clean.get(key), troubled.get(key)];
    if (one === other) return [];
    if (other === undefined) return [`${what} ${key} is missing`];
    return [one === undefined ? `${what} ${key} should not be there` : `${what} ${key} is another one`];
  });
}
