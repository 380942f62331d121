import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './request-units.ts';

/** What an expression's placeholders stand for. */
export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

const TOKEN = /\s*(<=|>=|<>|[#:]?\w+(?:\.[#]?\w+)*|[()<>=,+-])/y;

/** @throws Error at what the stores don't use: an expression that is not understood must not pass for one that holds */
function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < expression.trimEnd().length; at = TOKEN.lastIndex) {
    const token = TOKEN.exec(expression)?.[1];
    if (token === undefined) throw new Error(`an expression that is not understood: ${expression}`);
    tokens.push(token);
  }
  return tokens;
}

/** Reads tokens from the left; names and values are resolved as they come. */
function reader(expression: string, placeholders: Placeholders) {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = () => tokens[at++] ?? '';
  const skip = (token: string) => tokens[at]?.toUpperCase() === token && ++at > 0;
  const expect = (token: string) => {
    if (!skip(token)) throw new Error(`${token} is expected in ${expression}, not ${tokens[at]}`);
  };
  const nameOf = (token: string) => placeholders.ExpressionAttributeNames?.[token] ?? token;
  const operand = (token: string, item: Item): AttributeValue | undefined => {
    if (token.startsWith(':')) return placeholders.ExpressionAttributeValues?.[token];
    const [attribute = '', ...path] = token.split('.').map(nameOf);
    return path.reduce<AttributeValue | undefined>((value, part) => value?.M?.[part], item[attribute]);
  };
  return { next, skip, expect, nameOf, operand, peek: () => tokens[at], done: () => at >= tokens.length };
}

/**
 * Whether a condition or key condition holds of an item: comparisons, BETWEEN, functions, AND and OR, without parentheses around conditions.
 *
 * @param item an empty one where none is stored
 */
export function holds(expression: string, item: Item, placeholders: Placeholders): boolean {
  const read = reader(expression, placeholders);
  const simple = (): boolean => {
    const token = read.next();
    if (read.peek() !== '(') {
      const left = read.operand(token, item);
      if (!read.skip('BETWEEN')) return compare(left, read.next(), read.operand(read.next(), item));
      const isAbove = compare(left, '>=', read.operand(read.next(), item));
      read.expect('AND');
      return compare(left, '<=', read.operand(read.next(), item)) && isAbove;
    }
    read.expect('(');
    const value = read.operand(read.next(), item);
    const argument = read.skip(',') ? read.operand(read.next(), item) : undefined;
    read.expect(')');
    switch (token) {
      case 'attribute_exists':
        return value !== undefined;
      case 'attribute_not_exists':
        return value === undefined;
      case 'begins_with':
        return value?.S?.startsWith(argument?.S ?? '') ?? false;
      case 'contains':
        return value?.SS?.includes(argument?.S ?? '') ?? false;
      case 'size':
        return compare(sizeValue(value), read.next(), read.operand(read.next(), item));
      default:
        throw new Error(`the function ${token} in ${expression} is not understood`);
    }
  };
  const conjunction = (): boolean => {
    let all = simple();
    while (read.skip('AND')) all = simple() && all;
    return all;
  };
  let any = conjunction();
  while (read.skip('OR')) any = conjunction() || any;
  if (!read.done()) throw new Error(`${read.peek()} in ${expression} is not understood`);
  return any;
}

const sizeValue = (value: AttributeValue | undefined): AttributeValue | undefined =>
  value && { N: String(value.SS?.length ?? value.S?.length ?? 0) };

function compare(left: AttributeValue | undefined, operator: string, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const order =
    left.N !== undefined && right.N !== undefined
      ? Number(left.N) - Number(right.N)
      : Buffer.compare(Buffer.from(left.S ?? ''), Buffer.from(right.S ?? ''));
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw new Error(`the comparison ${operator} is not understood`);
  }
}

/** The item after an update: SET with if_not_exists, ADD to numbers and sets of texts, REMOVE. */
export function updated(item: Item, expression: string, placeholders: Placeholders): Item {
  const read = reader(expression, placeholders);
  const result: Record<string, AttributeValue> = { ...item };
  const assign = () => {
    const name = read.nameOf(read.next());
    read.expect('=');
    const token = read.next();
    let value = token === 'if_not_exists' ? undefined : read.operand(token, item);
    if (token === 'if_not_exists') {
      read.expect('(');
      const stored = read.operand(read.next(), item);
      read.expect(',');
      const fallback = read.operand(read.next(), item);
      read.expect(')');
      value = stored ?? fallback;
    }
    if (value === undefined) throw new Error(`${expression}: nothing to set ${name} to`);
    result[name] = value;
  };
  const add = () => {
    const name = read.nameOf(read.next());
    const added = read.operand(read.next(), item);
    if (added?.SS !== undefined) result[name] = { SS: [...new Set([...(item[name]?.SS ?? []), ...added.SS])] };
    else if (added?.N !== undefined) result[name] = { N: String(Number(item[name]?.N ?? 0) + Number(added.N)) };
    else throw new Error(`${expression}: only numbers and sets of texts are added here`);
  };
  const actions: Readonly<Record<string, () => void>> = {
    SET: assign,
    ADD: add,
    REMOVE: () => void delete result[read.nameOf(read.next())],
  };
  while (!read.done()) {
    const clause = read.next();
    const act = actions[clause.toUpperCase()];
    if (!act) throw new Error(`${clause} in ${expression} is not understood`);
    do act();
    while (read.skip(','));
  }
  return result;
}
