import { type Alert, MAXIMUM_ALERT_EVENTS } from '../../shared/model/alert.ts';
import { SIGNAL_NAMES } from '../../shared/model/signal-names.ts';
import { anAlert } from '../contracts/alert-factory.ts';

/** Letters of three bytes, as many as names of data sets and devices may have, everywhere. */
const NAME = '漢'.repeat(512);

/** An alert with every signal, as many accesses as travel with one, and names as long as accesses may have. */
export function theLargestAlert(): Alert {
  const [signal] = anAlert().signals;
  const [event] = anAlert().events;
  if (!signal || !event) throw new Error('the factory makes no signal or no event');
  return anAlert({
    subject: { type: 'employee', id: NAME },
    headline: NAME.repeat(4),
    relatedEmployees: Array.from({ length: 500 }, (_, i) => `${i}${NAME}`),
    team: NAME,
    signals: SIGNAL_NAMES.map((name) => ({ ...signal, signal: name, unit: NAME, text: NAME.repeat(4) })),
    where: { homeCountry: 'CN', locatedIn: 'CN', network: NAME, device: NAME },
    mayBeBenign: Array.from({ length: 20 }, () => NAME.repeat(2)),
    events: Array.from({ length: MAXIMUM_ALERT_EVENTS }, (_, i) => ({
      ...event,
      id: `${i}${NAME}`,
      dataset: `${i}${NAME}`,
      store: NAME,
      action: NAME,
    })),
    baseline: { historyDays: 41, version: 812, peerGroup: NAME },
  });
}
