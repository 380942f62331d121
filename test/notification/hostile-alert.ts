import type { Alert } from '../../shared/model/alert.ts';
import { anAlert } from '../contracts/alert-factory.ts';

/** Everything that others could write into a name to break a message, and 10,000 characters of it. */
export const HOSTILE_TEXT = `</script><script>document.title='owned'</script><img src=x onerror="document.title='owned'">"'>\
<!channel> <@U024BE7LH> <https://evil.example/|Open the case> *bold* _it_ \`code\` @here :tada: &lt;b&gt;
Approval  all fine\r\n\u2028\u001B[2J\u009B31m\u202Ehttps://evil.example/\u2066\u0000\u200F ${'很长'.repeat(5_000)}`;

/** An alert with that text in every field that others fill. */
export function hostileAlert(): Alert {
  const text = HOSTILE_TEXT;
  const base = anAlert();
  return anAlert({
    alertId: text,
    headline: text,
    subject: { type: 'employee', id: text },
    relatedEmployees: new Array(200).fill(text),
    where: { homeCountry: text, locatedIn: text, network: text, device: text },
    team: text,
    role: text,
    otherCases: new Array(5).fill({ alertId: text, openedAt: base.time, severity: 'high', headline: text }),
    protectedRegion: text,
    toldBefore: { revision: 1, time: base.time, severity: 'high', score: 4, signals: [] },
    mayBeBenign: new Array(30).fill(text),
    signals: new Array(40).fill({ ...base.signals[0], text, unit: text }),
    events: new Array(20).fill({
      ...base.events[0],
      id: text,
      action: text,
      dataset: text,
      store: text,
      country: text,
    }),
    baseline: { historyDays: 1, version: 1, peerGroup: text },
    pictures: {
      ...alertPictures(),
      ladder: new Array(5).fill({ attribute: text, value: text, self: 'never', peers: 'never', country: 'never' }),
    },
  });
}

/** Five weeks of a calm person, and the day of the alert. */
export function alertPictures(): NonNullable<Alert['pictures']> {
  return {
    schemaVersion: 1,
    dailyReads: Array.from({ length: 35 }, (_, day) => (day === 34 ? 70 : day % 7 > 4 ? null : day % 4)),
    hours: Array.from({ length: 24 }, (_, hour) => (hour >= 9 && hour < 19 ? 0.6 : 0)),
    weekdays: [0.2, 0.2, 0.2, 0.2, 0.2, 0, 0],
    utcOffsetMinutes: 480,
    ladder: [
      { attribute: 'dataset', value: 'user.profile', self: 'never', peers: 'rarely', country: 'often' },
      { attribute: 'country', value: 'CN', self: 'often', peers: 'often', country: 'often' },
    ],
  };
}
