import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sourceFiles } from '../../cli/source-files.ts';
import { parseAccessEventText } from '../../shared/model/access-event.ts';
import { refuseAfter, startFaultProxy } from '../contracts/fault-proxy.ts';
import { anAccessEvent } from '../factories/an-access-event.ts';
import { FIXTURES } from '../formats/fixture-records.ts';
import { type ProvisionedServices, type Streamed, startProvisionedServices } from './provisioned-services.ts';
import { borderwatch } from './run-command.ts';
import { scratchFolder } from './scratch-folder.ts';

const folder = scratchFolder();
let services: ProvisionedServices;
let before = 0;

const sent = async (): Promise<readonly Streamed[]> => (await services.streamed()).slice(before);
const lineOf = (number: number) =>
  JSON.stringify(anAccessEvent({ id: `ev-${number}`, actor: { id: `e-${number % 7}` } }));
const lines = (count: number) => Array.from({ length: count }, (_, i) => lineOf(i + 1));
const textOf = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');

describe('borderwatch send', () => {
  beforeAll(async () => {
    services = await startProvisionedServices();
  });
  beforeEach(async () => {
    before = (await services.streamed()).length;
  });
  afterAll(() => services.stop());

  it('puts accesses on the stream as they are, each under its actor', async () => {
    const path = await folder.write('events.ndjson', textOf(lines(1_203)));

    const { code, stdout } = await borderwatch('send', path);

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '1203 lines: 1203 sent to accesses, 0 not concerned, 0 invalid\n',
    });
    expect(await sent()).toEqual(lines(1_203).map((line) => [JSON.parse(line).actor.id, line]));
  });

  it('puts lines that are no record beside the file, whole, and sends the others', async () => {
    const path = await folder.write('events.ndjson', textOf([lineOf(1), 'no json', '{"id":"ev-3"}', lineOf(4)]));

    const { code, stdout, stderr } = await borderwatch('send', path);

    expect(code).toBe(0);
    expect(stdout).toContain('4 lines: 2 sent to accesses, 0 not concerned, 2 invalid');
    expect(stderr).toContain('line 2: not JSON');
    const quarantined = (await folder.read('events.ndjson.quarantine.ndjson')).trim().split('\n');
    expect(quarantined.map((line) => JSON.parse(line))).toMatchObject([
      { line: 2, data: 'no json' },
      { line: 3, data: '{"id":"ev-3"}' },
    ]);
    expect(await sent()).toHaveLength(2);
  });

  it('puts records of every format on the stream as the accesses that they mean, each under its actor', async () => {
    const maps = ['resources', 'actors'].flatMap((name) => [`--${name}`, join(FIXTURES, `${name}.json`)]);
    const { files } = sourceFiles([FIXTURES]);

    const { code, stdout } = await borderwatch('send', ...files, ...maps);

    expect(code).toBe(0);
    expect(stdout).toContain('48 lines: 25 sent to accesses');
    const streamed = await sent();
    const events = streamed.map(([key, text]) => ({ key, ...JSON.parse(text) }));
    expect(events.filter(({ key, actor }) => key !== actor.id)).toEqual([]);
    expect(new Set(events.map(({ source }) => source))).toEqual(
      new Set(['support-tool', 'cloudtrail', 'ocsf', 'snowflake', 'postgres', 'teleport', 'bigquery', 'databricks']),
    );
    expect(streamed.filter(([, text]) => !parseAccessEventText(text).ok)).toEqual([]);
  });

  it('refuses what is in another format than asked for', async () => {
    const path = await folder.write('events.ndjson', readFileSync(join(FIXTURES, 'teleport/events.ndjson')));
    const { code, stdout, stderr } = await borderwatch('send', path, '--format', 'okta');
    expect(code).toBe(1);
    expect(stdout).toContain('7 lines: 0 sent to accesses, 0 not concerned, 7 invalid');
    expect(stderr).toContain('line 1: not in the format okta');
  });

  it('sends all that a cut-off .gz holds, and fails by naming the last good line', async () => {
    const packed = gzipSync(textOf(lines(20)));
    const path = await folder.write('events.ndjson.gz', packed.subarray(0, -8));

    const { code, stderr } = await borderwatch('send', path);

    expect(code).toBe(1);
    expect(stderr).toContain('is cut off after line 20; everything before it was sent');
    expect(await sent()).toHaveLength(20);
  });

  it('sends what it read before a file turns out to be broken, and says from where to go on', async () => {
    const whole = gzipSync(textOf(lines(730)));
    const path = await folder.write('events.ndjson.gz', Buffer.concat([whole, Buffer.alloc(200_000, 1)]));

    const { code, stdout, stderr } = await borderwatch('send', path);

    expect(code).toBe(1);
    const advice = Number(/--from-line (\d+)/.exec(stderr)?.[1]);
    expect(stderr).toContain('is no gzip file after line');
    expect(advice).toBeGreaterThan(500);
    expect((await sent()).map(([, text]) => text)).toEqual(lines(advice - 1));
    expect(stdout).toContain(`${advice - 1} sent to accesses`);
  });

  it('keeps what the stream did not take, and goes on from there as it says', async () => {
    const path = await folder.write('events.ndjson', textOf(lines(1_100)));
    const kinesis = process.env.AWS_ENDPOINT_URL_KINESIS ?? '';
    const proxy = await startFaultProxy(kinesis);
    proxy.setFault(refuseAfter(1, 'PutRecords'));
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', proxy.url);

    const failed = await borderwatch('send', path);
    await proxy.stop();
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis);

    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('events.ndjson was sent up to line 1000, but for 500 records');
    const again = await borderwatch('send', `${path}.unsent.ndjson`);
    const rest = await borderwatch('send', path, '--from-line', '1001');
    expect([again.code, rest.code]).toEqual([0, 0]);
    expect((await sent()).map(([, text]) => text)).toEqual(lines(1_100));
  });

  it('says what is wrong with the stream, and how much was sent', async () => {
    const path = await folder.write('events.ndjson', textOf(lines(3)));

    const { code, stdout, stderr } = await borderwatch('send', path, '--stage', 'absent');

    expect(code).toBe(1);
    expect(stderr).toContain('there is no stream borderwatch-absent-accesses');
    expect(stdout).toContain('0 sent to borderwatch-absent-accesses');
    expect((await folder.read('events.ndjson.unsent.ndjson')).trim().split('\n')).toEqual(lines(3));
  });

  it('fails where not one line is a record', async () => {
    const path = await folder.write('events.ndjson', 'one\ntwo\n');

    expect(await borderwatch('send', path)).toMatchObject({ code: 1 });
    expect(await borderwatch('send', folder.path('none.ndjson'))).toMatchObject({ code: 1 });
  });
});

describe('borderwatch send, used wrongly,', () => {
  it.each([
    [[], 'send needs a FILE'],
    [['f', '--format', 'xml'], '--format xml'],
    [['f', '--from-line', '0'], '--from-line 0'],
    [['f', 'g', '--from-line', '2'], '--from-line takes one FILE'],
    [['f', '--stage', 'NO'], '--stage NO'],
    [['f', '--colour'], '--colour'],
  ])('refuses %j with code 2', async (args, message) => {
    const { code, stderr } = await borderwatch('send', ...args);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
