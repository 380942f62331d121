import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * What a service does first: works the signature out again from the request as it arrived (IAM User Guide, "Create a signed AWS
 * API request").
 *
 * @returns whether the request carries the same
 */
export function isSigned(
  { method = '', url = '', headers }: IncomingMessage,
  body: string,
  secretKey: string,
): boolean {
  const { authorization = '' } = headers;
  const [, scope = '', signedHeaders = '', signature] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(authorization) ?? [];
  const [date = '', region = '', service = ''] = scope.split('/');
  // S3 takes the path as it is; everybody else encodes it once more.
  const path = service === 's3' ? url : encodeURI(url);
  const names = signedHeaders.split(';');
  const canonical = [
    method,
    path,
    '',
    ...names.map((name) => `${name}:${String(headers[name] ?? '').trim()}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretKey}`, date));
  return names.includes('host') && hmac(key, toSign).toString('hex') === signature;
}
