import { beforeEach, describe, expect, it } from 'vitest';
import { DEVICE_USERS_KEPT, LINK_WITHIN_MS } from '../../shared/pipeline/links.ts';
import type { LinkLog, LinkStore } from '../../shared/stores/link-ports.ts';
import { hourOf } from '../../shared/stores/link-times.ts';
import { allOf } from '../factories/all-of.ts';
import { uniqueName } from './aws-services.ts';
import { aLook, aRefusal, aSubject, NOON } from './link-factory.ts';
import { useLinkStores } from './use-link-stores.ts';

const HOUR = hourOf(NOON);

const { stores, now } = useLinkStores();

describe.each(stores)('a link store in $name', ({ make }) => {
  let log: LinkLog;
  let store: LinkStore;
  let subject: string;
  let device: string;
  beforeEach(() => {
    ({ log, store } = make());
    subject = aSubject();
    device = uniqueName('device');
  });
  const hit = (actorId: string, of = subject) => ({ kind: 'subject', subject: of, actorId });

  describe('asked who met subjects', () => {
    const look = (actorId: string, time?: number, subjects = [subject]) => aLook(actorId, subjects, time);
    const refusal = (actorId: string, time?: number, subjects = [subject]) => aRefusal(actorId, subjects, time);
    const notedLooks = async () => {
      const noted = await allOf(log.looks(HOUR, now(), now() + 1));
      return noted.map(({ mark }) => `${mark.actorId} ${mark.subject} ${mark.met}`);
    };

    it('shows a look who was refused the same subject before', async () => {
      expect(await store.meet([refusal('e-1')])).toEqual([[]]);
      expect(await store.meet([look('e-2', NOON + 1)])).toEqual([[hit('e-1')]]);
    });

    it('answers the same when an access is written again', async () => {
      await store.meet([refusal('e-1')]);
      await store.meet([look('e-2', NOON + 1)]);

      expect(await store.meet([refusal('e-1')])).toEqual([[]]);
      expect(await store.meet([look('e-2', NOON + 1)])).toEqual([[hit('e-1')]]);
    });

    it('shows a look that comes first a refusal of the same batch, and the refusal the look, in the order of the stream', async () => {
      const [first, refused, last] = [look('e-2', NOON + 1), refusal('e-1'), look('e-3', NOON + 2)];

      expect(await store.meet([first, refused, last])).toEqual([[], [hit('e-2')], [hit('e-1')]]);
    });

    it('shows a refusal no look of an earlier batch: that is found later', async () => {
      await store.meet([look('e-2', NOON + 1)]);

      expect(await store.meet([refusal('e-1')])).toEqual([[]]);
    });

    it('shows one who was refused as well the refusal of somebody else, however often they were', async () => {
      await store.meet([refusal('e-1')]);
      await store.meet([refusal('e-2', NOON + 1), refusal('e-2', NOON + 2)]);

      expect(await store.meet([look('e-2', NOON + 3)])).toEqual([[hit('e-1')]]);
    });

    it.each(['one batch', 'several batches'])('shows the last of several who were refused, in %s', async (batches) => {
      const refusals = ['e-1', 'e-2', 'e-3', 'e-2'].map((actorId, i) => refusal(actorId, NOON + i));
      for (const batch of batches === 'one batch' ? [refusals] : refusals.map((one) => [one])) await store.meet(batch);

      const looks = ['e-4', 'e-2', 'e-3'].map((actorId) => look(actorId, NOON + 9));
      const met = [];
      for (const one of looks) met.push(...(await store.meet([one])));

      expect(met).toEqual([[hit('e-2')], [hit('e-3')], [hit('e-2')]]);
    });

    it('shows a look a refusal that a later one followed before it came', async () => {
      await store.meet([refusal('e-1'), refusal('e-1', NOON + 9)]);

      expect(await store.meet([look('e-2', NOON + 5)])).toEqual([[hit('e-1')]]);
    });

    it('shows a refusal the looks of others in its batch, however often they looked themselves', async () => {
      const own = [1, 2, 3].map((after) => look('e-1', NOON + after));

      expect(await store.meet([look('e-2', NOON + 1), ...own, refusal('e-1')])).toEqual([[], [], [], [], [hit('e-2')]]);
    });

    it('shows nobody themselves', async () => {
      await store.meet([refusal('e-1')]);

      expect(await store.meet([look('e-1', NOON + 1)])).toEqual([[]]);
    });

    it('shows a look whoever was refused within the two hours before it', async () => {
      await store.meet([refusal('e-1')]);

      const times = [-1, 0, LINK_WITHIN_MS, LINK_WITHIN_MS + 1].map((after) => NOON + after);
      const met = [];
      for (const time of times) met.push(...(await store.meet([look('e-2', time)])));

      expect(met).toEqual([[], [hit('e-1')], [hit('e-1')], []]);
    });

    it('keeps subjects apart, and answers in the order of each access’s', async () => {
      const [other, unknown] = [aSubject(), aSubject()];
      await store.meet([refusal('e-1'), refusal('e-2', NOON, [other])]);

      expect(await store.meet([look('e-3', NOON, [other, unknown, subject]), look('e-4', NOON, [unknown])])).toEqual([
        [hit('e-2', other), hit('e-1')],
        [],
      ]);
    });

    it('notes refusals and looks, and whom these met, for whoever joins them', async () => {
      const other = aSubject();
      const refused = refusal('e-1');
      await store.meet([look('e-0', NOON + 1, [other]), refused]);
      await store.meet([look('e-2', NOON + 1, [subject, other]), look('e-3', NOON + 1)]);

      const refusals = await allOf(log.refusals(now(), now() + 1));

      expect(refusals.map(({ access }) => access)).toEqual([refused]);
      expect((await notedLooks()).toSorted()).toEqual(
        [`e-0 ${other} `, `e-2 ${other} `, `e-2 ${subject} e-1`, `e-3 ${subject} e-1`].toSorted(),
      );
    });
  });

  describe('asked whose a machine is', () => {
    it('knows it by its first user, who is told nothing about it', async () => {
      expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON })).toBeUndefined();
      expect(await store.meetDevice(device, { actorId: 'e-2', time: NOON + 5 })).toEqual({
        actorId: 'e-1',
        since: NOON,
        users: 1,
      });
      expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON + 9 })).toBeUndefined();
    });

    it('answers the same when a user asks again, and counts nobody twice', async () => {
      for (const actorId of ['e-1', 'e-2', 'e-3', 'e-2']) await store.meetDevice(device, { actorId, time: NOON });

      expect(await store.meetDevice(device, { actorId: 'e-3', time: NOON + 1 })).toMatchObject({ users: 2 });
      expect(await store.meetDevice(uniqueName('device'), { actorId: 'e-3', time: NOON })).toBeUndefined();
    });

    it('takes one with many users for nobody’s, and still tells the users it knew before', async () => {
      for (let i = 0; i < DEVICE_USERS_KEPT; i++) await store.meetDevice(device, { actorId: `e-${i}`, time: NOON });

      expect(await store.meetDevice(device, { actorId: 'e-late', time: NOON })).toBeUndefined();
      expect(await store.meetDevice(device, { actorId: 'e-later', time: NOON })).toBeUndefined();
      expect(await store.meetDevice(device, { actorId: 'e-1', time: NOON })).toEqual({
        actorId: 'e-0',
        since: NOON,
        users: DEVICE_USERS_KEPT - 1,
      });
    });
  });
});
