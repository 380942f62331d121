import { describe, expect, it } from 'vitest';
import { type DetectPorts, detect } from '../../functions/detect/detect.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { Baseline } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { WriteConflict } from '../../shared/stores/ports.ts';
import { aScoringContext, QUIET } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { type AccessEventChanges, anAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';

const BREACH = { resource: { dataset: 'user.location', dataClass: 'precise-geolocation' } };

function aWorld() {
  const ports = detectPorts(aScoringContext({ ...QUIET, requireApproval: ['precise-geolocation'] }));
  const calls: string[] = [];
  let place = 0;
  const put = (data: string | Uint8Array, partitionKey: string, arrival = timeOn(0, 12)) =>
    aStreamRecord(data, { place: ++place, partitionKey, arrival: Date.parse(arrival) });
  const watched: DetectPorts = {
    ...ports,
    baselines: {
      load: (actorIds) => {
        calls.push(`load ${[...actorIds].sort()}`);
        return ports.baselines.load(actorIds);
      },
      save: (actorId, ...write) => {
        calls.push(`save ${actorId}`);
        return ports.baselines.save(actorId, ...write);
      },
    },
    alerts: {
      send: async (alerts) => {
        calls.push(`send ${alerts.map(({ subject, revision }) => `${subject.id}:${revision}`)}`);
        return ports.alerts.send(alerts);
      },
    },
  };
  return {
    ports: watched,
    sourceDays: ports.sourceDays,
    calls,
    archived: () => [...ports.archive.objects.entries()],
    drain: () => ports.alerts.drain(),
    put,
    /** An access of e-1, or of whom the changes say. */
    access: (changes: AccessEventChanges) => {
      const event = anAccessEvent({ actor: { id: 'e-1' }, ...changes });
      return put(JSON.stringify(event), event.actor.id, event.time);
    },
    take: (records: Parameters<typeof detect>[0], changed: Partial<DetectPorts> = {}) =>
      detect(records, { ...watched, ...changed }),
    baselineOf: async (actorId: string) => (await ports.baselines.load([actorId])).get(actorId),
  };
}
const of = (actor: string, id: string, minute = 0): AccessEventChanges => ({
  id,
  actor: { id: actor },
  time: timeOn(0, 10, minute),
});

describe('a batch', () => {
  it('costs one read for all actors and one write each, in the order of the stream', async () => {
    const { access, take, calls, baselineOf } = aWorld();

    const report = await take([
      access(of('e-1', 'a')),
      access(of('e-2', 'b')),
      access(of('e-1', 'c', 3)),
      access(of('e-1', 'd', 5)),
    ]);

    expect(report).toMatchObject({
      applied: 4,
      duplicates: 0,
      failed: 0,
      conflicts: 0,
      response: { batchItemFailures: [] },
    });
    expect(calls.filter((call) => call.startsWith('load'))).toEqual(['load e-1,e-2']);
    expect(calls.filter((call) => call.startsWith('save')).sort()).toEqual(['save e-1', 'save e-2']);
    expect((await baselineOf('e-1'))?.sitting).toMatchObject({ reads: 3, last: Date.parse(timeOn(0, 10, 5)) });
  });

  it('is stored as it was folded: the form that the store gets is that of the state', async () => {
    const { access, take, ports } = aWorld();
    const stored: (readonly [Baseline, Uint8Array | undefined])[] = [];
    const save: DetectPorts['baselines']['save'] = async (_, baseline, __, encoded) =>
      void stored.push([baseline, encoded]);

    await take([access(of('e-1', 'a')), access(of('e-2', 'b')), access(of('e-1', 'c', 3))], {
      baselines: { ...ports.baselines, save },
    });

    expect(stored.map(([{ version }]) => version).sort()).toEqual([1, 2]);
    for (const [baseline, encoded] of stored) expect(encoded).toEqual(encodeBaseline(baseline));
  });

  it('whose accesses are sent again is recognised up to sixteen of one actor, and beyond that not at all', async () => {
    const twice = async (count: number) => {
      const { access, take } = aWorld();
      const sent = () => Array.from({ length: count }, (_, minute) => access(of('e-1', `ev-${minute}`, minute)));
      await take(sent());
      return take(sent());
    };

    expect(await twice(16)).toMatchObject({ applied: 0, duplicates: 16 });
    expect(await twice(17)).toMatchObject({ applied: 17, duplicates: 0 });
  });

  it('fails where what can not be read could not be put aside: nothing is lost of it', async () => {
    const { access, put, take, ports } = aWorld();
    const quarantine = async () => {
      throw new Error('S3 is away');
    };

    const taken = take([access(of('e-1', 'a')), put('no JSON', 'e-2')], { archive: { ...ports.archive, quarantine } });

    await expect(taken).rejects.toThrow('S3 is away');
  });

  it('asks whose a machine is that is new to its user, once, and not while nobody says which it is', async () => {
    const { access, take, ports, baselineOf } = aWorld();
    const asked: string[] = [];
    const links: DetectPorts['links'] = {
      ...ports.links,
      meetDevice: (deviceId, user) => {
        asked.push(`${user.actorId} ${deviceId}`);
        return ports.links.meetDevice(deviceId, user);
      },
    };
    const on = (actor: string, id: string, network: AccessEventChanges['network']) =>
      access({ ...of(actor, id), network });
    await take([on('e-1', 'a', { deviceId: 'd-x' })], { links });

    await take(['b', 'c'].map((id) => on('e-2', id, { deviceId: 'd-x' })).concat(on('e-3', 'd', undefined)), { links });

    expect(asked).toEqual(['e-1 d-x', 'e-2 d-x']);
    expect((await baselineOf('e-2'))?.day.borrowed).toMatchObject({ owner: 'e-1', users: 1 });
  });

  it('tells a read that another was refused the same user a while before', async () => {
    const { access, take, baselineOf } = aWorld();
    const subjects = { region: 'US', count: 1, ids: ['us-77'] };
    await take([access({ ...of('e-1', 'refused'), outcome: 'denied', subjects })]);

    await take([access({ ...of('e-2', 'read', 30), subjects })]);

    expect((await baselineOf('e-2'))?.sitting.linkedSubjects).toHaveLength(1);
  });

  it('that is delivered again changes nothing and tells nobody, though it reaches further than before', async () => {
    const { access, take, drain, baselineOf } = aWorld();
    const batch = [access({ ...of('e-1', 'a'), ...BREACH }), access(of('e-1', 'b', 1))];
    await take(batch);
    const once = await baselineOf('e-1');
    drain();

    const again = await take([...batch, access(of('e-2', 'c'))]);

    expect(again).toMatchObject({ applied: 1, duplicates: 2, alerts: [] });
    expect(await baselineOf('e-1')).toEqual(once);
    expect(drain()).toEqual([]);
  });

  it('holds an event that its producer sent twice, under another sequence number: it counts once', async () => {
    const { access, take, baselineOf } = aWorld();

    const report = await take([access(of('e-1', 'a')), access(of('e-1', 'a'))]);

    expect(report).toMatchObject({ applied: 1, duplicates: 1 });
    expect(await baselineOf('e-1')).toMatchObject({ version: 1, sitting: { reads: 1 } });
  });

  it('is counted by source and the country where people belong, as far as it was taken in', async () => {
    const { access, put, take, ports, sourceDays } = aWorld();
    const batch = [
      access({ ...of('e-1', 'a'), source: 'warehouse' }),
      access({ ...of('e-2', 'b'), source: 'logs', network: { ip: '36.110.4.7' } }),
      put('{', 'e-3'),
    ];
    const save: DetectPorts['baselines']['save'] = async (actorId, ...write) => {
      if (actorId === 'e-2') throw new Error('throttled');
      return ports.baselines.save(actorId, ...write);
    };

    await take(batch, { baselines: { ...ports.baselines, save } });

    const days = await sourceDays.ofDays(0, 40_000);
    expect(days.map(({ source, countries }) => [source, [...countries.keys()]])).toEqual([['warehouse', ['CN']]]);
  });

  it.each<[string, (world: ReturnType<typeof aWorld>) => ReturnType<typeof aStreamRecord>]>([
    ['not UTF-8', ({ put }) => put(Uint8Array.of(0x22, 0xff, 0x22), 'e-1')],
    ['not JSON', ({ put }) => put('{', 'e-1')],
    ['partition key is not the actor id', ({ put }) => put(JSON.stringify(anAccessEvent(of('e-1', 'x'))), 'e-2')],
    [
      'time is more than 10 minutes ahead of arrival',
      ({ put }) => put(JSON.stringify(anAccessEvent({ ...of('e-1', 'x'), time: timeOn(0, 12, 10, 1) })), 'e-1'),
    ],
  ])('puts a record aside whole that is %s, and takes those around it', async (reason, bad) => {
    const world = aWorld();
    const record = bad(world);

    const report = await world.take([record, world.access(of('e-1', 'a'))]);

    expect(report).toMatchObject({ applied: 1, quarantined: 1, failed: 0 });
    expect(world.archived()).toHaveLength(1);
    const [[key = '', body = ''] = []] = world.archived();
    expect(key).toMatch(/^quarantine\//);
    expect(body).toContain(reason);
    expect(body).toContain(record.kinesis.data);
    expect(body).toContain(record.kinesis.sequenceNumber);
  });
});

describe('an actor whose write is lost to somebody else', () => {
  it('is folded again over what is stored by then, and every access counts once', async () => {
    const { access, take, ports, baselineOf } = aWorld();
    const other = access(of('e-1', 'other'));
    let first = true;
    const baselines: DetectPorts['baselines'] = {
      ...ports.baselines,
      save: async (...write) => {
        if (first) {
          first = false;
          await take([other]);
        }
        return ports.baselines.save(...write);
      },
    };

    const report = await take([access(of('e-1', 'a', 2))], { baselines });

    expect(report).toMatchObject({ applied: 1, conflicts: 1, failed: 0 });
    expect(await baselineOf('e-1')).toMatchObject({ version: 2, sitting: { reads: 2 } });
  });

  it('is given back after five times, noted before it is reported, and holds up nobody else', async () => {
    const { access, take, ports, archived, calls, baselineOf } = aWorld();
    const batch = [access(of('e-1', 'a')), access(of('e-2', 'b')), access(of('e-1', 'c', 1))];
    const lost = [batch[0], batch[2]].map((record) => record?.kinesis.sequenceNumber ?? '');
    const baselines: DetectPorts['baselines'] = {
      ...ports.baselines,
      save: async (actorId, ...write) => {
        if (actorId !== 'e-1') return ports.baselines.save(actorId, ...write);
        calls.push('lost');
        throw new WriteConflict('e-1 is somebody else’s');
      },
    };

    const report = await take(batch, { baselines });

    expect(report.response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(lost.sort());
    expect(report).toMatchObject({ applied: 1, failed: 2 });
    expect(calls.filter((call) => call === 'lost')).toHaveLength(5);
    expect(await baselineOf('e-2')).toMatchObject({ version: 1 });
    for (const sequenceNumber of lost)
      expect(
        archived()
          .map(([, body]) => body)
          .join(),
      ).toContain(sequenceNumber);
    expect(await take(batch)).toMatchObject({ applied: 2, duplicates: 1, failed: 0 });
  });

  it('is nobody new when the read fails: the batch is given back whole', async () => {
    const { access, take, ports, calls } = aWorld();
    const batch = [access(of('e-1', 'a')), access(of('e-2', 'b'))];
    const load = async () => {
      throw new Error('the table is away');
    };

    const report = await take(batch, { baselines: { ...ports.baselines, load } });

    expect(report.response.batchItemFailures).toHaveLength(2);
    expect(calls).toEqual([]);
  });
});

describe('an alert', () => {
  it('is queued before the state that knows of it is written', async () => {
    const { access, take, calls } = aWorld();

    await take([access({ ...of('e-1', 'a'), ...BREACH })]);

    expect(calls).toEqual(['load e-1', 'send e-1:1', 'save e-1']);
  });

  it('that could not be queued is raised again, the same, when the batch comes again', async () => {
    const { access, take, drain, baselineOf } = aWorld();
    const batch = [access({ ...of('e-1', 'a'), ...BREACH })];
    const attempted: Alert[] = [];
    const send = async (alerts: readonly Alert[]) => {
      attempted.push(...alerts);
      throw new Error('the queue is away');
    };

    const failed = await take(batch, { alerts: { send } });
    const before = await baselineOf('e-1');
    await take(batch);

    expect(failed).toMatchObject({ applied: 0, failed: 1, alerts: [] });
    expect(before).toBeUndefined();
    expect(drain()).toEqual(attempted);
    expect(attempted).toHaveLength(1);
  });

  it('that was queued before a crash is the same revision when the batch comes again, so that the queue drops it', async () => {
    const { access, take, ports, drain } = aWorld();
    const batch = [access({ ...of('e-1', 'a'), ...BREACH })];
    const save = async () => {
      throw new Error('killed');
    };

    await take(batch, { baselines: { ...ports.baselines, save } });
    await take(batch);

    expect(drain()).toHaveLength(1);
  });
});
