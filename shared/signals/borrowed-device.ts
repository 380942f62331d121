import { ATTRIBUTES } from '../model/access.ts';
import type { Baseline, Borrowed } from '../model/baseline.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf } from './wording.ts';

const DEVICE = ATTRIBUTES.indexOf('device');
/** A machine that changed hands within a week of its first use was set up by one person for another. */
const LEAST_DAYS_OWNED = 7;
/** More users before than this, and it is a shared machine. */
const MOST_USERS = 2;

/** The machine of this access, where it was somebody else's first. */
export const somebodyElsesMachine = ({ access, baseline }: View): Borrowed | undefined =>
  baseline.day.borrowed?.device === access.categories[DEVICE] ? baseline.day.borrowed : undefined;

/** The same, where it counts as borrowed. Of its users only the first one's first access is known. */
function borrowedIn(view: View): Borrowed | undefined {
  const borrowed = somebodyElsesMachine(view);
  if (!borrowed) return undefined;
  return borrowed.days >= LEAST_DAYS_OWNED && borrowed.users <= MOST_USERS ? borrowed : undefined;
}

/** Protected reads today on that machine without a ticket. */
const unapprovedOn = ({ day }: Baseline, { device }: Borrowed): number =>
  day.used.find(({ attribute, hash }) => attribute === DEVICE && hash === device)?.unapproved ?? 0;

/** How surely the machine is somebody's × how much is read on it without a ticket. */
const otherHands: Measure = {
  name: 'borrowed-device.other-hands',
  priorTail: { start: 0.5, slope: 1 },
  ownBias: true,
  strength: (view) => {
    const { access, baseline } = view;
    const borrowed = borrowedIn(view);
    if (!borrowed || !access.protected || !access.allowed) return 0;
    const owned = Math.log2(borrowed.days / LEAST_DAYS_OWNED + 1) / borrowed.users;
    return owned * 0.5 * Math.log2(1 + unapprovedOn(baseline, borrowed));
  },
  explain: (view) => {
    const borrowed = borrowedIn(view);
    const owner = borrowed?.owner || 'somebody else';
    const days = borrowed?.days ?? 0;
    const reads = borrowed ? unapprovedOn(view.baseline, borrowed) : 0;
    return {
      observed: borrowed?.users ?? 0,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'earlier users of the machine',
      text: `${countOf(reads, 'read')} of ${view.access.region} users without a ticket on device ${view.access.deviceId}, first used by ${owner} ${countOf(days, 'day')} ago and no habit of this person's`,
    };
  },
};

/** An account on a machine that belongs to somebody else. A meeting room's machine and a handed-on laptop are not meant. */
export const borrowedDevice: Signal = {
  name: 'borrowed-device',
  family: 'account',
  judges: 'everyone',
  measures: [otherHands],
};
