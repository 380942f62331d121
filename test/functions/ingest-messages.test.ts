import { describe, expect, it } from 'vitest';
import { ingestMessages } from '../../functions/ingest/ingest.ts';
import { readMessage } from '../../functions/ingest/read-message.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { dataEvent } from '../formats/cloudtrail-records.ts';
import { fixtureRecords } from '../formats/fixture-records.ts';
import { accessLines, ingestWorld } from './ingest-ports.ts';

const notification = (key: string, eventName = 'ObjectCreated:Put') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName,
  s3: { bucket: { name: 'trail' }, object: { key, size: 1, eTag: 'abc', versionId: 'v1' } },
});
const envelope = (detail: object, type = 'AWS API Call via CloudTrail', source = 'aws.s3') =>
  JSON.stringify({ version: '0', id: '1', 'detail-type': type, source, account: '111122223333', detail });

describe('a message of the queue', () => {
  it('names the objects of a notification, decoded, and only those that were written', () => {
    const body = JSON.stringify({
      Records: [
        notification('a+b%2Fc%28d%29.gz'),
        notification('gone', 'ObjectRemoved:Delete'),
        notification('folder/'),
      ],
    });

    expect(readMessage(body)).toEqual({
      kind: 'objects',
      objects: [{ bucket: 'trail', key: 'a b/c(d).gz', versionId: 'v1', etag: 'abc' }],
    });
  });

  it('names the object of an event from EventBridge, as it is', () => {
    const detail = { bucket: { name: 'trail' }, object: { key: 'a+b%2F.gz', etag: 'abc', 'version-id': 'v1' } };

    expect(readMessage(envelope(detail, 'Object Created'))).toEqual({
      kind: 'objects',
      objects: [{ bucket: 'trail', key: 'a+b%2F.gz', versionId: 'v1', etag: 'abc' }],
    });
  });

  it('holds the record of an event from EventBridge', () => {
    expect(readMessage(envelope({ eventID: '1' }))).toEqual({ kind: 'record', text: '{"eventID":"1"}' });
  });

  it.each([
    ['S3 tries out a queue', '{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"trail"}'],
    ['only deletions', JSON.stringify({ Records: [notification('gone', 'ObjectRemoved:Delete')] })],
  ])('asks for nothing when %s', (_, body) => {
    expect(readMessage(body)).toEqual({ kind: 'nothing' });
  });

  it.each(['not JSON', '[]', '{"Records":[]}', '{"detail-type":"x","detail":"text"}'])(
    'is a record otherwise: %s',
    (body) => {
      expect(readMessage(body)).toEqual({ kind: 'record', text: body });
    },
  );
});

