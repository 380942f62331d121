import { type CountryDay, NO_COUNTRY_DAY, OTHER_SOURCES, SOURCES_KEPT, type SourceDay } from '../model/source-day.ts';
import { conditionHeld } from './conditional-write.ts';
import { batchGet, type DynamoItem } from './dynamo-batch-get.ts';
import type { DynamoCall } from './dynamo-call.ts';
import type { SourceDayStore } from './ports.ts';
import { TIME_TO_LIVE_ATTRIBUTE } from './table-definitions.ts';

export interface DynamoSourceDayStoreOptions {
  readonly call: DynamoCall;
  /** The table of the baselines: counts of sources lie under a prefix of their own. */
  readonly tableName: string;
}

const KEPT_DAYS = 63;
const DAY_SECONDS = 86_400;
const NAMES_REMEMBERED = 1_000;
/** An update expression has at most 300 operators and 4 KB (DynamoDB developer guide, "Quotas"). */
const COUNTS_AN_UPDATE = 100;
const NAMES = { pk: { S: 'source#names' } };
/** Attributes are named by kind, index and country: `h10#CN` are accesses of people in China that arrived between 10 and 11. */
const KINDS = { h: 'hours', m: 'missing', l: 'lags' } as const;
type Kind = keyof typeof KINDS;

/**
 * Counts of sources in DynamoDB, one item a source and day: `pk` = source#<day>#<source>, and one number a count, which only ever
 * grow. Which sources there are says the item `source#names`, in `names`. One UTC day of ten countries takes about 3 KB.
 */
export function createDynamoSourceDayStore({ call, tableName }: DynamoSourceDayStoreOptions): SourceDayStore {
  const keyOf = (day: number, source: string): DynamoItem => ({ pk: { S: `source#${day}#${source}` } });
  /** Names under which sources are counted, as far as this process asked. */
  const names = new Map<string, string>();
  const enter = (name: string, isLimited: boolean) =>
    conditionHeld(
      call('UpdateItem', {
        TableName: tableName,
        Key: NAMES,
        UpdateExpression: 'ADD #names :names',
        ExpressionAttributeNames: { '#names': 'names' },
        ExpressionAttributeValues: {
          ':names': { SS: [name] },
          ...(isLimited && { ':name': { S: name }, ':most': { N: String(SOURCES_KEPT) } }),
        },
        ...(isLimited && {
          ConditionExpression: 'attribute_not_exists(#names) OR size(#names) < :most OR contains(#names, :name)',
        }),
      }),
    );
  const nameOf = async (source: string): Promise<string> => {
    const known = names.get(source);
    if (known !== undefined) return known;
    const name = (await enter(source, true)) ? source : OTHER_SOURCES;
    if (name === OTHER_SOURCES) await enter(OTHER_SOURCES, false);
    if (names.size >= NAMES_REMEMBERED) names.clear();
    names.set(source, name);
    return name;
  };
  return {
    add: async ({ source, day, countries }) => {
      const name = await nameOf(source);
      const counts = [...countries].flatMap(([country, counted]) => countsOf(country, counted));
      for (let from = 0; from < counts.length; from += COUNTS_AN_UPDATE) {
        const some = counts.slice(from, from + COUNTS_AN_UPDATE);
        await call('UpdateItem', {
          TableName: tableName,
          Key: keyOf(day, name),
          UpdateExpression: `SET #expiry = :expiry ADD ${some.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
          ExpressionAttributeNames: {
            '#expiry': TIME_TO_LIVE_ATTRIBUTE,
            ...Object.fromEntries(some.map(([attribute], i) => [`#c${i}`, attribute])),
          },
          ExpressionAttributeValues: {
            ':expiry': { N: String((day + KEPT_DAYS) * DAY_SECONDS) },
            ...Object.fromEntries(some.map(([, count], i) => [`:c${i}`, { N: String(count) }])),
          },
        });
      }
    },
    ofDays: async (from, to) => {
      const [item] = await batchGet(call, tableName, [NAMES]);
      const wanted = (item?.names?.SS ?? []).flatMap((source) =>
        Array.from({ length: to - from }, (_, i) => ({ source, day: from + i })),
      );
      const places = new Map(wanted.map((place) => [keyOf(place.day, place.source).pk?.S, place]));
      const items = await batchGet(
        call,
        tableName,
        wanted.map(({ day, source }) => keyOf(day, source)),
      );
      return items.flatMap((found): SourceDay[] => {
        const place = places.get(found.pk?.S);
        return place ? [{ ...place, countries: countriesOf(found) }] : [];
      });
    },
  };
}

function countsOf(country: string, counted: CountryDay): (readonly [attribute: string, count: number])[] {
  return (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
    counted[KINDS[kind]].flatMap((count, index) => (count > 0 ? [[`${kind}${index}#${country}`, count] as const] : [])),
  );
}

function countriesOf(item: DynamoItem): ReadonlyMap<string, CountryDay> {
  const countries = new Map<string, Record<(typeof KINDS)[Kind], number[]>>();
  for (const [attribute, value] of Object.entries(item)) {
    const [, kind, index, country = ''] = /^([hml])(\d+)#(.*)$/.exec(attribute) ?? [];
    if (kind === undefined) continue;
    const { hours, missing, lags } = NO_COUNTRY_DAY;
    const counted = countries.get(country) ?? { hours: [...hours], missing: [...missing], lags: [...lags] };
    counted[KINDS[kind as Kind]][Number(index)] = Number(value.N);
    countries.set(country, counted);
  }
  return countries;
}
