import { describe, expect, it } from 'vitest';
import { joinLateLinks } from '../../functions/assess/join-late-links.ts';
import type { Access } from '../../shared/model/access.ts';
import { type LateLinks, LINKED_USERS_KEPT, lateLinksOf } from '../../shared/model/late-links.ts';
import type { LateLinkStream, LinkLog } from '../../shared/stores/link-ports.ts';
import { LINKS_KEPT_MS } from '../../shared/stores/link-times.ts';
import { createMemoryLinkLog, createMemoryLinkStore } from '../../shared/stores/memory-link-store.ts';
import { addressIn, anAccess } from '../factories/an-access.ts';
import { type AccessEventChanges, timeOn } from '../factories/an-access-event.ts';

const TEN = Date.parse(timeOn(0, 10));
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const about = (subject: string): AccessEventChanges => ({ subjects: { region: 'US', count: 1, ids: [subject] } });
const atMinute = (minute: number) => new Date(TEN + minute * MINUTE).toISOString();
/** In Austin, refused. @param minute after ten */
const refusal = (minute: number, changes: AccessEventChanges = {}) =>
  anAccess({
    id: `refused at ${minute}`,
    time: atMinute(minute),
    actor: { id: 'e-00007' },
    network: { ip: addressIn.US },
    outcome: 'denied',
    ...about('us-1'),
    ...changes,
  });
/** In Beijing, without a ticket. */
const look = (minute: number, changes: AccessEventChanges = {}) =>
  anAccess({ id: `looked at ${minute}`, time: atMinute(minute), ...about('us-1'), ...changes });

/** What fails for one reason. */
const because = (message: string) => ({ errors: [expect.objectContaining({ message })] });

/** A detector and whoever joins late, on a clock that tests turn. */
function aWorld(changed: (log: LinkLog) => Partial<LinkLog> = () => ({})) {
  let time = TEN;
  const now = () => time;
  const log = createMemoryLinkLog(now);
  const links = createMemoryLinkStore(now, log);
  const put: LateLinks[] = [];
  const lateLinks = { put: async (named: LateLinks) => void put.push(named) };
  const linkLog = { ...log, ...changed(log) };
  return {
    log,
    put,
    links,
    pass: (minutes: number) => {
      time += minutes * MINUTE;
    },
    /** Has a batch taken so many minutes after ten. */
    taken: async (minute: number, ...batch: readonly Access[]) => {
      time = TEN + minute * MINUTE;
      return links.meet(batch);
    },
    joined: async (minute: number, stream: LateLinkStream = lateLinks) => {
      time = TEN + minute * MINUTE;
      return joinLateLinks({ linkLog, lateLinks: stream, now });
    },
    /** What `detect` makes of all that was put: who looked after whom was refused. */
    said: async () =>
      (await links.late(put)).map((late) => late && `${late.access.id}: ${late.hits.map(({ actorId }) => actorId)}`),
  };
}

