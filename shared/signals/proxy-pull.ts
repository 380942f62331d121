import type { LinkHit } from '../pipeline/links.ts';
import type { Measure, Signal } from './signal.ts';
import { countOf } from './wording.ts';

const subjectHits = (linkHits: readonly LinkHit[]) => linkHits.filter((hit) => hit.kind === 'subject');

/** Users met by another within two hours. Chances multiply: one may be a coincidence, each further one is as unlikely again. */
const linked: Measure = {
  name: 'proxy-pull.linked',
  priorTail: { start: 0, slope: 1.2 },
  ownBias: false,
  strength: ({ baseline, linkHits }) =>
    subjectHits(linkHits).length === 0 ? 0 : baseline.sitting.linkedSubjects.length,
  explain: ({ access, baseline, linkHits }) => {
    const hits = subjectHits(linkHits);
    const named = [...new Set(hits.map(({ actorId }) => actorId))].join(', ');
    const met = baseline.sitting.linkedSubjects.length;
    // Whom earlier users of the sitting met is not kept, so nobody is named for them.
    const isAll = new Set(hits.map(({ subject }) => subject)).size >= met;
    const [others, among] = isAll ? [named, ''] : ['others', `, ${named} among these`];
    const users = `${countOf(met, `${access.region} user`)}`;
    return {
      observed: met,
      expected: { median: 0, low: 0, high: 0 },
      unit: 'users refused to one and read by another',
      text: access.allowed
        ? `${users} whom ${others} had been refused within two hours before${among}`
        : `${users} refused here and read by ${others} within two hours${among}`,
    };
  },
};

/** Asked to fetch what a colleague may not: refused to one, read by another soon after, with neither ticket nor hand-over. */
export const proxyPull: Signal = { name: 'proxy-pull', family: 'links', judges: 'everyone', measures: [linked] };
