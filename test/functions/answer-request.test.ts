import { gzipSync } from 'node:zlib';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { answerRequest } from '../../functions/receive/answer-request.ts';
import { createWebhookSecret } from '../../functions/receive/webhook-secret.ts';
import { isSigned, signatureOf } from '../../functions/receive/webhook-signature.ts';
import { accessLines, ingestWorld } from './ingest-ports.ts';

const SECRET = 'a secret that both sides know';

function request(body: string | Uint8Array, headers: Record<string, string> = {}, method = 'POST') {
  const isBase64Encoded = typeof body !== 'string';
  return {
    headers,
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded,
    requestContext: { http: { method } },
  } as unknown as LambdaFunctionURLEvent;
}
const signedWith = (timestamp: string, body: string | Uint8Array, secret = SECRET) => ({
  'x-borderwatch-timestamp': timestamp,
  'x-borderwatch-signature': signatureOf(secret, timestamp, Buffer.from(body)),
});
const signed = (body: string | Uint8Array, at: number, secret = SECRET) =>
  signedWith(String(Math.floor(at / 1000)), body, secret);

describe('a request with records', () => {
  it.each([
    ['lines', accessLines(3)],
    ['gzip', gzipSync(accessLines(3))],
    ['an array', `[${accessLines(3).replaceAll('\n', ',')}]`],
    ['Records', `{"Records":[${accessLines(3).replaceAll('\n', ',')}]}`],
  ])('is answered when the stream has them: %s', async (_, body) => {
    const world = ingestWorld();

    const answer = await answerRequest(request(body), world.requestPorts);

    expect(answer).toMatchObject({ statusCode: 200 });
    expect(JSON.parse(answer.body)).toEqual({ sent: 3, repeated: 0, notConcerned: 0, putAside: 0, unjoined: 0 });
    expect(world.sent).toHaveLength(3);
  });

  it('may be sent again', async () => {
    const world = ingestWorld();
    await answerRequest(request(accessLines(3)), world.requestPorts);

    const { body } = await answerRequest(request(accessLines(4)), world.requestPorts);

    expect(JSON.parse(body)).toMatchObject({ sent: 1, repeated: 3 });
  });

  it('is to be sent again when the stream does not take all of it', async () => {
    const world = ingestWorld();
    world.refuse = () => true;
    const refused = await answerRequest(request(accessLines(3)), world.requestPorts);
    world.refuse = () => false;
    const taken = await answerRequest(request(accessLines(3)), world.requestPorts);

    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
    expect(JSON.parse(taken.body)).toMatchObject({ sent: 3 });
  });

  it('has bad records put aside, and says how many', async () => {
    const world = ingestWorld();

    const { statusCode, body } = await answerRequest(request(`${accessLines(1)}\nnonsense`), world.requestPorts);

    expect([statusCode, JSON.parse(body)]).toEqual([200, expect.objectContaining({ sent: 1, putAside: 1 })]);
    expect(world.putAside()).toEqual([['no JSON object', 'nonsense']]);
  });

  it('has what could be read before damage sent, and may be sent again, whole', async () => {
    const world = ingestWorld();
    const packed = gzipSync(accessLines(2000), { level: 0 });

    const damaged = await answerRequest(request(packed.subarray(0, packed.length / 2)), world.requestPorts);
    const first = world.sent.length;
    const whole = await answerRequest(request(packed), world.requestPorts);

    expect(damaged.statusCode).toBe(400);
    expect(first).toBeGreaterThan(500);
    expect(JSON.parse(whole.body)).toMatchObject({ sent: 2000 - first, repeated: first });
  });

  it('is sent on while it is read: no more than a few thousand of its records are held', async () => {
    const world = ingestWorld();
    const held: number[] = [];
    let taken = 0;
    const openReader = async () => {
      const reader = world.ports.openReader();
      const take: typeof reader.take = (record) => {
        held.push(taken++ - world.sent.length);
        return reader.take(record);
      };
      return { ...reader, take };
    };

    await answerRequest(request(gzipSync(accessLines(12_000))), { ...world.requestPorts, openReader });

    expect(world.sent).toHaveLength(12_000);
    expect(Math.max(...held)).toBeLessThan(5_000);
  });

  it('fails where it is not the request’s fault, and is not refused for that', async () => {
    const world = ingestWorld();
    const put = async () => {
      throw new Error('no stream');
    };

    await expect(answerRequest(request(gzipSync(accessLines(5_000))), { ...world.requestPorts, put })).rejects.toThrow(
      'no stream',
    );
    expect(world.counts.has('IngestRefused')).toBe(false);
  });

  it.each([
    [405, request('', {}, 'GET')],
    [400, request('')],
    [400, request(gzipSync(accessLines(1000)).subarray(0, 100))],
    [413, request(gzipSync(Buffer.alloc(70 * 1_048_576, 32)))],
  ])('is refused with %d', async (status, event) => {
    const world = ingestWorld();

    expect((await answerRequest(event, world.requestPorts)).statusCode).toBe(status);
    expect(world.counts.get('IngestRefused')).toBe(1);
    expect(world.sent).toEqual([]);
  });
});