describe('a refusal that comes behind the look after it', () => {
  it('is linked with it, as soon as every look that did not see it can be read', async () => {
    const world = aWorld();
    await world.taken(40, look(30));
    await world.taken(50, refusal(20));

    expect(await world.joined(50.2)).toBe(0);
    expect(await world.joined(51)).toBe(1);

    expect(world.put).toMatchObject([{ actorId: 'e-00007', links: [{ place: 0 }] }]);
    expect(await world.said()).toEqual(['refused at 20: e-00042']);
  });

  it('is said once, and again where it could not be noted that it was', async () => {
    const world = aWorld();
    await world.taken(40, look(30));
    await world.taken(50, refusal(20));
    expect([await world.joined(50.5), await world.joined(51), await world.joined(52)]).toEqual([1, 0, 0]);

    let isAway = true;
    const forgetful = aWorld((log) => ({
      noteFound: async (...found) => {
        if (isAway) throw new Error('the table is away');
        await log.noteFound(...found);
      },
    }));
    await forgetful.taken(40, look(30));
    await forgetful.taken(50, refusal(20));
    await expect(forgetful.joined(51)).rejects.toMatchObject(because('the table is away'));
    isAway = false;
    expect(await forgetful.joined(52)).toBe(1);
    expect(forgetful.put).toHaveLength(2);
  });

  it('is linked a day late, and where nothing was joined for two days', async () => {
    const world = aWorld();
    await world.taken(30, look(30));
    await world.taken(24 * 60, refusal(20));

    expect(await world.joined((LINKS_KEPT_MS - HOUR) / MINUTE)).toBe(1);
    expect(await world.said()).toEqual(['refused at 20: e-00042']);
  });

  it('is linked where both were taken at the same moment', async () => {
    const world = aWorld();
    await world.taken(31, look(30));
    await world.taken(31, refusal(29));

    expect(await world.joined(32)).toBe(1);
  });

  it('is linked with a look that is late as well, and one whose clock is ahead', async () => {
    const world = aWorld();
    await world.taken(300, look(30));
    await world.taken(300, look(309, { ...about('us-2'), id: 'ahead' }));
    await world.taken(301, refusal(20));
    await world.taken(301, refusal(300, about('us-2')));

    await world.joined(302);

    expect(await world.said()).toEqual(['refused at 300: e-00042', 'refused at 20: e-00042']);
  });

  it.each<[string, Access, Access]>([
    ['comes more than two hours before it', look(130), refusal(9)],
    ['comes after it', look(30), refusal(31)],
    ['is of the same person', look(30, { actor: { id: 'e-00007' } }), refusal(20)],
    ['is about somebody else', look(30), refusal(20, about('us-2'))],
  ])('is not linked where it %s', async (_, first, second) => {
    const world = aWorld();
    await world.taken(140, first);
    await world.taken(141, second);

    expect(await world.joined(142)).toBe(0);
  });

  it('is not linked where the look had seen it', async () => {
    const world = aWorld();
    await world.taken(20, refusal(20));
    expect(await world.taken(31, look(30))).toEqual([[expect.objectContaining({ actorId: 'e-00007' })]]);

    expect(await world.joined(32)).toBe(0);
  });

  it('is not linked with a look that met one of the same person’s, whenever that was noted', async () => {
    const world = aWorld();
    await world.taken(20, refusal(20));
    await world.taken(30, look(30));
    await world.taken(30.1, refusal(25));

    expect(await world.joined(31)).toBe(0);
  });

  it('is linked with a look that met somebody else’s', async () => {
    const world = aWorld();
    await world.taken(20, refusal(20, { actor: { id: 'e-00091' } }));
    await world.taken(31, look(30));
    await world.taken(40, refusal(25));

    expect(await world.joined(41)).toBe(1);
    expect(await world.said()).toEqual(['refused at 25: e-00042']);
  });

  it('is named with others of the same person, as many as a sitting holds', async () => {
    const world = aWorld();
    const users = Array.from({ length: LINKED_USERS_KEPT + 2 }, (_, i) => about(`us-${i}`));
    await world.taken(40, ...users.map((user, i) => look(30, { ...user, id: `look-${i}` })));
    await world.taken(41, ...users.map((user, i) => refusal(i, user)), refusal(5, { actor: { id: 'e-00091' } }));

    expect(await world.joined(42)).toBe(LINKED_USERS_KEPT + 1);

    const said = world.put.map(({ actorId, links }) => `${actorId} ${links.length}`);
    expect(said).toEqual([`e-00007 ${LINKED_USERS_KEPT}`, 'e-00091 1']);
    expect(await world.said()).toHaveLength(2);
  });
});

describe('refusals of one person', () => {
  it('are said together where one sitting holds them, and not over days, even if somebody else says so', async () => {
    const world = aWorld();
    const users = [1, 2, 3].map((i) => about(`us-${i}`));
    await world.taken(300, look(20, users[0]), look(40, users[1]), look(300, users[2]));
    await world.taken(301, refusal(10, users[0]), refusal(35, users[1]), refusal(290, users[2]));

    await world.joined(302);

    // Those that are on time come first.
    expect(world.put.map(({ links }) => links.length)).toEqual([1, 2]);
    const [second, first] = world.put;
    const together = lateLinksOf('e-00007', [...(first?.links ?? []), ...(second?.links ?? [])]);
    expect(await world.links.late([together])).toMatchObject([
      { access: { id: 'refused at 290' }, hits: { length: 1 } },
    ]);
  });
});

