import { parseArgs } from 'node:util';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { parseSettings, SETTING_DEFINITIONS } from '../shared/model/settings.ts';
import { silencedBy } from '../shared/model/silencing-settings.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { makeSsmClient } from '../shared/stores/clients.ts';
import { minuteText } from './minute-text.ts';
import type { Io } from './progress.ts';
import { SETTINGS_STAGE_HELP, settingsPathFor } from './stage-option.ts';
import { type Changes, changeSettings, readHistory, readSettings, type SettingVersion } from './stored-settings.ts';
import { textTable } from './text-table.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const SETTINGS_LIST_HELP = `usage: borderwatch settings list [--stage STAGE]

Shows every setting: what holds, since when, and its default where that is another one.

${SETTINGS_STAGE_HELP}
  --help            this text
`;

export const SETTINGS_SET_HELP = `usage: borderwatch settings set NAME=VALUE... [--force] [--stage STAGE]

Changes settings without a deployment; they take effect within two minutes. All are checked before the first is written.

  --force           also write what would silence the detector, such as no protected region; an alarm rings while it holds
${SETTINGS_STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 a value is refused or Parameter Store can't be written, 2 wrong usage.
`;

export const SETTINGS_HISTORY_HELP = `usage: borderwatch settings history [NAME] [--stage STAGE]

Shows who set a setting to what and when, the newest first; without NAME every change of any setting. AWS keeps 100 versions of each.

${SETTINGS_STAGE_HELP}
  --help            this text
`;

export const SETTINGS_ROLLBACK_HELP = `usage: borderwatch settings rollback (NAME [--version N] | --to TIME) [--force] [--stage STAGE]

Sets a setting to what it was before, or all settings to what they were at a time. The history goes on: a rollback is a change.
Settings that were created after that time stay as they are, and are named.

  --version N       the version to go back to (default: the one before the newest)
  --to TIME         an RFC 3339 time, such as 2026-11-25T18:00:00Z
  --force           also write what would silence the detector
${SETTINGS_STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 there is nothing to go back to, or Parameter Store can't be written, 2 wrong usage.
`;

type Action = (client: SSMClient, path: string, request: Request, io: Io) => Promise<void>;
interface Request {
  readonly names: readonly string[];
  readonly force: boolean;
  readonly version: string | undefined;
  readonly to: string | undefined;
}

/** Every one of the commands takes a stage and talks to Parameter Store. @returns the command */
const command =
  (help: string, action: Action) =>
  async (args: readonly string[], io: Io): Promise<number> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stage: { type: 'string' },
        force: { type: 'boolean' },
        version: { type: 'string' },
        to: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      io.stdout.write(help);
      return 0;
    }
    const request = { names: positionals, force: values.force ?? false, version: values.version, to: values.to };
    const path = settingsPathFor(values.stage);
    const client = makeSsmClient();
    try {
      await action(client, path, request, io);
      return 0;
    } finally {
      client.destroy();
    }
  };

/** The command `settings list`. */
export const settingsList = command(SETTINGS_LIST_HELP, async (client, path, { names }, io) => {
  if (names.length > 0) throw new UsageError('settings list takes no NAME; settings history does');
  const stored = await readSettings(client, path);
  const rows = SETTING_DEFINITIONS.map(({ name, initial }) => {
    const { value, version, modified } = stored.get(name) ?? { value: initial, version: 0 };
    const since = version > 0 ? `version ${version}, ${timeOf(modified)}` : 'not in Parameter Store: the default holds';
    return [name, shown(value), `${since}${value === initial ? '' : `; default ${initial}`}`];
  });
  io.stdout.write(table(rows));
  const { settings, errors } = parseSettings(textsOf(stored));
  for (const { name, reason } of errors) io.stderr.write(`${name} is refused: ${reason}; the last good value holds\n`);
  for (const reason of silencedBy(settings)) io.stderr.write(`silenced: ${reason}\n`);
});

/** The command `settings set`. */
export const settingsSet = command(SETTINGS_SET_HELP, async (client, path, { names, force }, io) => {
  if (names.length === 0) throw new UsageError('settings set needs NAME=VALUE');
  await write(client, path, readChanges(names), force, io);
});

/** The command `settings history`. */
export const settingsHistory = command(SETTINGS_HISTORY_HELP, async (client, path, { names: [name, ...more] }, io) => {
  if (more.length > 0) throw new UsageError('settings history takes one NAME');
  const names = name === undefined ? [...(await readSettings(client, path)).keys()] : [name];
  const histories: SettingVersion[] = [];
  for (const each of names) {
    const versions = await readHistory(client, path, each);
    // The value that a stack was deployed with is no change that somebody made.
    histories.push(...(name === undefined ? versions.filter(({ version }) => version > 1) : versions));
  }
  histories.sort((a, b) => (b.modified?.getTime() ?? 0) - (a.modified?.getTime() ?? 0) || b.version - a.version);
  if (histories.length === 0) io.stdout.write('nothing was changed since the deployment\n');
  else
    io.stdout.write(
      table(
        histories.map(({ name: of, value, version, modified, modifiedBy }) => [
          timeOf(modified),
          of,
          `version ${version}`,
          shown(value),
          modifiedBy ?? 'unknown',
        ]),
      ),
    );
});

/** The command `settings rollback`. */
export const settingsRollback = command(SETTINGS_ROLLBACK_HELP, async (client, path, request, io) => {
  const { names, to, version, force } = request;
  const [name, ...more] = names;
  if (more.length > 0 || (name === undefined) === (to === undefined))
    throw new UsageError('settings rollback takes one NAME, or --to TIME for all settings');
  const changes =
    name === undefined
      ? await changesBackTo(client, path, timeAfter(to ?? ''), io)
      : { [name]: await valueToReturnTo(client, path, name, version) };
  await write(client, path, changes, force, io);
});

async function valueToReturnTo(
  client: SSMClient,
  path: string,
  name: string,
  version: string | undefined,
): Promise<string> {
  const history = await readHistory(client, path, name);
  const wanted = version === undefined ? history.at(-2) : history.find((each) => String(each.version) === version);
  if (wanted) return wanted.value;
  const kept = history.map((each) => each.version).join(', ');
  throw new CommandFailure(
    `${name} has no ${version === undefined ? 'earlier version' : `version ${version}`}; there is ${kept}`,
  );
}

/**
 * What differs from a time. A setting that was created later, as by an upgrade, had no value then and keeps the one it has.
 *
 * @throws CommandFailure when nothing existed then, or when the versions of that time aren't kept any more
 */
async function changesBackTo(client: SSMClient, path: string, time: number, io: Io): Promise<Changes> {
  const changes: Record<string, string> = {};
  const younger: string[] = [];
  const stored = await readSettings(client, path);
  for (const [name, { value }] of stored) {
    const history = await readHistory(client, path, name);
    const then = history.findLast(({ modified }) => modified !== undefined && modified.getTime() <= time);
    if (!then && history[0]?.version !== 1)
      throw new CommandFailure(`what ${name} was at that time is not known; nothing was written`);
    if (!then) younger.push(name);
    else if (then.value !== value) changes[name] = then.value;
  }
  if (younger.length === stored.size) throw new CommandFailure('no setting existed at that time; nothing was written');
  for (const name of younger) io.stdout.write(`${name} was created later and stays as it is\n`);
  return changes;
}

function timeAfter(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`--to ${text}: not a time such as 2026-11-25T18:00:00Z`);
  return time;
}

async function write(client: SSMClient, path: string, changes: Changes, force: boolean, io: Io): Promise<void> {
  const written = await changeSettings(client, path, changes, force);
  for (const name of written) io.stdout.write(`${name} = ${changes[name]}\n`);
  io.stdout.write(
    written.length > 0
      ? `${written.length} written below ${path}, in force within two minutes\n`
      : 'nothing to change\n',
  );
}

/** @throws UsageError naming what is no NAME=VALUE, or no setting */
export function readChanges(pairs: readonly string[]): Changes {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
      if (name === undefined || value === undefined) throw new UsageError(`${pair}: not NAME=VALUE`);
      if (!SETTING_DEFINITIONS.some((definition) => definition.name === name))
        throw new UsageError(`there is no setting ${name}; borderwatch settings list shows them`);
      return [name, value];
    }),
  );
}

const textsOf = (stored: ReadonlyMap<string, SettingVersion>) =>
  Object.fromEntries([...stored].map(([name, { value }]) => [name, value]));
const timeOf = (date: Date | undefined) => (date ? minuteText(date.getTime()) : 'unknown');
/** Values are written by people, and shown on a terminal. */
const shown = (value: string) => cleanLine(value, 80);

const table = (rows: readonly (readonly string[])[]): string =>
  textTable(rows)
    .map((line) => `${line}\n`)
    .join('');
