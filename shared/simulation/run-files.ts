import { DIRECTORY_COLUMNS } from '../formats/directory-csv.ts';
import type { StreamState } from './access-stream.ts';
import type { Company } from './company.ts';
import { DAY } from './wall-clock.ts';

/** The names under which a run lies in its folder; `replay` reads the first three. */
export const RUN_FILES = {
  events: 'events.ndjson',
  directory: 'directory.csv',
  networks: 'networks.json',
  hidden: 'hidden.ndjson',
  company: 'company.json',
} as const;

const CHUNK_CHARACTERS = 1 << 17;
const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** directory.csv: no field needs quotes. */
export function directoryText({ directoryRows }: Company): string {
  const rows = directoryRows.map((row) =>
    DIRECTORY_COLUMNS.map((column) =>
      column === 'effectiveFrom' ? new Date(row.effectiveFrom).toISOString() : row[column],
    ).join(','),
  );
  return `${[DIRECTORY_COLUMNS.join(','), ...rows].join('\n')}\n`;
}

/** networks.json. */
export const networksText = ({ networks }: Company): string => `${JSON.stringify(networks, null, 2)}\n`;

/** hidden.ndjson: what a detector should find, one label a line. */
export const hiddenText = ({ hidden }: Company): string => hidden.map((label) => `${JSON.stringify(label)}\n`).join('');

/** company.json: what was asked for, and the honest oddities that a detector should pass over. */
export function companyText({ options, start, firstAttackDay, unplayed, occasions }: Company): string {
  const day = (number: number) => dateOf(start + number * DAY);
  const summary = {
    ...options,
    firstAttackDay: { day: firstAttackDay, date: day(firstAttackDay) },
    unplayed,
    occasions: occasions.map(({ kind, person, fromDay, untilDay }) => ({
      kind,
      actor: person.id,
      from: day(Math.max(0, fromDay)),
      until: day(untilDay - 1),
    })),
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/**
 * events.ndjson, in chunks of whole lines of about 128 Ki characters; events are made as chunks are asked for.
 *
 * @param observe called for every ten simulated minutes, and once at the end, with the stream's state and the events so far
 */
export function* eventChunks(
  company: Company,
  observe: (state: StreamState, events: number) => void = () => {},
): Generator<string, void, undefined> {
  let events = 0;
  let chunk = '';
  for (const { event } of company.events((state) => observe(state, events))) {
    chunk += `${JSON.stringify(event)}\n`;
    events++;
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk) yield chunk;
}