describe('joining', () => {
  it('begins again where it failed', async () => {
    const world = aWorld();
    await world.taken(40, look(30));
    await world.taken(50, refusal(20));
    const failing = {
      put: async () => {
        throw new Error('the stream is away');
      },
    };

    await expect(world.joined(51, failing)).rejects.toMatchObject(because('the stream is away'));
    await expect(world.joined(100, failing)).rejects.toMatchObject(because('the stream is away'));

    expect(await world.joined(105)).toBe(1);
  });

  it('tries for an hour what is old as well: after a day on which nothing was joined one failure loses nothing', async () => {
    const world = aWorld();
    await world.taken(40, look(30));
    await world.taken(50, refusal(20));
    await world.joined(49);
    const failing = { put: () => Promise.reject(new Error('the stream is away')) };

    await expect(world.joined(24 * 60, failing)).rejects.toMatchObject(because('the stream is away'));
    await expect(world.joined(24 * 60 + 59, failing)).rejects.toMatchObject(because('the stream is away'));

    expect(await world.joined(24 * 60 + 60)).toBe(1);
  });

  it('gives up after an hour what can not be read, and all others are joined meanwhile', async () => {
    let isDamaged = true;
    const world = aWorld((log) => ({
      refusals: async function* (from, to, onDamaged) {
        for await (const refusal of log.refusals(from, to))
          if (isDamaged && refusal.access.actorId === 'e-damaged') onDamaged?.(new Error('it can’t be read'));
          else yield refusal;
      },
    }));
    await world.taken(40, look(30));
    await world.taken(50, refusal(20, { actor: { id: 'e-damaged' } }));
    await world.taken(50, refusal(20, about('us-2')), refusal(20, { actor: { id: 'e-00091' } }));

    await expect(world.joined(51)).rejects.toMatchObject(because('it can’t be read'));
    expect(await world.said()).toEqual(['refused at 20: e-00042']);
    await expect(world.joined(111)).rejects.toMatchObject(because('it can’t be read'));
    isDamaged = false;

    expect(await world.joined(112)).toBe(0);
  });

  it('gives up nothing that was noted since it began to fail', async () => {
    const world = aWorld();
    await world.taken(40, look(30));
    await world.taken(50, refusal(20, { actor: { id: 'e-full' } }));
    await world.taken(109, look(108, about('us-2')));
    const failing = { put: () => Promise.reject(new Error('the shard is full')) };
    await expect(world.joined(51, failing)).rejects.toMatchObject(because('the shard is full'));
    await world.taken(110, refusal(100, about('us-2')));
    await expect(world.joined(111, failing)).rejects.toThrow('some late links could not be joined');

    expect(await world.joined(112)).toBe(1);
    expect(await world.said()).toEqual(['refused at 100: e-00042']);
  });

  it('stops reading after two minutes, says so once, and says what it found by then', async () => {
    let read = 0;
    const world = aWorld((log) => ({
      looks: async function* (hour, from, to) {
        for await (const noted of log.looks(hour, from, to)) yield noted;
        read++;
        world.pass(3);
      },
    }));
    await world.taken(400, look(30), look(100, { ...about('us-2'), id: 'later' }));
    await world.taken(401, refusal(20), refusal(90, about('us-2')));

    await expect(world.joined(402)).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: expect.stringContaining('two minutes') })],
    });

    expect(read).toBe(1);
    expect(await world.said()).toEqual(['refused at 20: e-00042']);
  });

  it('reads each hour of looks once for all refusals, no further back than they can matter, and none where nobody was refused', async () => {
    const read: string[] = [];
    const world = aWorld((log) => ({
      looks: (hour, from, to) => {
        read.push(`${hour - TEN / HOUR} ${(from - TEN) / MINUTE} ${(to - TEN) / MINUTE}`);
        return log.looks(hour, from, to);
      },
    }));
    await world.joined(1);
    expect(read).toEqual([]);

    for (const minute of [2, 3, 4]) await world.taken(minute, refusal(minute));
    await world.joined(6);

    // Ten minutes for clocks that are ahead, and what else functions may be apart.
    expect(read).toEqual(['0 -8.166666666666666 4.25']);
  });

  it('goes on in parts after a flood, remembers how far it came, and never that it came less far', async () => {
    const noted: number[] = [];
    const world = aWorld((log) => ({
      noteJoined: async (joined) => {
        noted.push((joined.until - TEN) / MINUTE);
        await log.noteJoined(joined);
      },
    }));
    const minutes = [101, 102, 103];
    await world.taken(100, ...minutes.map((minute) => look(60, { ...about(`us-${minute}`), id: `look-${minute}` })));
    await world.joined(101);
    for (const minute of minutes) {
      const others = Array.from({ length: 15_000 }, (_, i) => ({ ...refusal(50), actorId: `e-${minute}-${i}` }));
      await world.taken(minute - 0.3, ...others, refusal(minute - 70, about(`us-${minute}`)));
    }

    expect(await world.joined(104)).toBe(3);

    expect(world.put.map(({ links }) => links.length)).toEqual([2, 3]);
    expect(noted).toEqual([100.75, 102.7, 103.75]);
    // What is read again begins before what was joined.
    expect(await world.joined(104.1)).toBe(0);
    expect(Math.max(...noted)).toBe(noted.at(-1));
  });

  it('says one link for an actor’s refusals of a user in a sitting, however many they are', async () => {
    const world = aWorld();
    await world.taken(100, look(60));
    await world.taken(101, ...Array.from({ length: 3_000 }, (_, i) => refusal(40 + i / 300)));

    expect(await world.joined(102)).toBe(1);

    expect(world.put).toMatchObject([{ links: { length: 1 } }]);
  });

  it('says a user once a sitting that goes on and on, and again when nobody can sit so long', async () => {
    const world = aWorld();
    await world.taken(1_000, ...Array.from({ length: 14 }, (_, hour) => look(60 * hour + 59, { id: `look-${hour}` })));
    for (let i = 0; i < 14 * 6; i++) {
      await world.taken(1_010 + 2 * i, refusal(10 * i));
      await world.joined(1_011 + 2 * i);
    }

    expect(world.put.map(({ links }) => links.length)).toEqual([1, 1]);
  });

  it('says a user again in another sitting of the day: what is harmless by itself hides nothing', async () => {
    const world = aWorld();
    const users = ['a', 'b', 'c', 'd'].map((name) => about(`us-${name}`));
    await world.taken(900, ...users.map((user, i) => look(40 * i + 5, { ...user, id: `early-${i}` })));
    await world.taken(900, ...users.map((user, i) => look(410, { ...user, id: `look-${i}` })));
    for (const [i, user] of users.entries()) await world.taken(901 + i, refusal(40 * i, user));
    await world.joined(910);
    expect(world.put.map(({ links }) => links.length)).toEqual([1, 1, 1, 1]);
    await world.taken(920, ...users.map((user, i) => refusal(400 + i, user)));

    expect(await world.joined(921)).toBe(4);

    expect(world.put.at(-1)?.links).toHaveLength(4);
  });

  it('says no more users of a sitting than it holds, in one run or in two', async () => {
    const world = aWorld();
    const users = Array.from({ length: LINKED_USERS_KEPT + 3 }, (_, i) => about(`us-${i}`));
    await world.taken(300, ...users.map((user, i) => look(100, { ...user, id: `look-${i}` })));
    await world.taken(301, ...users.slice(0, 10).map((user, i) => refusal(40 + i, user)));
    expect(await world.joined(302)).toBe(10);
    await world.taken(303, ...users.slice(10).map((user, i) => refusal(50 + i, user)));

    expect(await world.joined(304)).toBe(LINKED_USERS_KEPT - 10);

    expect(world.put.map(({ links }) => links.length)).toEqual([10, LINKED_USERS_KEPT]);
  });

  it.each([true, false])(
    'counts users, not how often they were refused, against what a sitting holds: in two runs %s',
    async (isInTwoRuns) => {
      const world = aWorld();
      const users = ['a', 'b', 'c', 'd'].map((name) => about(`us-${name}`));
      const decoys = [about('us-x'), about('us-y')];
      const all = [...decoys, ...users];
      await world.taken(300, ...all.map((user, i) => look(200, { ...user, id: `look-${i}` })));
      for (let i = 0; i < 12; i++) await world.taken(301 + i, refusal(85 + 9 * i, decoys[i % 2]));
      if (isInTwoRuns) await world.joined(320);
      await world.taken(330, ...users.map((user, i) => refusal(190 + i, user)));

      expect(await world.joined(331)).toBe(isInTwoRuns ? 4 : 6);

      expect(world.put.at(-1)?.links).toHaveLength(6);
    },
  );

  it('of one person’s refusals waits for nobody else’s, and tries them again', async () => {
    const world = aWorld();
    await world.taken(40, look(30), look(30, { ...about('us-2'), id: 'another look' }));
    await world.taken(50, refusal(20, { actor: { id: 'e-full' } }), refusal(20, about('us-2')));
    let isFull = true;
    const stream = {
      put: async (named: LateLinks) => {
        if (isFull && named.actorId === 'e-full') throw new Error('the shard is full');
        world.put.push(named);
      },
    };

    await expect(world.joined(51, stream)).rejects.toMatchObject(because('the shard is full'));
    expect(world.put.map(({ actorId }) => actorId)).toEqual(['e-00007']);
    isFull = false;
    expect(await world.joined(100, stream)).toBe(1);
    expect(world.put.map(({ actorId }) => actorId)).toEqual(['e-00007', 'e-full']);
  });

  it('of what is on time waits for nothing that is hours late', async () => {
    const world = aWorld((log) => ({
      looks: (hour, from, to) => {
        if (hour === TEN / HOUR) throw new Error('there is more than can be read');
        return log.looks(hour, from, to);
      },
    }));
    await world.taken(400, look(30), look(390, { ...about('us-2'), id: 'on time' }));
    await world.taken(401, refusal(20), refusal(380, about('us-2')));

    await expect(world.joined(402)).rejects.toMatchObject(because('there is more than can be read'));

    expect(await world.said()).toEqual(['refused at 380: e-00042']);
  });

  it('says with what is new what was said of the sitting before', async () => {
    const world = aWorld();
    const users = [1, 2, 3].map((i) => about(`us-${i}`));
    await world.taken(90, ...users.map((user, i) => look(60, { ...user, id: `look-${i}` })));
    for (const [i, user] of users.entries()) {
      await world.taken(100 + 2 * i, refusal(40 + i, user));
      await world.joined(101 + 2 * i);
    }

    expect(world.put.map(({ links }) => links.length)).toEqual([1, 2, 3]);
    expect((await world.links.late(world.put)).map((late) => late?.hits.length)).toEqual([1, 2, 3]);
  });

  it('says what is new by itself where what lies between it and what was said before is said of nobody', async () => {
    const world = aWorld();
    await world.taken(70, look(60), look(65, about('us-2')));
    await world.taken(80, refusal(50));
    expect(await world.joined(81)).toBe(1);

    // One sitting by the second, which says no new user: without it the other two are forty minutes apart.
    await world.taken(90, refusal(30), refusal(10, about('us-2')));
    expect(await world.joined(91)).toBe(1);

    expect(await world.said()).toEqual(['refused at 50: e-00042', 'refused at 10: e-00042']);
  });

  it('finds the look behind a refusal that was tried again and again after it', async () => {
    const world = aWorld();
    await world.taken(0, refusal(0));
    for (const minute of [3, 4, 5, 6, 7]) await world.taken(minute, refusal(minute));

    expect(await world.taken(22, look(2))).toEqual([[expect.objectContaining({ actorId: 'e-00007' })]]);
  });
});
