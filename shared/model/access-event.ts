import * as z from 'zod/mini';
import * as core from 'zod/v4/core';
import { hash64 } from '../stats/hash64.ts';

/** The version of the access event's wire format; it grows when a field changes meaning, not when one is added. */
export const ACCESS_EVENT_VERSION = 1;

/** zod/mini interprets object schemas on every call; the compiled object of zod's core is eight times as fast. */
const compiled = <Shape extends core.$ZodLooseShape>(shape: Shape) =>
  new core.$ZodObjectJIT({ type: 'object', shape }) as unknown as core.$ZodObject<Shape, core.$strip>;

const text = (maximum: number) => z.string().check(z.minLength(1), z.maxLength(maximum));
const count = z.number().check(z.int(), z.minimum(0));

/** ISO 3166 alpha-2, upper case. */
const countryCode = z.string().check(z.regex(/^[A-Z]{2}$/));
/** RFC 3339. Years before 1970 are clock errors, and Date.parse would silently roll 30 February over. */
const timestamp = z.iso.datetime({ offset: true });

/** One access to user data: the one format that everything behind the parser works on. */
export const accessEventSchema = compiled({
  id: text(256),
  time: timestamp,
  source: z.optional(text(128)),
  actor: compiled({
    id: text(256),
    type: z._default(z.enum(['employee', 'service']), 'employee'),
    onBehalfOf: z.optional(text(256)),
  }),
  network: z.optional(
    compiled({
      ip: z.optional(text(64)),
      country: z.optional(countryCode),
      asn: z.optional(count),
      deviceId: z.optional(text(256)),
    }),
  ),
  action: text(64),
  resource: compiled({
    dataset: text(512),
    dataClass: z.optional(text(128)),
    store: z.optional(text(256)),
  }),
  subjects: compiled({
    region: z.union([countryCode, z.literal('unknown')]),
    count: z.optional(count),
    ids: z.optional(z.array(text(512))),
    countBasis: z.optional(z.enum(['exact', 'estimated', 'unknown'])),
  }),
  bytes: z.optional(z.number().check(z.minimum(0))),
  outcome: z.enum(['allowed', 'denied']),
  approval: z.optional(compiled({ ticket: text(256), expires: z.optional(timestamp) })),
});

/** A validated access event; `time` is still the producer's text, `parseAccessEvent` adds it as a number. */
export type AccessEvent = z.output<typeof accessEventSchema>;

export type ParsedEvent = { readonly ok: true; readonly event: AccessEvent; readonly time: number };
export type ParseFailure = { readonly ok: false; readonly reason: string };

/**
 * Reads one access event out of already decoded JSON.
 *
 * @param value anything that JSON.parse returned
 * @returns the event and its time in epoch milliseconds, or the reason why it isn't one, naming the first bad field
 */
export function parseAccessEvent(value: unknown): ParsedEvent | ParseFailure {
  const result = core.safeParse(accessEventSchema, value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const where = issue?.path.length ? issue.path.join('.') : 'event';
    return { ok: false, reason: `${where}: ${issue?.message ?? 'invalid'}`.slice(0, 200) };
  }
  const time = Date.parse(result.data.time);
  if (!(time > 0)) return { ok: false, reason: 'time: before 1970 or not a time' };
  return { ok: true, event: result.data, time };
}

/**
 * Reads one access event out of a record's text.
 *
 * @param line one JSON object
 */
export function parseAccessEventText(line: string): ParsedEvent | ParseFailure {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { ok: false, reason: `not JSON: ${error instanceof Error ? error.message : error}`.slice(0, 200) };
  }
  return parseAccessEvent(value);
}

const FIELD = '\u0000';

/**
 * What stays equal when a producer sends the same access twice: every field of the model, none of the extra ones.
 *
 * @returns 64 bits as two unsigned 32-bit halves
 */
export function accessEventHash(event: AccessEvent): readonly [high: number, low: number] {
  const { actor, network, resource, subjects, approval } = event;
  return hash64(
    [
      event.id,
      event.time,
      event.source,
      actor.id,
      actor.type,
      actor.onBehalfOf,
      network?.ip,
      network?.country,
      network?.asn,
      network?.deviceId,
      event.action,
      resource.dataset,
      resource.dataClass,
      resource.store,
      subjects.region,
      subjects.count,
      subjects.ids?.join('\u0001'),
      subjects.countBasis,
      event.bytes,
      event.outcome,
      approval?.ticket,
      approval?.expires,
    ].join(FIELD),
  );
}
