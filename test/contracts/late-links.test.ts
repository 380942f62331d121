import { beforeEach, describe, expect, it } from 'vitest';
import { type LateLink, lateLinksOf } from '../../shared/model/late-links.ts';
import { SITTING_GAP_MS } from '../../shared/pipeline/close-windows.ts';
import { LINK_WITHIN_MS } from '../../shared/pipeline/links.ts';
import type { LinkLog, LinkStore } from '../../shared/stores/link-ports.ts';
import { hourOf } from '../../shared/stores/link-times.ts';
import { allOf } from '../factories/all-of.ts';
import { aLook, aRefusal, aSubject, NOON } from './link-factory.ts';
import { useLinkStores } from './use-link-stores.ts';

const HOUR = hourOf(NOON);

const { stores, now } = useLinkStores();

describe.each(stores)('late links, to a link store in $name,', ({ make }) => {
  let log: LinkLog;
  let store: LinkStore;
  let subject: string;
  beforeEach(() => {
    ({ log, store } = make());
    subject = aSubject();
  });
  const hit = (actorId: string, of = subject) => ({ kind: 'subject', subject: of, actorId });

  /** A look and then a refusal, which it belongs to, in two batches. @returns what late links would say of them */
  async function takenTheWrongWayRound(
    refused = aRefusal('e-1', [subject]),
    looked = aLook('e-2', [subject], NOON + 1),
  ) {
    await store.meet([looked]);
    await store.meet([refused]);
    const refusals = await allOf(log.refusals(now(), now() + 1));
    const looks = await allOf(log.looks(hourOf(looked.time), now(), now() + 1));
    const noted = refusals.find(({ access }) => access.actorId === refused.actorId && access.time === refused.time);
    const look = looks.find(({ mark }) => mark.actorId === looked.actorId && mark.subject === looked.subjectHashes[0]);
    if (!noted || !look) throw new Error('nothing is noted');
    const [of = ''] = refused.subjectHashes;
    return {
      subject: of,
      refusal: noted.key,
      place: noted.place,
      look: look.key,
      lookPlace: look.place,
      hour: hourOf(looked.time),
    };
  }
  const lateOf = async (links: readonly LateLink[], actorId = 'e-1') =>
    (await store.late([lateLinksOf(actorId, [...links])]))[0];
  const late = (link: LateLink, actorId = 'e-1') => lateOf([link], actorId);

  it('are believed where the log says the same', async () => {
    const refused = aRefusal('e-1', [aSubject(), subject]);
    const link = await takenTheWrongWayRound(refused);

    expect(await late({ ...link, subject })).toEqual({ access: refused, since: refused.time, hits: [hit('e-2')] });
  });

  it('are believed of a look that came as soon or as late as one may', async () => {
    for (const after of [0, LINK_WITHIN_MS]) {
      const user = aSubject();
      const link = await takenTheWrongWayRound(
        aRefusal(`e-1-${after}`, [user]),
        aLook(`e-2-${after}`, [user], NOON + after),
      );

      expect(await late(link, `e-1-${after}`)).toMatchObject({ hits: [hit(`e-2-${after}`, user)] });
    }
  });

  it('tell of the latest refusal, and of each subject once', async () => {
    const other = aSubject();
    const [first, last] = [aRefusal('e-1', [subject]), aRefusal('e-1', [subject, other], NOON + 5)];
    await store.meet([aLook('e-2', [other], NOON + 9), aLook('e-3', [subject], NOON + 9)]);
    await store.meet([last, first]);
    const [look] = await allOf(log.looks(HOUR, now(), now() + 1));
    const [refusal] = await allOf(log.refusals(now(), now() + 1));
    const named = { refusal: refusal?.key ?? '', look: look?.key ?? '', hour: HOUR };

    const links = [
      { ...named, subject: other, place: 0, lookPlace: 0 },
      { ...named, subject, place: 0, lookPlace: 1 },
      { ...named, subject, place: 1, lookPlace: 1 },
    ];

    const found = await lateOf(links);

    expect(found?.access).toEqual(last);
    expect(found?.since).toBe(first?.time);
    expect(found?.hits).toHaveLength(2);
    expect(found?.hits).toEqual(expect.arrayContaining([hit('e-2', other), hit('e-3')]));
  });

  it('name whom they say, where others looked at the user as well', async () => {
    await store.meet(['e-2', 'e-3'].map((actorId) => aLook(actorId, [subject], NOON + 1)));
    await store.meet([aRefusal('e-1', [subject])]);
    const looks = await allOf(log.looks(HOUR, now(), now() + 1));
    const [refusal] = await allOf(log.refusals(now(), now() + 1));
    const last = looks.find(({ mark }) => mark.actorId === 'e-3');
    const link = {
      subject,
      refusal: refusal?.key ?? '',
      place: 0,
      look: last?.key ?? '',
      lookPlace: last?.place ?? 0,
      hour: HOUR,
    };

    expect(await late(link)).toMatchObject({ hits: [hit('e-3')] });
  });

  it('tell of the last of several sittings alone', async () => {
    const [earlier, last] = [aSubject(), aRefusal('e-1', [subject], NOON + SITTING_GAP_MS)];
    const link = await takenTheWrongWayRound(last, aLook('e-2', [subject], last.time));
    const before = await takenTheWrongWayRound(aRefusal('e-1', [earlier]), aLook('e-3', [earlier]));

    expect(await lateOf([link, before])).toEqual({ access: last, since: last.time, hits: [hit('e-2')] });
    expect(await lateOf([before])).toMatchObject({ hits: [hit('e-3', earlier)] });
  });

  it('are believed as far as the log knows them', async () => {
    const link = await takenTheWrongWayRound();
    const links = [{ ...link, place: 7 }, link, { ...link, subject: aSubject() }];

    expect(await lateOf(links)).toMatchObject({ hits: [hit('e-2')] });
  });

  it.each<[what: string, wrong: Partial<LateLink>]>([
    ['another subject', { subject: aSubject() }],
    ['another place', { place: 1 }],
    ['another refusal', { refusal: '0000000000000#00000000' }],
    ['another place of the look', { lookPlace: 1 }],
    ['another look', { look: '0000000000000#00000000' }],
    ['another hour', { hour: HOUR + 1 }],
  ])('are not believed where they name %s', async (_, wrong) => {
    const link = await takenTheWrongWayRound();

    expect(await late({ ...link, ...wrong })).toBeUndefined();
  });

  it('are not believed of somebody else', async () => {
    const link = await takenTheWrongWayRound();

    expect(await late(link, 'e-3')).toBeUndefined();
    expect(await late(link, 'e-2')).toBeUndefined();
  });

  it('are not believed of a user at whom nobody looked, though they were refused beside one at whom somebody did', async () => {
    const other = aSubject();
    const link = await takenTheWrongWayRound(aRefusal('e-1', [subject, other]));

    expect(await late({ ...link, subject: other })).toBeUndefined();
  });

  it('are not believed of a user whom they were not refused, though somebody looked at both', async () => {
    const other = aSubject();
    const link = await takenTheWrongWayRound(undefined, aLook('e-2', [subject, other], NOON + 1));

    expect(await late({ ...link, subject: other, lookPlace: link.lookPlace + 1 })).toBeUndefined();
  });

  it.each([
    ['before the refusal', 'e-2', -1],
    ['more than two hours after it', 'e-2', LINK_WITHIN_MS + 1],
    ['by whoever was refused', 'e-1', 1],
  ])('are not believed of a look %s', async (_, actorId, after) => {
    const link = await takenTheWrongWayRound(undefined, aLook(actorId, [subject], NOON + after));

    expect(await late(link)).toBeUndefined();
  });

  it('are not believed of what is noted as a refusal and is none', async () => {
    const link = await takenTheWrongWayRound();
    await log.noteRefusals([aLook('e-4', [subject])]);
    const noted = await allOf(log.refusals(now(), now() + 1));
    const key = noted.find(({ access }) => access.actorId === 'e-4')?.key;

    expect(key).toBeDefined();
    expect(await late({ ...link, refusal: key ?? '' }, 'e-4')).toBeUndefined();
  });
});
