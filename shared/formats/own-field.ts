import { jsonWithin } from './record-json.ts';

/** A decoded JSON object, of which nothing more is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field that the object itself has: `constructor` and the like are no fields. */
export const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** A field's text; undefined where it has none, or an empty one. */
export function ownText(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(own, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** A field's number; counts and sizes come as text in CSV and in Google's JSON. */
export function ownNumber(value: unknown, ...path: readonly string[]): number | undefined {
  const found = path.reduce<unknown>(own, value);
  const number = typeof found === 'string' && /^\d{1,15}(\.0+)?$/.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** An object, or the one in a JSON text: CSV and OCSF hold objects as text. */
export function objectIn(value: unknown): JsonObject | undefined {
  if (isObject(value)) return value;
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  const decoded = jsonWithin(value);
  return isObject(decoded) ? decoded : undefined;
}
