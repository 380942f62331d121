import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ParameterNotFound,
  PutParameterCommand,
  type PutParameterCommandInput,
  paginateGetParametersByPath,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { createParameterEndpoint } from '../../../infra/local/parameter-endpoint.ts';

const NOW = Date.UTC(2026, 10, 23, 10, 15, 30, 250);
const server = createParameterEndpoint({ region: 'us-east-1', accountId: '000000000000', now: () => NOW });
let url = '';
let ssm: SSMClient;
let path = '/test/0';
let tests = 0;

beforeAll(async () => {
  url = await listen(server, 0, '127.0.0.1', 'Parameter Store');
  ssm = new SSMClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
  });
});
beforeEach(() => {
  tests += 1;
  path = `/test/${tests}`;
});
afterAll(async () => {
  ssm.destroy();
  await closeServer(server);
});

const put = (name: string, Value: string, rest: Partial<PutParameterCommandInput> = {}) =>
  ssm.send(new PutParameterCommand({ Name: `${path}/${name}`, Value, Type: 'String', ...rest }));
const get = async (name: string) => (await ssm.send(new GetParameterCommand({ Name: `${path}/${name}` }))).Parameter;

describe('a parameter', () => {
  it('is read as it was put', async () => {
    const created = await put('scope', 'foreign');

    const parameter = await get('scope');

    expect(created).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(parameter).toEqual({
      Name: `${path}/scope`,
      Type: 'String',
      Value: 'foreign',
      Version: 1,
      LastModifiedDate: new Date(NOW),
      ARN: `arn:aws:ssm:us-east-1:000000000000:parameter${path}/scope`,
      DataType: 'text',
    });
  });

  it('that exists is only replaced on request, as a new version', async () => {
    await put('mode', 'live');

    await expect(put('mode', 'shadow')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    // The type need not be said again.
    const { Version } = await ssm.send(
      new PutParameterCommand({ Name: `${path}/mode`, Value: 'shadow', Overwrite: true }),
    );

    expect(Version).toBe(2);
    expect(await get('mode')).toMatchObject({ Value: 'shadow', Version: 2, Type: 'String' });
    expect(await get('mode:1')).toMatchObject({ Value: 'live', Version: 1, Selector: ':1' });
    await expect(get('mode:3')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });

  it('that is not there is an error that the SDK knows', async () => {
    await expect(get('nothing')).rejects.toBeInstanceOf(ParameterNotFound);
  });

  it('is gone once deleted, and its versions begin anew', async () => {
    await put('gone', '1');
    const Name = `${path}/gone`;

    await ssm.send(new DeleteParameterCommand({ Name }));

    await expect(get('gone')).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(ssm.send(new DeleteParameterCommand({ Name }))).rejects.toMatchObject({ name: 'ParameterNotFound' });
    expect(await put('gone', '2')).toMatchObject({ Version: 1 });
  });

  it('keeps its history, a page at a time and at most 100 versions', async () => {
    for (let version = 1; version <= 103; version += 1) await put('history', `v${version}`, { Overwrite: true });
    const Name = `${path}/history`;

    const first = await ssm.send(new GetParameterHistoryCommand({ Name }));
    const second = await ssm.send(new GetParameterHistoryCommand({ Name, NextToken: first.NextToken }));

    expect(first.Parameters).toHaveLength(50);
    expect(first.Parameters?.[0]).toMatchObject({ Version: 4, Value: 'v4', Tier: 'Standard', Type: 'String' });
    expect(second.Parameters?.at(-1)).toMatchObject({ Version: 103, Value: 'v103' });
    expect(second.NextToken).toBeUndefined();
    await expect(ssm.send(new GetParameterHistoryCommand({ Name, MaxResults: 51 }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(ssm.send(new GetParameterHistoryCommand({ Name: `${path}/none` }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

describe('what Parameter Store refuses', () => {
  it.each([
    ['an empty value', { Value: '' }, "Value '' at 'value' failed to satisfy constraint"],
    ['more than 4096 characters', { Value: 'x'.repeat(4_097) }, 'Standard tier parameters support a maximum'],
    ['more than 8192 characters', { Value: 'x'.repeat(8_193), Tier: 'Advanced' }, 'Advanced tier parameters support'],
    ['a tier that does not exist', { Tier: 'Gold' as 'Standard' }, "Value 'Gold' at 'tier' failed to satisfy"],
    ['a type that does not exist', { Type: 'Number' as 'String' }, "Value 'Number' at 'type' failed to satisfy"],
    ['a new parameter without a type', { Type: undefined }, 'A parameter type is required'],
    ['a reference to another parameter', { Value: '{{ssm:other}}' }, 'reserved'],
    ['a name that is not fully qualified', { Name: 'test/name' }, 'fully qualified'],
    ['a name with a space', { Name: '/test/na me' }, 'mix of letters, numbers'],
    ['a version in the name of a put', { Name: '/test/name:1' }, 'mix of letters, numbers'],
    ['a name that begins with ssm', { Name: '/SSM/name' }, `can't be prefixed with "ssm"`],
  ])('%s', async (_what, input, message) => {
    await expect(put('name', 'value', input as Partial<PutParameterCommandInput>)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('names that AWS keeps to itself, too many levels, values against their pattern', async () => {
    const deep = (levels: number) => `/${Array.from({ length: levels }, (_, level) => `l${level}`).join('/')}`;

    await expect(put('', '', { Name: '/aws/name', Value: 'x' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(put('', '', { Name: deep(16), Value: 'x' })).rejects.toMatchObject({
      name: 'HierarchyLevelLimitExceededException',
    });
    await expect(put('', '', { Name: deep(15), Value: 'x' })).resolves.toMatchObject({ Version: 1 });
    await expect(put('number', 'x', { AllowedPattern: '^\\d+$' })).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
    });
  });

  it('to take an advanced parameter back to the standard tier', async () => {
    await put('large', 'x'.repeat(5_000), { Tier: 'Intelligent-Tiering' });

    await expect(put('large', 'x', { Overwrite: true, Tier: 'Standard' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining("can't downgrade"),
    });
    expect(await put('large', 'x', { Overwrite: true })).toMatchObject({ Version: 2, Tier: 'Advanced' });
  });
});

describe('several parameters', () => {
  it('are read by name, those that are missing listed apart', async () => {
    await put('b', '2');
    await put('a', '1');
    const Names = ['b', 'missing', 'a'].map((name) => `${path}/${name}`);

    const { Parameters, InvalidParameters } = await ssm.send(new GetParametersCommand({ Names }));

    expect(Parameters?.map(({ Value }) => Value)).toEqual(['1', '2']);
    expect(InvalidParameters).toEqual([`${path}/missing`]);
  });

  it('are at most ten by name', async () => {
    const Names = Array.from({ length: 11 }, (_, index) => `${path}/${index}`);

    await expect(ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 10'),
    });
  });

  it('are read by path in pages of at most ten, in the pages of whoever asks', async () => {
    for (let index = 0; index < 23; index += 1) await put(`setting-${index}`, String(index));
    const pages: (number | undefined)[] = [];
    const names = new Set<string | undefined>();

    for await (const page of paginateGetParametersByPath({ client: ssm }, { Path: path })) {
      pages.push(page.Parameters?.length);
      for (const { Name } of page.Parameters ?? []) names.add(Name);
    }
    const small = await ssm.send(new GetParametersByPathCommand({ Path: path, MaxResults: 4 }));

    expect(pages).toEqual([10, 10, 3]);
    expect(names.size).toBe(23);
    expect(small.Parameters).toHaveLength(4);
    expect(small.NextToken).toBeDefined();
  });

  it('below a path are only its own unless it is recursive, and never its namesakes', async () => {
    await put('scope', 'foreign');
    await put('signals/volume/enabled', 'true');
    await ssm.send(new PutParameterCommand({ Name: `${path}-other/scope`, Value: 'everyone', Type: 'String' }));
    const values = async (input: { Path: string; Recursive?: boolean }) =>
      (await ssm.send(new GetParametersByPathCommand(input))).Parameters?.map(({ Value }) => Value);

    expect(await values({ Path: path })).toEqual(['foreign']);
    expect(await values({ Path: `${path}/`, Recursive: true })).toEqual(['foreign', 'true']);
    expect(await values({ Path: `${path}/signals` })).toEqual([]);
  });

  it.each([
    ['more than ten a page', { MaxResults: 11 }, 'ValidationException'],
    ['fewer than one a page', { MaxResults: 0 }, 'ValidationException'],
    ['a path without a slash', { Path: 'test' }, 'ValidationException'],
    ['a token of its own making', { NextToken: 'abc' }, 'InvalidNextToken'],
  ])('are not read by path with %s', async (_what, input, name) => {
    await expect(ssm.send(new GetParametersByPathCommand({ Path: path, ...input }))).rejects.toMatchObject({ name });
  });
});

describe('the protocol', () => {
  const call = async (headers: Record<string, string>, body: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: 'AWS4-HMAC-SHA256', ...headers },
      body,
    });
    return { status: response.status, body: await response.json(), type: response.headers.get('content-type') };
  };

  it.each([
    ['AmazonSSM.DescribeEverything', '{}', 'UnknownOperationException'],
    ['AmazonSSM.constructor', '{}', 'UnknownOperationException'],
    ['', '{}', 'UnknownOperationException'],
    ['AmazonSSM.GetParameter', '{', 'SerializationException'],
    ['AmazonSSM.GetParameter', 'null', 'SerializationException'],
    ['AmazonSSM.GetParameter', '{}', 'ValidationException'],
  ])('answers %s with %s by an error of its type', async (target, body, __type) => {
    expect(await call({ 'x-amz-target': target }, body)).toMatchObject({
      status: 400,
      type: 'application/x-amz-json-1.1',
      body: { __type },
    });
  });

  it('wants a signature, though it does not check it', async () => {
    const answer = await call({ 'x-amz-target': 'AmazonSSM.GetParameter', authorization: '' }, '{}');

    expect(answer).toMatchObject({ status: 400, body: { __type: 'MissingAuthenticationTokenException' } });
  });
});
