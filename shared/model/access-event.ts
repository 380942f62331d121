import * as z from 'zod/mini';
import * as core from 'zod/v4/core';
import { hash64 } from '../stats/hash64.ts';
import { declaredCountrySchema, regionSchema } from './country.ts';
import { MOST_CHARACTERS, soundAccessEvent } from './sound-access-event.ts';
import { parseTimestamp } from './timestamp.ts';

/** The version of the access event's wire format; it grows when a field changes meaning, not when one is added. */
export const ACCESS_EVENT_VERSION = 1;

type Issue = { readonly input?: unknown };

/** What every reason says: that a field is missing, or what it should have been. Never what it was: that may be a user's id. */
const expecting = (what: string) => ({
  error: ({ input }: Issue) => (input === undefined ? `missing, ${what} is expected` : `not ${what}`),
});

/** zod/mini interprets object schemas on every call; the compiled object of zod's core is eight times as fast. */
const compiled = <Shape extends core.$ZodLooseShape>(shape: Shape) =>
  new core.$ZodObjectJIT({ type: 'object', shape, ...expecting('an object') }) as unknown as core.$ZodObject<
    Shape,
    core.$strip
  >;

/** Half a surrogate pair can be written in JSON and in no store: it is replaced, as UTF-8 would replace it. */
const wellFormed = z.overwrite<string>((value) => (value.isWellFormed() ? value : value.toWellFormed()));
const text = (maximum: number) => {
  const expected = expecting(`a text of 1 to ${maximum} characters`);
  return z.string(expected).check(wellFormed, z.minLength(1, expected), z.maxLength(maximum, expected));
};
const count = z.number(expecting('a whole number from 0 on')).check(z.int(), z.minimum(0));
const oneOf = <const Values extends readonly string[]>(...values: Values) =>
  z.enum(values, expecting(values.join(' or ')));

const timestamp = z.iso.datetime({ offset: true, ...expecting('an RFC 3339 time such as 2026-11-23T10:15:30Z') });

/** One access to user data: the one format that everything behind the parser works on. */
export const accessEventSchema = compiled({
  id: text(MOST_CHARACTERS.id),
  time: timestamp,
  source: z.optional(text(MOST_CHARACTERS.source)),
  actor: compiled({
    id: text(MOST_CHARACTERS.actor),
    type: z._default(oneOf('employee', 'service'), 'employee'),
    onBehalfOf: z.optional(text(MOST_CHARACTERS.actor)),
  }),
  network: z.optional(
    compiled({
      ip: z.optional(text(MOST_CHARACTERS.ip)),
      country: z.optional(declaredCountrySchema),
      asn: z.optional(count),
      deviceId: z.optional(text(MOST_CHARACTERS.device)),
    }),
  ),
  action: text(MOST_CHARACTERS.action),
  resource: compiled({
    dataset: text(MOST_CHARACTERS.dataset),
    dataClass: z.optional(text(MOST_CHARACTERS.dataClass)),
    store: z.optional(text(MOST_CHARACTERS.store)),
  }),
  subjects: compiled({
    region: regionSchema,
    count: z.optional(count),
    ids: z.optional(z.array(text(MOST_CHARACTERS.subject), expecting('a list'))),
    countBasis: z.optional(oneOf('exact', 'estimated', 'unknown')),
  }),
  bytes: z.optional(z.number(expecting('a number from 0 on')).check(z.minimum(0))),
  outcome: oneOf('allowed', 'denied'),
  approval: z.optional(compiled({ ticket: text(MOST_CHARACTERS.ticket), expires: z.optional(timestamp) })),
  /** The nonce by which the detector knows its own canary; means nothing on any other event. */
  canary: z.optional(text(MOST_CHARACTERS.canary)),
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
  return soundAccessEvent(value) ?? parseBySchema(value);
}

/** The same, slower, and for every value: what the contract says, and why a value is no access event. */
export function parseBySchema(value: unknown): ParsedEvent | ParseFailure {
  const result = core.safeParse(accessEventSchema, value);
  if (result.success) return timed(result.data);
  const issue = result.error.issues[0];
  const where = issue?.path.length ? issue.path.join('.') : 'event';
  return { ok: false, reason: `${where}: ${issue?.message ?? 'invalid'}`.slice(0, 200) };
}

/** Years before 1970 are clock errors. */
function timed(event: AccessEvent): ParsedEvent | ParseFailure {
  const time = parseTimestamp(event.time);
  return time > 0 ? { ok: true, event, time } : { ok: false, reason: 'time: not after the beginning of 1970' };
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

/**
 * What stays equal when a producer sends the same access twice: every field of the model, none of the extra ones. As a JSON list,
 * which no two events share, whatever their texts hold: who could make another event's hash could hide one behind it.
 *
 * @returns 64 bits as two unsigned 32-bit halves
 */
export function accessEventHash(event: AccessEvent): readonly [high: number, low: number] {
  const { actor, network, resource, subjects, approval } = event;
  return hash64(
    JSON.stringify([
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
      subjects.ids,
      subjects.countBasis,
      event.bytes,
      event.outcome,
      approval?.ticket,
      approval?.expires,
    ]),
  );
}
