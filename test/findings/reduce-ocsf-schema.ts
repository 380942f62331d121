import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes the JSON Schema that findings are tested against, out of a checkout of the published schema
 * (https://github.com/ocsf/ocsf-schema, Apache-2.0):
 *
 *     node test/findings/reduce-ocsf-schema.ts CHECKOUT > test/fixtures/ocsf/detection-finding.schema.json
 *
 * Classes and objects are flattened along `extends`; attributes of profiles are left out, since findings name none. Of the objects,
 * those below are kept; an attribute that holds another one is left out, and so refused: no attribute passes unchecked.
 */
const OBJECTS = new Set([
  ...['metadata', 'product', 'finding_info', 'analytic', 'anomaly_analysis', 'analysis_target', 'anomaly', 'baseline'],
  ...['observation', 'timespan', 'evidences', 'actor', 'user', 'api', 'resource_details', 'object'],
]);

interface Attribute {
  readonly type?: string;
  readonly is_array?: boolean;
  readonly requirement?: string;
  readonly profile?: string | null;
  readonly enum?: Readonly<Record<string, unknown>>;
}
interface Definition {
  readonly name: string;
  readonly extends?: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

const [checkout = ''] = process.argv.slice(2);
const read = (path: string) => JSON.parse(readFileSync(join(checkout, path), 'utf8'));
const { attributes: DICTIONARY } = read('dictionary.json') as { readonly attributes: Record<string, Attribute> };
const { version } = read('version.json') as { readonly version: string };
const definitionsIn = (folder: string): [string, Definition][] =>
  readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => read(join(folder, file)) as Definition)
    .map((definition) => [definition.name, definition]);
const objects = new Map(definitionsIn('objects'));
const classes = new Map(definitionsIn('events'));

/** A definition with everything that it inherits; what is said nearer to it wins, attribute by attribute. */
function flattened(name: string, among: ReadonlyMap<string, Definition>): Definition {
  const own = among.get(name);
  if (!own) throw new Error(`${name} is not in the schema`);
  const base = own.extends === undefined || own.extends === 'object' ? undefined : flattened(own.extends, among);
  const attributes = { ...base?.attributes };
  for (const [key, value] of Object.entries(own.attributes)) {
    if (key === '$include') continue;
    const inherited = attributes[key];
    const values = inherited?.enum || value.enum ? { enum: { ...inherited?.enum, ...value.enum } } : {};
    attributes[key] = { ...inherited, ...value, ...values };
  }
  const constraints = own.constraints ?? base?.constraints;
  return { name, attributes, ...(constraints && { constraints }) };
}

const SCALARS: Readonly<Record<string, object>> = {
  boolean_t: { type: 'boolean' },
  integer_t: { type: 'integer' },
  long_t: { type: 'integer' },
  timestamp_t: { type: 'integer', minimum: 0 },
  float_t: { type: 'number' },
  port_t: { type: 'integer', minimum: 0, maximum: 65_535 },
  json_t: {},
};

/** @returns nothing for an attribute that is left out */
function schemaOf(name: string, attribute: Attribute): object | undefined {
  const known = { ...DICTIONARY[name], ...attribute };
  const type = known.type ?? '';
  if (typeof attribute.profile === 'string') return undefined;
  if (!type.endsWith('_t') && !OBJECTS.has(type)) return undefined;
  const values = { ...DICTIONARY[name]?.enum, ...attribute.enum };
  const codes = Object.keys(values);
  const numeric = SCALARS[type] !== undefined;
  const one =
    type === 'object'
      ? { type: 'object' }
      : type.endsWith('_t')
        ? {
            ...(SCALARS[type] ?? { type: 'string' }),
            ...(codes.length > 0 && { enum: codes.map((code) => (numeric ? Number(code) : code)) }),
          }
        : { $ref: `#/definitions/${type}` };
  return known.is_array ? { type: 'array', items: one } : one;
}

function objectSchema({ attributes, constraints }: Definition): object {
  const kept = Object.entries(attributes).flatMap(([name, attribute]) => {
    const schema = schemaOf(name, attribute);
    return schema ? [{ name, schema, required: attribute.requirement === 'required' }] : [];
  });
  const names = new Set(kept.map(({ name }) => name));
  const anyOf = constraints?.at_least_one?.filter((name) => names.has(name)).map((name) => ({ required: [name] }));
  return {
    type: 'object',
    properties: Object.fromEntries(kept.map(({ name, schema }) => [name, schema])),
    required: kept.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
    ...(anyOf && { anyOf }),
  };
}

const finding = objectSchema(flattened('detection_finding', classes)) as { properties: Record<string, object> };
const whole = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $comment: `Generated by test/findings/reduce-ocsf-schema.ts from the OCSF schema ${version}, https://github.com/ocsf/ocsf-schema, Copyright the OCSF authors, Apache-2.0. Changed: reduced to the objects that findings use, without descriptions.`,
  ...finding,
  properties: {
    ...finding.properties,
    category_uid: { const: 2 },
    class_uid: { const: 2004 },
    type_uid: {
      enum: Object.keys(flattened('detection_finding', classes).attributes.activity_id?.enum ?? {}).map(
        (id) => 200_400 + Number(id),
      ),
    },
  },
  definitions: Object.fromEntries(
    [...OBJECTS].filter((name) => name !== 'object').map((name) => [name, objectSchema(flattened(name, objects))]),
  ),
};
process.stdout.write(`${JSON.stringify(whole, null, 2)}\n`);
