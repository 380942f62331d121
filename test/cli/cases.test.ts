import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/borderwatch.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/local-stack.ts';
import { createDynamoCaseStore } from '../../shared/stores/dynamo-case-store.ts';
import type { CaseStore } from '../../shared/stores/ports.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const [FIRST, SECOND, ELSEWHERE] = ['00000000000000a1', '00000000000000a2', '00000000000000b1'] as const;

/** Runs a command as a user would. */
async function run(...args: string[]) {
  const written = { stdout: '', stderr: '' };
  const to = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[stream] += text;
      return true;
    },
  });
  const io = { stdout: to('stdout'), stderr: to('stderr') } as unknown as Parameters<typeof main>[1];
  return { code: await main(args, io), ...written };
}

describe('the commands about cases', () => {
  let stack: LocalStack;
  let cases: CaseStore;
  const folder = mkdtempSync(join(tmpdir(), 'borderwatch-cases-'));

  beforeAll(async () => {
    stack = await startLocalStack({
      subjectKey: 'a key of the tests',
      now: Date.now,
      onAlert: () => {},
      onDigest: () => {},
    });
    cases = createDynamoCaseStore({
      call: callsThrough(stack.clients.dynamodb),
      tableName: stack.resources.casesTable,
    });
    const store = (alertId: string, id: string, time: string) =>
      cases.storeRevision(anAlert({ alertId, time, subject: { type: 'employee', id }, identity: 'pseudonym' }), 1_000);
    await store(SECOND, 'e-00042', '2026-11-23T12:00:00.000Z');
    await store(FIRST, 'e-00042', '2026-11-22T12:00:00.000Z');
    await store(ELSEWHERE, 'local', '2026-11-21T12:00:00.000Z');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await stack.stop();
  });

  it('list open cases, the oldest first', async () => {
    const { code, stdout } = await run('cases', 'list');

    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.slice(0, 16).trim())).toEqual(['case', ELSEWHERE, FIRST, SECOND, '']);
    expect(stdout).toContain(`${FIRST}  open   high      6.1    2026-11-22 12:00 UTC  employee e-00042`);
  });

  it('show a case by the names of those concerned, with the other open cases of its subject', async () => {
    const { code, stdout } = await run('cases', 'show', FIRST);

    expect(code).toBe(0);
    expect(stdout).toContain('HIGH: e-00042 in China read 70 US users');
    expect(stdout).toContain('State     open, not told yet');
    expect(stdout).toContain(`Other open cases of the same subject\ncase `);
    expect(stdout).toContain(SECOND);
    expect(stdout).not.toContain(ELSEWHERE);
  });

  it('show when people were told, and why they were not, beside what became of the case', async () => {
    const alertId = '00000000000000d1';
    const at = (minute: number) => Date.parse('2026-11-22T13:00:00.000Z') + minute * 60_000;
    const alert = (revision: number) =>
      anAlert({ alertId, revision, severity: 'critical', subject: { type: 'employee', id: 'e-00777' } });
    const { time, severity, score, signals } = alert(1);
    const told = { time, severity, score, signals: signals.map(({ signal }) => signal) };
    await cases.storeRevision(alert(1), at(0));
    await cases.markNotified(alertId, 1, at(1), { told: { ...told, revision: 1 } });
    await cases.markReminded(alertId, { at: '2026-11-22T14:30:00.000Z', revision: 1, as: 'reminder' });
    await cases.change(alertId, {
      version: 1,
      state: 'expired',
      at: '2026-11-22T14:00:00.000Z',
      by: 'assess',
      reason: 'nobody judged it',
      revision: 1,
    });
    await cases.storeRevision(alert(2), at(2));
    await cases.markNotified(alertId, 2, at(120), { suppressedBy: 'c-1' });

    const { stdout } = await run('cases', 'show', alertId);

    expect(stdout).toContain(
      [
        'State     expired, not told: suppression c-1',
        '  2026-11-22 13:01 UTC  people were told of revision 1',
        '  2026-11-22 14:00 UTC  expired at revision 1 by assess: nobody judged it',
        '  2026-11-22 14:30 UTC  people were reminded of revision 1',
        '  2026-11-22 15:00 UTC  nobody was told of revision 2: a suppression held',
        '',
      ].join('\n'),
    );
  });

  it('write a case’s page', async () => {
    const file = join(folder, 'case.html');

    expect((await run('cases', 'show', FIRST, '--html', file)).code).toBe(0);

    expect(readFileSync(file, 'utf8')).toContain('<h1>e-00042 in China');
  });

  it('resolve a case for good, in the name of who signed the request', async () => {
    const reason = 'a migration that the team announced';
    const { code, stdout } = await run('cases', 'resolve', FIRST, '--verdict', 'dismissed', '--reason', reason);

    expect([code, stdout]).toEqual([0, `case ${FIRST} is dismissed\n`]);
    const [change] = (await cases.get(FIRST))?.history ?? [];
    expect(change).toMatchObject({ state: 'dismissed', by: 'arn:aws:iam::000000000000:user/local', reason });
    const again = await run('cases', 'resolve', FIRST, '--verdict', 'confirmed', '--reason', 'no');
    expect(again).toMatchObject({ code: 1, stderr: `borderwatch: case ${FIRST} is dismissed already\n` });
    expect((await run('cases', 'show', FIRST)).stdout).toMatch(
      /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d UTC {2}dismissed at revision 1 by arn:aws:iam:/m,
    );
    expect((await run('cases', 'list')).stdout).not.toContain(FIRST);
    expect((await run('cases', 'list', '--state', 'dismissed', '--json')).stdout).toContain(`"alertId":"${FIRST}"`);
  });

  it('leave the verdict on the stream under its subject’s key', async () => {
    const { kinesis } = stack.clients;
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: stack.resources.streamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));

    expect(Records.map(({ PartitionKey }) => PartitionKey)).toEqual(['e-00042']);
    expect(JSON.parse(new TextDecoder().decode(Records[0]?.Data))).toMatchObject({
      alertId: FIRST,
      verdict: 'dismissed',
      caseVersion: 1,
    });
  });

  it('suppress signals of a subject, list that, and end it', async () => {
    const asked = ['--signals', 'volume,novelty,volume', '--days', '30', '--reason', 'a project'];

    const { code, stdout, stderr } = await run('cases', 'suppress', 'e-00042', ...asked);

    expect([code, stdout]).toEqual([0, 'volume, novelty of employee e-00042: suppressed for 30 days\n']);
    expect(stderr).toBe('warning: the directory knows no employee e-00042\n');
    const listed = (await run('cases', 'suppress', '--list')).stdout;
    expect(listed).toMatch(/employee e-00042: volume, novelty until \d{4}-\d\d-\d\d \d\d:\d\d UTC, by /);
    expect(listed).toContain('by arn:aws:iam::000000000000:user/local: a project');
    const lifted = await run('cases', 'suppress', 'e-00042', '--lift', listed.slice(0, 16), '--reason', 'over');
    expect(lifted.code).toBe(0);
    expect((await run('cases', 'suppress', '--list')).stdout).toBe('nothing is suppressed\n');
  });

  it('say what went wrong, in a line, and end with 1', async () => {
    expect(await run('cases', 'show', 'nothing')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'borderwatch: there is no case nothing in table cases\n',
    });
    expect(await run('cases', 'list', '--table', 'elsewhere')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no table elsewhere'),
    });
    expect(
      await run('cases', 'resolve', FIRST, '--verdict', 'confirmed', '--reason', 'x', '--stage', 'prod'),
    ).toMatchObject({ code: 1, stderr: expect.stringContaining('/borderwatch-casework/prod/url') });
  });

  it.each([
    [['cases', 'list', '--state', 'closed'], 'not one of open'],
    [['cases', 'list', 'e-00042'], 'takes no arguments'],
    [['cases', 'show'], 'takes one CASE'],
    [['cases', 'resolve', FIRST, '--reason', 'x'], 'needs --verdict'],
    [['cases', 'resolve', FIRST, '--verdict', 'dismissed'], 'needs --reason'],
    [['cases', 'resolve', FIRST, '--verdict', 'dismissed', '--reason', '  '], 'needs --reason'],
    [['cases', 'suppress'], 'takes one SUBJECT'],
    [['cases', 'suppress', 'e-1', '--signals', 'volume', '--days', '91', '--reason', 'x'], 'from 1 to 90'],
    [
      ['cases', 'suppress', 'e-1', '--signals', 'unapproved-access', '--days', '9', '--reason', 'x'],
      'not a signal that can be',
    ],
    [['cases', 'suppress', 'e-1', '--signals', 'volume', '--days', '9'], 'needs --reason'],
    [['cases', 'close', FIRST], 'no command cases close'],
  ])('call %j wrong usage, and end with 2', async (args, complaint) => {
    expect(await run(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(complaint) });
  });

  it.each(['list', 'show', 'resolve', 'suppress'])('explain %s', async (command) => {
    const { code, stdout } = await run('cases', command, '--help');

    expect(code).toBe(0);
    expect(stdout).toContain(`usage: borderwatch cases ${command}`);
  });
});
