import { type Prediction, predict } from '../stats/group-moments.ts';
import { betaBinomialTail, negativeBinomialTail, studentQuantile, studentTail } from '../stats/tails.ts';
import type { Measure, Signal, View } from './signal.ts';
import { countOf, inWords } from './wording.ts';

/** 5% and 95% of a normal deviate: what an alert calls usual. */
const USUAL_DEVIATE = 1.645;

/** The strengths here are tail probabilities already; a day has about ten occasions to be odd. */
const AMOUNT_PRIOR = { start: 1, slope: 1 };

type Amount = 'sittingReads' | 'sittingSubjects' | 'dayReads' | 'daySubjects';

/** A team that is busy as a whole is expected to be: a count grows with it, and so does its spread. */
function busyCount({ baseline, peers, shock, trust }: View, amount: Amount): Prediction {
  const { mean, variance, freedom } = predict(baseline.habits[amount], peers[amount], trust);
  return { mean: mean * shock.busy, variance: variance * shock.busy ** 2, freedom };
}
/** The same of a count's logarithm. */
function busyLog({ baseline, peers, shock, trust }: View, amount: Amount): Prediction {
  const prediction = predict(baseline.habits[amount], peers[amount], trust);
  return { ...prediction, mean: prediction.mean + Math.log(shock.busy) };
}

const sittingReads = (view: View) => busyCount(view, 'sittingReads');
const sittingSubjects = (view: View) => busyLog(view, 'sittingSubjects');
const dayReads = (view: View) => busyCount(view, 'dayReads');
const daySubjects = (view: View) => busyLog(view, 'daySubjects');

const logTail = (count: number, { mean, variance, freedom }: Prediction) =>
  studentTail((Math.log1p(count) - mean) / Math.sqrt(variance), freedom);

function usualOfLog({ mean, variance, freedom }: Prediction) {
  const at = (z: number) =>
    Math.max(0, Math.round(Math.expm1(mean + studentQuantile(z, freedom) * Math.sqrt(variance))));
  return { median: at(0), low: at(-USUAL_DEVIATE), high: at(USUAL_DEVIATE) };
}

const touchesProtected = ({ access }: View) => access.protected && access.allowed;

/** What is usual for a count with this prediction: 5%, half and 95%, roughly. */
function usualCount({ mean, variance }: Prediction) {
  const spread = USUAL_DEVIATE * Math.sqrt(variance);
  const bound = (x: number) => Math.max(0, Math.round(x));
  return { median: bound(mean), low: bound(mean - spread), high: bound(mean + spread) };
}

const countTail = (count: number, { mean, variance }: Prediction) =>
  negativeBinomialTail(count, Math.max(mean, 0.05), variance);

/** Reads come in sittings, so a sitting is compared with the person's sittings about users of every region. */
const sittingSize: Measure = {
  name: 'volume.sitting-reads',
  priorTail: AMOUNT_PRIOR,
  ownBias: true,
  strength: (view) =>
    touchesProtected(view) ? countTail(view.baseline.sitting.protectedReads, sittingReads(view)) : 0,
  explain: (view) => {
    const { sitting } = view.baseline;
    const expected = usualCount(sittingReads(view));
    return {
      observed: sitting.protectedReads,
      expected,
      unit: 'reads a sitting',
      text: `${countOf(sitting.protectedReads, 'read')} of ${view.access.region} users in ${inWords(sitting.last - sitting.start)}; ${expected.low} to ${expected.high} a sitting is usual`,
    };
  },
};

/** Users add up over accesses; who is met again is one view more, in what is usual as well. */
const sittingUsers: Measure = {
  name: 'volume.sitting-subjects',
  priorTail: AMOUNT_PRIOR,
  ownBias: true,
  strength: (view) =>
    touchesProtected(view) && view.access.subjectCount !== undefined
      ? logTail(view.baseline.sitting.protectedSubjects, sittingSubjects(view))
      : 0,
  explain: (view) => {
    const { sitting } = view.baseline;
    const expected = usualOfLog(sittingSubjects(view));
    return {
      observed: sitting.protectedSubjects,
      expected,
      unit: 'user views a sitting',
      text: `${countOf(sitting.protectedSubjects, 'view')} of ${view.access.region} users in ${inWords(sitting.last - sitting.start)}; ${expected.low} to ${expected.high} a sitting is usual`,
    };
  },
};

/** How many of today's sittings touch the protected region: beta-binomial, own share shrunk to the peers'. */
function shareBeta({ baseline, peers, trust }: View) {
  const own = baseline.habits;
  return {
    a: peers.protectedShare.a + trust * own.protectedSittings,
    b: peers.protectedShare.b + trust * Math.max(0, own.sittings - own.protectedSittings),
  };
}

const MOST_SITTINGS = 40;

const share: Measure = {
  name: 'volume.share',
  priorTail: { start: 0.9, slope: 1 },
  ownBias: true,
  strength: (view) => {
    const { sittings, protectedSittings } = view.baseline.day;
    if (!touchesProtected(view) || sittings > MOST_SITTINGS) return 0;
    const { a, b } = shareBeta(view);
    return betaBinomialTail(Math.min(protectedSittings, sittings), sittings, a, b);
  },
  explain: (view) => {
    const { sittings, protectedSittings } = view.baseline.day;
    const { a, b } = shareBeta(view);
    const p = a / (a + b);
    const spread = USUAL_DEVIATE * Math.sqrt((sittings * p * (1 - p) * (a + b + sittings)) / (a + b + 1));
    const bound = (x: number) => Math.round(Math.min(sittings, Math.max(0, x)));
    return {
      observed: protectedSittings,
      expected: { median: bound(sittings * p), low: bound(sittings * p - spread), high: bound(sittings * p + spread) },
      unit: 'sittings today',
      text: `${protectedSittings} of today's ${countOf(sittings, 'sitting')} touched ${view.access.region} users; usually ${Math.round(100 * p)}% do`,
    };
  },
};

const day: Measure = {
  name: 'volume.day-reads',
  priorTail: AMOUNT_PRIOR,
  ownBias: true,
  strength: (view) => (touchesProtected(view) ? countTail(view.baseline.day.protectedReads, dayReads(view)) : 0),
  explain: (view) => {
    const expected = usualCount(dayReads(view));
    const observed = view.baseline.day.protectedReads;
    return {
      observed,
      expected,
      unit: 'reads a day',
      text: `${countOf(observed, 'read')} of ${view.access.region} users today; ${expected.low} to ${expected.high} a day is usual`,
    };
  },
};

const dayUsers: Measure = {
  name: 'volume.day-subjects',
  priorTail: AMOUNT_PRIOR,
  ownBias: true,
  strength: (view) =>
    touchesProtected(view) && view.access.subjectCount !== undefined
      ? logTail(view.baseline.day.protectedSubjects, daySubjects(view))
      : 0,
  explain: (view) => {
    const expected = usualOfLog(daySubjects(view));
    const observed = view.baseline.day.protectedSubjects;
    return {
      observed,
      expected,
      unit: 'user views a day',
      text: `${countOf(observed, 'view')} of ${view.access.region} users today; ${expected.low} to ${expected.high} a day is usual`,
    };
  },
};

/** Many users of the protected region: more in a sitting, or in a day, or in a larger share of the work than is usual. */
export const volume: Signal = {
  name: 'volume',
  family: 'amount',
  judges: 'foreign',
  measures: [sittingSize, sittingUsers, share, day, dayUsers],
};