describe('a batch of messages', () => {
  const message = (messageId: string, body: string) => ({ messageId, body });
  const access = (id: string, actor: string) => JSON.stringify(anAccessEvent({ id, actor: { id: actor } }));

  it('goes to the stream in order, CloudTrail’s API calls as accesses', async () => {
    const world = ingestWorld();

    const response = await ingestMessages(
      [message('m1', envelope(dataEvent())), message('m2', access('ev-2', 'e-2'))],
      world.ports,
    );

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.sent.map(({ event }) => event.source ?? 'own')).toEqual(['cloudtrail', 'own']);
  });

  it('makes of one record all the accesses that it means', async () => {
    const world = ingestWorld();
    const records = (await fixtureRecords('snowflake')).map((record, i) => message(`m${i}`, JSON.stringify(record)));

    expect(await ingestMessages(records, world.ports)).toEqual({ batchItemFailures: [] });

    expect(world.sent.length).toBeGreaterThan(0);
    expect(new Set(world.sent.map(({ event }) => event.source))).toEqual(new Set(['snowflake']));
    // Sign-ins are no accesses, and no mistakes.
    expect(world.counts.get('IngestNotConcerned')).toBeGreaterThan(0);
    expect(world.counts.get('IngestPutAside')).toBe(0);
  });

  it('sends what of one record can be read, and has it put aside once, whole, for the rest', async () => {
    const world = ingestWorld();
    const broken = dataEvent({ eventID: undefined });
    const body = JSON.stringify({ Records: [broken, dataEvent(), broken] });

    expect(await ingestMessages([message('m1', body)], world.ports)).toEqual({ batchItemFailures: [] });

    expect(world.sent.map(({ event }) => event.id)).toEqual([dataEvent().eventID]);
    expect(world.putAside()).toEqual([[expect.stringContaining('eventID'), body]]);
  });

  it('hands no verdict on: those come from casework alone', async () => {
    const world = ingestWorld();

    await ingestMessages(
      [message('m1', JSON.stringify({ record: 'borderwatch.adjudication', verdict: 'dismissed' }))],
      world.ports,
    );

    expect(world.sent).toEqual([]);
    expect(world.counts.get('IngestNotConcerned')).toBe(1);
  });

  it('reports those messages alone whose records the stream did not take', async () => {
    const world = ingestWorld();
    world.refuse = ({ partitionKey }) => partitionKey === 'e-2';

    const response = await ingestMessages(
      [1, 2, 3].map((i) => message(`m${i}`, access(`ev-${i}`, `e-${i}`))),
      world.ports,
    );

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(world.counts.get('IngestPostponed')).toBe(1);
  });

  it('reports every message of a sum that the stream did not take', async () => {
    const world = ingestWorld();
    world.refuse = () => true;

    const response = await ingestMessages(
      Array.from({ length: 600 }, (_, i) => message(`m${i}`, access(`ev-${i}`, 'svc-etl'))),
      world.ports,
    );

    expect(response.batchItemFailures).toHaveLength(600);
  });

  it('sums up an actor that is too fast, and counts it for the alarm', async () => {
    const world = ingestWorld();

    await ingestMessages(
      Array.from({ length: 600 }, (_, i) => message(`m${i}`, access(`ev-${i}`, 'svc-etl'))),
      world.ports,
    );

    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.event.subjects).toMatchObject({ count: 600, countBasis: 'estimated' });
    expect(world.counts.get('IngestSummedUp')).toBe(600);
  });

  it('reports an object that can not be read now, and does the others', async () => {
    const world = ingestWorld();
    world.objects.set('good', Buffer.from(accessLines(2)));
    const { open } = world.ports.objects;
    const objects = {
      open: (object: Parameters<typeof open>[0]) => {
        if (object.key === 'bad') throw new Error('SlowDown');
        return open(object);
      },
    };

    const response = await ingestMessages(
      ['bad', 'good'].map((key) => message(key, JSON.stringify({ Records: [notification(key)] }))),
      { ...world.ports, objects },
    );

    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'bad' }] });
    expect(world.sent).toHaveLength(2);
  });

  it('loses nothing when it fails in the middle and comes again', async () => {
    const world = ingestWorld();
    const batch = [1, 2, 3].map((i) => message(`m${i}`, access(`ev-${i}`, `e-${i}`)));
    let opened = 0;
    const openReader = () => {
      if (++opened === batch.length) throw new Error('no reader');
      return world.ports.openReader();
    };

    await expect(ingestMessages(batch, { ...world.ports, openReader })).rejects.toThrow('no reader');
    await ingestMessages(batch, world.ports);

    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-1', 'ev-2', 'ev-3']);
  });

  it('sends nothing twice that the stream took before it failed', async () => {
    const world = ingestWorld();
    const batch = Array.from({ length: 600 }, (_, i) => message(`m${i}`, access(`ev-${i}`, `e-${i}`)));
    let calls = 0;
    const put: typeof world.ports.put = async (records) => {
      if (++calls === 2) throw new Error('no stream');
      await world.ports.put(records);
    };

    await expect(ingestMessages(batch, { ...world.ports, put })).rejects.toThrow('no stream');
    await ingestMessages(batch, world.ports);

    expect(world.sent.map(({ event }) => event.id)).toEqual(Array.from({ length: 600 }, (_, i) => `ev-${i}`));
  });

  it('sends an access once that comes as a message, as another and in an object', async () => {
    const world = ingestWorld();
    world.objects.set('k', Buffer.from(access('ev-1', 'e-1')));

    await ingestMessages(
      [
        message('m1', access('ev-1', 'e-1')),
        message('m2', access('ev-1', 'e-1')),
        message('m3', JSON.stringify({ Records: [notification('k')] })),
      ],
      world.ports,
    );

    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-1']);
    expect(world.counts.get('IngestRepeated')).toBe(2);
  });

  it.each([
    ['a record', (deep: string) => `{"eventSource":"s3.amazonaws.com","eventName":"GetObject","x":${deep}}`],
    [
      'the detail of an event',
      (deep: string) => `{"detail-type":"AWS API Call via CloudTrail","detail":{"x":${deep}}}`,
    ],
  ])('has put aside what is nested too deep, whole, and sends the others: %s', async (_, bodyWith) => {
    const world = ingestWorld();
    const body = bodyWith(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);

    const response = await ingestMessages([message('m1', body), message('m2', access('ev-2', 'e-2'))], world.ports);

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-2']);
    expect(world.putAside()).toEqual([['nested more than 1000 levels deep', body]]);
  });

  it('has a record put aside that its reader throws at, and sends the others', async () => {
    const world = ingestWorld();
    const openReader: typeof world.ports.openReader = () => {
      const reader = world.ports.openReader();
      return {
        ...reader,
        take: (record) => {
          if (JSON.stringify(record) === '{"odd":1}') throw new TypeError('no idea');
          return reader.take(record);
        },
      };
    };

    const response = await ingestMessages([message('m1', '{"odd":1}'), message('m2', access('ev-2', 'e-2'))], {
      ...world.ports,
      openReader,
    });

    expect(response).toEqual({ batchItemFailures: [] });
    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-2']);
    expect(world.putAside()).toEqual([['reading it threw: no idea', '{"odd":1}']]);
  });

  it.each([
    ['in one batch', 0],
    ['in two', 1],
  ])('sends two accesses that have the same id and time and are not the same: %s', async (_, together) => {
    const world = ingestWorld();
    const glance = anAccessEvent({ subjects: { region: 'US', count: 1 } });
    const pull = anAccessEvent({ action: 'export', subjects: { region: 'US', count: 1_000_000 } });
    const messages = [glance, pull, glance, pull].map((event, i) => message(`m${i}`, JSON.stringify(event)));

    await ingestMessages(messages.slice(0, together), world.ports);
    await ingestMessages(messages.slice(together), world.ports);

    expect(world.sent.map(({ event }) => event.action)).toEqual(['read', 'export']);
    expect(world.counts.get('IngestRepeated')).toBe(2);
  });

  it('has what is no access put aside, and fails when even that can not be done', async () => {
    const world = ingestWorld();
    await ingestMessages([message('m1', 'nonsense')], world.ports);
    const archive = {
      quarantine: async () => {
        throw new Error('no bucket');
      },
    };

    expect(world.putAside()).toEqual([[expect.stringContaining('not JSON'), 'nonsense']]);
    const failing = { ...world.ports, archive };
    await expect(
      ingestMessages([message('m1', 'nonsense'), message('m2', access('ev-9', 'e-9'))], failing),
    ).rejects.toThrow('no bucket');
    // What was not sent then is not taken for a repetition afterwards.
    await ingestMessages([message('m2', access('ev-9', 'e-9'))], world.ports);
    expect(world.sent.map(({ event }) => event.id)).toEqual(['ev-9']);
  });
});