describe('a signed request', () => {
  const world = ingestWorld();
  const ports = { ...world.requestPorts, webhookSecret: async () => SECRET };
  const body = accessLines(1);
  const now = ports.now();

  it.each([
    ['signed now', signed(body, now), 200],
    ['signed four minutes ago', signed(body, now - 240_000), 200],
    [
      'with one signature of two that counts',
      { ...signed(body, now), 'x-borderwatch-signature': `v1=00,${signed(body, now)['x-borderwatch-signature']}` },
      200,
    ],
    ['signed six minutes ago', signed(body, now - 360_000), 401],
    ['signed six minutes ahead', signed(body, now + 360_000), 401],
    ['signed with another secret', signed(body, now, 'another secret of theirs'), 401],
    ['signed for another body', signed(`${body} `, now), 401],
    ['with another timestamp', { ...signed(body, now), 'x-borderwatch-timestamp': String(now / 1000 + 1) }, 401],
    ['signed with no number for a timestamp, which would never be over', signedWith('NaN', body), 401],
    ['signed with a timestamp that is more than a number', signedWith(`${now / 1000}s`, body), 401],
    ['without signature', {}, 401],
  ])('counts or not: %s', async (_, headers, status) => {
    expect((await answerRequest(request(body, headers), ports)).statusCode).toBe(status);
  });

  it('is signed over the bytes that were sent, packed ones as they are', async () => {
    const packed = gzipSync(accessLines(1, 50));

    expect((await answerRequest(request(packed, signed(packed, now)), ports)).statusCode).toBe(200);
  });

  it('is checked as documented, by an example', () => {
    const headers = {
      'x-borderwatch-timestamp': '1764000000',
      // printf '1764000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef
      'x-borderwatch-signature': 'v1=7d30677170eef90881d27d4ed43c2fbd6dc9b8344fa6abe28751fe26722a3342',
    };

    expect(isSigned(headers, Buffer.from('{}'), '0123456789abcdef', 1_764_000_000_000)).toBe(true);
  });
});

describe('the secret of signed requests', () => {
  /** A secret that a test may change, a clock, and how often it was read. */
  function aSecret(value = SECRET) {
    const state = { value, now: 0, readings: 0 };
    const read = async () => {
      state.readings++;
      return Buffer.from(state.value);
    };
    return { state, secretNow: createWebhookSecret(read, 'webhook', () => state.now) };
  }

  it('is read once a minute', async () => {
    const { state, secretNow } = aSecret();

    await secretNow();
    Object.assign(state, { value: 'another secret of theirs', now: 59_999 });
    expect([await secretNow(), state.readings]).toEqual([SECRET, 1]);
    state.now = 60_000;
    expect([await secretNow(), state.readings]).toEqual(['another secret of theirs', 2]);
  });

  it('is what stands between blanks, such as the end of the line that it was saved with', async () => {
    expect(await aSecret(` ${SECRET}\n`).secretNow()).toBe(SECRET);
  });

  it.each(['', 'x'.repeat(15), `${'x'.repeat(15)} \n`])('is none when it could be guessed: %j', async (value) => {
    await expect(aSecret(value).secretNow()).rejects.toThrow("the webhooks' secret has less than 16 characters");
  });
});
