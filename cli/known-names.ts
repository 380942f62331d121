import { readRecord } from '../shared/formats/read-records.ts';
import { decodedRecord } from '../shared/formats/record-json.ts';
import { NO_CONTEXT } from '../shared/formats/source-format.ts';
import { ATTRIBUTES, type Attribute } from '../shared/model/access.ts';
import type { AccessEvent } from '../shared/model/access-event.ts';
import { type Directory, EMPTY_DIRECTORY, lookUpEmployee } from '../shared/model/directory.ts';
import { categoryHash } from '../shared/pipeline/enrich.ts';
import type { KnownNames } from './baseline-report.ts';
import { type TruncatedFile, untilCutOff } from './read-bytes.ts';
import { readLines } from './read-lines.ts';

/**
 * Names for an actor's baseline: of groups by the directory, of what was used by a file of events.
 *
 * @param directory undefined where it can't be read
 * @param at the actor's latest access, epoch milliseconds: the time zone in force then
 * @param eventsFile NDJSON, where the user has one @param onCutOff told where it is cut off
 * @throws CommandFailure when it can't be read
 */
export async function knownNames(
  actorId: string,
  directory: Directory = EMPTY_DIRECTORY,
  at: number,
  eventsFile: string | undefined,
  onCutOff: (file: TruncatedFile) => void,
): Promise<KnownNames> {
  const groups = new Map<number, string>();
  for (const { team, homeCountry, type } of [...directory.values()].flat()) {
    const group = `${type === 'service' ? 'services' : team}/${homeCountry}`;
    groups.set(categoryHash(group), group);
  }
  const categories = new Map<string, string>();
  if (eventsFile !== undefined) {
    for await (const lines of untilCutOff(readLines(eventsFile), onCutOff))
      for (const line of lines) if (line.kind === 'line') learn(categories, line.text);
  }
  return {
    category: (attribute, hash) => categories.get(`${attribute} ${hash}`),
    peerGroup: (hash) => groups.get(hash),
    timeZone: lookUpEmployee(directory, actorId, at)?.timeZone,
  };
}

/** Lines that are no record say no names. */
function learn(categories: Map<string, string>, text: string): void {
  const decoded = decodedRecord(text);
  if (decoded.kind === 'invalid') return;
  for (const reading of readRecord(decoded.value, { ...NO_CONTEXT, unmapped: 'unknown-region' }))
    if (reading.kind === 'event') learnFrom(categories, reading.value);
}

function learnFrom(categories: Map<string, string>, event: AccessEvent): void {
  for (const attribute of ATTRIBUTES) {
    const name = nameIn(event, attribute);
    if (name !== undefined) categories.set(`${attribute} ${categoryHash(`${attribute} ${name}`)}`, name);
  }
}

/** What an event calls its value of an attribute. Countries are looked up from addresses and not said by events. */
function nameIn({ resource, action, network }: AccessEvent, attribute: Attribute): string | undefined {
  switch (attribute) {
    case 'dataset':
      return resource.dataset;
    case 'store':
      return resource.store;
    case 'action':
      return action;
    case 'device':
      return network?.deviceId;
    case 'country':
      return undefined;
    default:
      return attribute satisfies never;
  }
}
