import type { AccessEvent } from '../../shared/model/access-event.ts';
import { LINK_WITHIN_MS } from '../../shared/pipeline/links.ts';
import { below, chance, draw, pick, type Random, weigh } from '../../shared/simulation/random.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { ADDRESSES, BROKEN_ROW, UNKNOWN_ACTOR } from './people.ts';
import type { Step } from './schedule.ts';

type Put = Extract<Step, { readonly kind: 'put' }>;

const DAY_MS = 86_400_000;
const SUBJECTS = ['us-1', 'us-2', 'us-3'] as const;

/** What people do, by how often: most of it is ordinary, enough of it is worth an alert. */
const DEEDS = weigh([
  ['elsewhere', 3],
  ['with ticket', 2],
  ['without ticket', 3],
  ['looked up', 3],
  ['refused', 3],
  ['many at once', 1],
  ['exported', 1],
  ['new data set', 1],
] as const);

/** How long an access takes to get to the stream. */
const LATENESS = weigh([
  ['at once', 20],
  ['minutes', 3],
  ['hours', 2],
  ['beyond a week', 1],
  ['ahead', 1],
] as const);

/** What producers get wrong, by how often. */
const BLUNDERS = weigh([
  ['not JSON', 2],
  ['not UTF-8', 1],
  ['no actor', 1],
  ['wrong key', 2],
  ['from the future', 2],
  ['broken row', 2],
  ['fold throws', 4],
] as const);

/** One access by one of these people. @param number makes it distinct */
export function plannedAccess(random: Random, at: number, actorId: string, number: number): Put {
  return asPut(anAccess(random, at, actorId, number), at, actorId, random);
}

/** One record that can't be used. */
export function plannedBlunder(random: Random, at: number, actorId: string, number: number): Put {
  const event = anAccess(random, at, actorId, number);
  const badly = (data: string, partitionKey = actorId): Put => ({
    ...asPut(event, at, partitionKey, random),
    data: Buffer.from(data, 'latin1').toString('base64'),
    fate: 'quarantined',
  });
  const instead = (changed: AccessEvent): Put => badly(JSON.stringify(changed), changed.actor.id);
  switch (draw(random, BLUNDERS)) {
    case 'not JSON':
      return badly('{"id": "ev-');
    case 'not UTF-8':
      return badly('\xff\xfe{}');
    case 'no actor':
      return badly(JSON.stringify({ ...event, actor: {} }));
    case 'wrong key':
      return badly(JSON.stringify(event), 'somebody else');
    case 'from the future':
      return instead({ ...event, time: new Date(at + 3_600_000).toISOString() });
    case 'broken row':
      return { ...instead({ ...event, actor: { ...event.actor, id: BROKEN_ROW } }), fate: 'either' };
    case 'fold throws':
      return instead({
        ...event,
        time: new Date(at).toISOString(),
        actor: { id: UNKNOWN_ACTOR, type: 'service' },
        subjects: { region: 'US' },
      });
  }
}

function asPut(event: AccessEvent, at: number, partitionKey: string, random: Random): Put {
  return {
    kind: 'put',
    at,
    partitionKey,
    data: Buffer.from(JSON.stringify(event)).toString('base64'),
    fate: 'applied',
    arrivalSkew: chance(random, 0.3) ? below(random, 3_000) - 1_500 : 0,
    payloadBytes: chance(random, 0.1) ? 2_500_000 : 900,
  };
}

function anAccess(random: Random, at: number, actorId: string, number: number): AccessEvent {
  const base = {
    id: `ev-${number}`,
    time: new Date(timeOf(random, at)).toISOString(),
    actor: { id: actorId },
    network: {
      ip: chance(random, 0.9) ? ADDRESSES[0] : pick(random, ADDRESSES),
      deviceId: chance(random, 0.9) ? `d-${actorId}` : 'd-other',
    },
  };
  const us = (count: number) => ({ region: 'US', count });
  switch (draw(random, DEEDS)) {
    case 'elsewhere':
      return anAccessEvent({ ...base, subjects: { region: 'GB', count: 1 + below(random, 5) } });
    case 'with ticket':
      return anAccessEvent({ ...base, subjects: us(1), approval: { ticket: 'T-1' } });
    case 'without ticket':
      return anAccessEvent({ ...base, subjects: us(1 + below(random, 3)) });
    case 'looked up':
      return anAccessEvent({ ...base, subjects: { region: 'US', ids: someSubjects(random) } });
    case 'refused':
      return anAccessEvent({
        ...base,
        // Often behind a look at the same user that somebody took soon after.
        ...(chance(random, 0.5) && { time: new Date(at - below(random, LINK_WITHIN_MS)).toISOString() }),
        outcome: 'denied',
        subjects: { region: 'US', ids: someSubjects(random) },
      });
    case 'many at once':
      return anAccessEvent({ ...base, subjects: us(50 + below(random, 100)) });
    case 'exported':
      return anAccessEvent({ ...base, action: 'export', subjects: us(10) });
    case 'new data set':
      return anAccessEvent({ ...base, resource: { dataset: `set-${below(random, 4)}` }, subjects: us(1) });
  }
}

function timeOf(random: Random, at: number): number {
  switch (draw(random, LATENESS)) {
    case 'at once':
      return at - below(random, 2_000);
    case 'minutes':
      return at - below(random, 20 * 60_000);
    case 'hours':
      return at - below(random, 20 * 3_600_000);
    case 'beyond a week':
      return at - 7 * DAY_MS - below(random, 3 * DAY_MS) - 10_000;
    // A clock that is off by less than ten minutes is believed; the stream's own may be off by a little more.
    case 'ahead':
      return at + below(random, 9 * 60_000);
  }
}

function someSubjects(random: Random): string[] {
  const first = below(random, SUBJECTS.length);
  const subjects = [SUBJECTS[first] ?? SUBJECTS[0]];
  return chance(random, 0.3) ? [...subjects, SUBJECTS[(first + 1) % SUBJECTS.length] ?? SUBJECTS[0]] : subjects;
}
