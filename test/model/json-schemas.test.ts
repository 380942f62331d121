import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseAccessEvent } from '../../shared/model/access-event.ts';
import { parseActors } from '../../shared/model/actors.ts';
import { adjudicationSchema, anAdjudication } from '../../shared/model/adjudication.ts';
import { alertSchema } from '../../shared/model/alert.ts';
import { jsonSchemas } from '../../shared/model/json-schemas.ts';
import { lateLinksOf, lateLinksSchema } from '../../shared/model/late-links.ts';
import { parseNetworks } from '../../shared/model/networks.ts';
import { parseResources } from '../../shared/model/resources.ts';
import { anAlert } from '../contracts/alert-factory.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const published = (name: string) => JSON.parse(textOf(`docs/schemas/${name}.json`));

const EVENT = JSON.parse(textOf('test/fixtures/sources/access-event/own.ndjson').split('\n')[0] ?? '');
const RESOURCES = JSON.parse(textOf('test/fixtures/sources/resources.json'));
const ACTORS = JSON.parse(textOf('test/fixtures/sources/actors.json'));
const NETWORK = { cidr: '198.51.100.0/24', label: 'Frankfurt', kind: 'office', country: 'DE' };
const VERDICT = anAdjudication({
  actorId: 'e-00042',
  alertId: '5f2c8a90b1d3e467',
  verdict: 'dismissed',
  by: 'assess',
  at: '2026-11-23T10:15:30.123Z',
  caseVersion: 1,
});
const resource = (match: object) => [{ match, dataset: 'user.profile', region: 'US' }];

/** Whether the code takes a value, by the names of the schemas. */
const LATE_LINKS = lateLinksOf('e-1', [
  {
    subject: '0a00000000000001',
    refusal: '1788743089841#0000000a',
    place: 0,
    look: '1788743089000#0000000b',
    lookPlace: 1,
    hour: 1,
  },
]);

const TAKEN: Readonly<Record<string, (value: unknown) => boolean>> = {
  'access-event-v1': (value) => parseAccessEvent(value).ok,
  'actors-v1': (value) => parseActors(value).ok,
  'adjudication-v1': (value) => adjudicationSchema.safeParse(value).success,
  'alert-v1': (value) => alertSchema.safeParse(value).success,
  'late-links-v1': (value) => lateLinksSchema.safeParse(value).success,
  'networks-v1': (value) => parseNetworks(value).ok,
  'resources-v1': (value) => parseResources(value).ok,
};

describe('the published JSON Schemas', () => {
  it.each(Object.entries(jsonSchemas()))('%s is what the code checks; npm run schemas writes it', (name, schema) => {
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each<[name: string, what: string, value: unknown, taken: boolean]>([
    ['access-event-v1', 'an access', EVENT, true],
    ['access-event-v1', 'an access with a field that nobody knows', { ...EVENT, mood: 'good' }, true],
    ['access-event-v1', 'an access from where no country is known', { ...EVENT, network: { country: 'ZZ' } }, true],
    ['access-event-v1', 'an access to users of no country', { ...EVENT, subjects: { region: 'UK' } }, false],
    ['access-event-v1', 'an access without a time', { ...EVENT, time: undefined }, false],
    ['actors-v1', 'actors', ACTORS, true],
    ['actors-v1', 'an actor with a misspelt key', [{ name: 'a', actor: 'e-1', sauce: 'okta' }], false],
    ['adjudication-v1', 'a verdict', VERDICT, true],
    ['adjudication-v1', 'a verdict that is none', { ...VERDICT, verdict: 'forgotten' }, false],
    ['alert-v1', 'an alert', anAlert(), true],
    ['alert-v1', 'an alert of a later release', { ...anAlert(), mood: 'good' }, true],
    ['alert-v1', 'an alert about nobody', { ...anAlert(), subject: undefined }, false],
    ['late-links-v1', 'late links', LATE_LINKS, true],
    ['late-links-v1', 'late links of nothing', { ...LATE_LINKS, links: [] }, false],
    ['networks-v1', 'networks', [NETWORK], true],
    ['networks-v1', 'a network in no country', [{ ...NETWORK, country: 'UK' }], false],
    ['resources-v1', 'resources', RESOURCES, true],
    ['resources-v1', 'a resource that is none', resource({}), false],
    ['resources-v1', 'a resource that is two', resource({ s3: { bucket: 'a' }, dynamodb: { table: 'a' } }), false],
    ['resources-v1', 'a resource with a misspelt key', resource({ s3: { bucket: 'a', perfix: 'b' } }), false],
  ])('%s and the code say the same of %s', (name, _, value, taken) => {
    // The formats are there as patterns too.
    const validate = new Ajv2020({ validateFormats: false }).compile(published(name));
    const sent: unknown = JSON.parse(JSON.stringify(value));

    expect({ schema: validate(sent), code: TAKEN[name]?.(sent) }).toEqual({ schema: taken, code: taken });
  });

  it('are all held against the code', () => {
    expect(Object.keys(jsonSchemas())).toEqual(Object.keys(TAKEN));
  });
});
