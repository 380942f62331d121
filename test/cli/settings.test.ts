import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SETTING_DEFINITIONS } from '../../shared/model/settings.ts';
import { makeSsmClient } from '../../shared/stores/clients.ts';
import { connectServices, uniqueName } from '../contracts/aws-services.ts';
import { borderwatch } from './run-command.ts';

let disconnect: () => Promise<void>;
let ssm: ReturnType<typeof makeSsmClient>;
let stage: string;

beforeAll(async () => {
  disconnect = await connectServices();
  ssm = makeSsmClient();
});
beforeEach(async () => {
  stage = uniqueName('s').slice(0, 10);
  for (const { name, initial } of SETTING_DEFINITIONS) await put(name, initial);
});
afterAll(async () => {
  ssm.destroy();
  await disconnect();
});

const put = (name: string, value: string) =>
  ssm.send(
    new PutParameterCommand({ Name: `/borderwatch/${stage}/${name}`, Value: value, Type: 'String', Overwrite: true }),
  );

const onStage = (...args: readonly string[]) => borderwatch(...args, '--stage', stage);
const holds = async (name: string) =>
  new RegExp(`^${name} +(\\S+)`, 'm').exec((await onStage('settings', 'list')).stdout)?.[1];

describe('borderwatch settings', () => {
  it('lists every setting with its version, and the default where another value holds', async () => {
    await onStage('settings', 'set', 'alerts-per-day=0.5');

    const { code, stdout } = await onStage('settings', 'list');

    expect(code).toBe(0);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(SETTING_DEFINITIONS.length);
    expect(stdout).toMatch(/^alerts-per-day +0\.5 +version 2, \d{4}-\d\d-\d\d \d\d:\d\d UTC; default 2$/m);
    expect(stdout).toMatch(/^scope +foreign +version 1, \S+ \S+ UTC$/m);
  });

  it('writes several settings, and none when one of them is refused', async () => {
    const refused = await onStage('settings', 'set', 'scope=everyone', 'alerts-per-day=0');
    const unknown = await onStage('settings', 'set', 'alert-per-day=1');
    const taken = await onStage('settings', 'set', 'scope=everyone', 'identity=pseudonym');

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('alerts-per-day = 0: ') });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no setting alert-per-day') });
    expect(taken).toMatchObject({ code: 0, stdout: expect.stringContaining('2 written') });
    expect(await holds('scope')).toBe('everyone');
    expect(await holds('alerts-per-day')).toBe('2');
  });

  const off = SETTING_DEFINITIONS.map(({ name }) => name).filter((name) => /^signals\/.*enabled$/.test(name));
  it.each([
    [['protected-regions=none'], 'protected-regions is empty'],
    [['mode=shadow'], 'mode is shadow'],
    [['alerts-per-day=0.001'], 'alerts-per-day is 0.001'],
    [off.map((name) => `${name}=false`), 'every signal is off'],
  ])('refuses %s, which would silence everything, unless it is forced', async (pairs, reason) => {
    const refused = await onStage('settings', 'set', ...pairs);
    const before = (await onStage('settings', 'list')).stderr;
    const forced = await onStage('settings', 'set', '--force', ...pairs);
    const after = (await onStage('settings', 'list')).stderr;

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
    expect(before).toBe('');
    expect(forced.code).toBe(0);
    expect(after).toContain(`silenced: ${reason}`);
  });

  it('changes other settings while one that silences is in force', async () => {
    await onStage('settings', 'set', '--force', 'mode=shadow');

    expect((await onStage('settings', 'set', 'alerts-per-day=1')).code).toBe(0);
  });

  it('shows who set a setting to what, the newest first, over more pages than one', async () => {
    for (let i = 1; i <= 104; i++) await put('alerts-per-day', String(i));

    const { stdout } = await onStage('settings', 'history', 'alerts-per-day');

    const lines = stdout.trimEnd().split('\n');
    // Parameter Store keeps a hundred.
    expect(lines).toHaveLength(100);
    expect(lines[0]).toMatch(/alerts-per-day +version 105 +104 +arn:aws:iam:/);
    expect(lines.at(-1)).toMatch(/version 6 +5 /);
  });

  it('shows the changes of all settings, and not what they were deployed with', async () => {
    const none = await onStage('settings', 'history');
    await onStage('settings', 'set', 'scope=everyone');

    expect(none.stdout).toBe('nothing was changed since the deployment\n');
    expect((await onStage('settings', 'history')).stdout).toMatch(/scope +version 2 +everyone/);
  });

  it('goes back to the value before, or to a version, as a change of its own', async () => {
    for (const value of ['1', '3', '5']) await onStage('settings', 'set', `alerts-per-day=${value}`);

    await onStage('settings', 'rollback', 'alerts-per-day');
    expect(await holds('alerts-per-day')).toBe('3');
    await onStage('settings', 'rollback', 'alerts-per-day', '--version', '1');
    expect(await holds('alerts-per-day')).toBe('2');
    expect(await onStage('settings', 'rollback', 'alerts-per-day', '--version', '99')).toMatchObject({ code: 1 });
    expect(await onStage('settings', 'rollback', 'scope')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no earlier version'),
    });
  });

  it('refuses to go back to a value that silences everything', async () => {
    await put('mode', 'shadow');
    await put('mode', 'live');

    const refused = await onStage('settings', 'rollback', 'mode');

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('mode is shadow') });
    expect(await holds('mode')).toBe('live');
  });

  it('goes back to what all settings were at a time', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await onStage('settings', 'set', 'scope=everyone', 'alerts-per-day=7');

    const back = await onStage('settings', 'rollback', '--to', before);
    const tooFar = await onStage('settings', 'rollback', '--to', '2020-01-01T00:00:00Z');

    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('2 written') });
    expect(await holds('scope')).toBe('foreign');
    expect(await holds('alerts-per-day')).toBe('2');
    expect(tooFar).toMatchObject({ code: 1, stderr: expect.stringContaining('no setting existed at that time') });
  });

  it('goes back to a time with the settings that existed then, and names those that were created later', async () => {
    stage = uniqueName('s').slice(0, 10);
    await put('scope', 'foreign');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await put('scope', 'everyone');
    await put('signals/volume/weight', '2');

    const back = await onStage('settings', 'rollback', '--to', before);

    expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('1 written') });
    expect(back.stdout).toContain('signals/volume/weight was created later and stays as it is\n');
    expect(await holds('scope')).toBe('foreign');
    expect(await holds('signals/volume/weight')).toBe('2');
  });

  it.each([
    [['settings', 'set']],
    [['settings', 'set', 'alerts-per-day']],
    [['settings', 'rollback']],
    [['settings', 'rollback', 'scope', '--to', '2026-01-01T00:00:00Z']],
    [['settings', 'rollback', '--to', 'yesterday']],
    [['settings', 'forget']],
  ])('says what is wrong with %j', async (args) => {
    expect((await borderwatch(...args)).code).toBe(2);
  });

  it('says where it looked when there are no settings', async () => {
    stage = 'elsewhere';

    expect(await onStage('settings', 'list')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no settings below /borderwatch/elsewhere'),
    });
  });
});
