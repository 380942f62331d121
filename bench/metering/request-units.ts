import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as the SDK hands it over. */
export type Item = Readonly<Record<string, AttributeValue>>;

const READ_UNIT_BYTES = 4_096;
const WRITE_UNIT_BYTES = 1_024;
/** A list, a map and each of their members count for something beside what they hold. */
const COLLECTION_BYTES = 3;
const MEMBER_BYTES = 1;

/**
 * The bytes that DynamoDB counts for an item: names and values of all attributes (Amazon DynamoDB Developer Guide, "DynamoDB Item
 * sizes and formats").
 */
export const sizeOfItem = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);

function sizeOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return sizeOfNumber(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.SS !== undefined) return sum(value.SS, Buffer.byteLength);
  if (value.NS !== undefined) return sum(value.NS, sizeOfNumber);
  if (value.BS !== undefined) return sum(value.BS, ({ length }) => length);
  if (value.L !== undefined) return COLLECTION_BYTES + sum(value.L, (member) => MEMBER_BYTES + sizeOfValue(member));
  if (value.M !== undefined) {
    const members = Object.entries(value.M);
    return (
      COLLECTION_BYTES + sum(members, ([name, member]) => MEMBER_BYTES + Buffer.byteLength(name) + sizeOfValue(member))
    );
  }
  throw new Error(`an attribute of an unknown type: ${Object.keys(value)}`);
}

/** A byte for two significant digits, rounded up, one for the exponent, and one for a sign. */
function sizeOfNumber(text: string): number {
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

const sum = <Value>(values: readonly Value[], sizeOf: (value: Value) => number) =>
  values.reduce((total, value) => total + sizeOf(value), 0);

/** Units of a strongly consistent read; what isn't there costs one as well. An eventually consistent read costs half. */
export const readUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES));

/** Units of a write of so many bytes; one at least. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
