import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers of a signed request, in small letters as Lambda hands them over. */
export const SIGNATURE_HEADER = 'x-borderwatch-signature';
export const TIMESTAMP_HEADER = 'x-borderwatch-timestamp';
/** A signature counts for so long, before and after: a recorded request is worth nothing later. */
export const REPLAY_WINDOW_SECONDS = 300;

/**
 * How a request is signed: `v1=` and the hexadecimal HMAC-SHA-256 of the timestamp, a full stop and the body's bytes.
 *
 * @param timestamp seconds since 1970, as text
 */
export const signatureOf = (secret: string, timestamp: string, body: Uint8Array): string =>
  `v1=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;

/**
 * Whether somebody who knows the secret sent this body just now. Comparing takes the same time wherever the texts differ.
 *
 * @param headers by their names in small letters
 * @param now epoch milliseconds
 */
export function isSigned(
  headers: Readonly<Record<string, string | undefined>>,
  body: Uint8Array,
  secret: string,
  now: number,
): boolean {
  const timestamp = headers[TIMESTAMP_HEADER] ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > REPLAY_WINDOW_SECONDS) return false;
  const wanted = Buffer.from(signatureOf(secret, timestamp, body));
  // A sender that changes its secret may send two signatures for a while.
  const given = (headers[SIGNATURE_HEADER] ?? '').split(',').map((one) => Buffer.from(one.trim()));
  return given.some((signature) => signature.length === wanted.length && timingSafeEqual(signature, wanted));
}
