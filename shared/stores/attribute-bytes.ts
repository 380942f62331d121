type Json = { readonly [name: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** A request to DynamoDB as it travels: bytes are base64 there. */
export function toWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toWire);
  if (value instanceof Uint8Array) return asBuffer(value).toString('base64');
  return isObject(value) ? mapMembers(value, toWire) : value;
}

/**
 * An answer of DynamoDB as the SDK would give it back: bytes are bytes. An attribute that is called `B` holds an object and no text,
 * so a text called `B` is always the bytes of an attribute. Sets of bytes stay as they come; nothing here stores any.
 */
export function fromWire(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!isObject(value)) return value;
  if (typeof value.B === 'string') return { B: asBytes(Buffer.from(value.B, 'base64')) };
  return mapMembers(value, fromWire);
}

/** Attributes may be called anything, `__proto__` too. */
const mapMembers = (value: Json, map: (member: unknown) => unknown): Json =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
/** The same memory: an allocation of its own costs more than the rest. */
const asBytes = ({ buffer, byteOffset, length }: Buffer) => new Uint8Array(buffer, byteOffset, length);
