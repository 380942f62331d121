import {
  PutParameterCommand,
  paginateGetParameterHistory,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { parseSettings, SETTING_DEFINITIONS, type SettingError, type Settings } from '../shared/model/settings.ts';
import { silencedBy } from '../shared/model/silencing-settings.ts';
import { awsFailure } from './aws-failure.ts';
import { CommandFailure } from './usage-error.ts';

/** Texts of settings by name below the path. */
export type Changes = Readonly<Record<string, string>>;

/** One version of one parameter. */
export interface SettingVersion {
  readonly name: string;
  readonly value: string;
  readonly version: number;
  /** Absent where the service doesn't say. */
  readonly modified?: Date;
  /** ARN of who set it; only a history has it. */
  readonly modifiedBy?: string;
}

/** Parameter Store gives at most so many a call (API reference: GetParametersByPath, GetParameterHistory). */
const BY_PATH = 10;
const OF_A_HISTORY = 50;

/** Everything below the path, by name. @throws CommandFailure when the service can't be read, or there is nothing */
export async function readSettings(client: SSMClient, path: string): Promise<ReadonlyMap<string, SettingVersion>> {
  const found = await parametersBelow(client, path);
  if (found.size === 0) throw new CommandFailure(`there are no settings below ${path}; --stage names a deployment's`);
  return found;
}

/** Everything below the path, by name; nothing where there is no such path. @throws CommandFailure when the service can't be read */
export async function parametersBelow(client: SSMClient, path: string): Promise<ReadonlyMap<string, SettingVersion>> {
  const found = new Map<string, SettingVersion>();
  try {
    const pages = paginateGetParametersByPath({ client, pageSize: BY_PATH }, { Path: path, Recursive: true });
    for await (const { Parameters = [] } of pages)
      for (const { Name = '', Value = '', Version = 0, LastModifiedDate } of Parameters) {
        const name = Name.slice(path.length + 1);
        found.set(name, {
          name,
          value: Value,
          version: Version,
          ...(LastModifiedDate && { modified: LastModifiedDate }),
        });
      }
  } catch (error) {
    throw awsFailure(error, 'SSM', `settings below ${path}`);
  }
  return found;
}

/** The versions that Parameter Store still has, at most 100, oldest first. @throws CommandFailure when it can't be read */
export async function readHistory(client: SSMClient, path: string, name: string): Promise<readonly SettingVersion[]> {
  const versions: SettingVersion[] = [];
  try {
    const pages = paginateGetParameterHistory({ client, pageSize: OF_A_HISTORY }, { Name: `${path}/${name}` });
    for await (const { Parameters = [] } of pages)
      for (const { Value = '', Version = 0, LastModifiedDate, LastModifiedUser } of Parameters)
        versions.push({
          name,
          value: Value,
          version: Version,
          ...(LastModifiedDate && { modified: LastModifiedDate }),
          ...(LastModifiedUser !== undefined && { modifiedBy: LastModifiedUser }),
        });
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound')
      throw new CommandFailure(`there is no setting ${name} below ${path}`, { cause: error });
    throw awsFailure(error, 'SSM', `the history of ${name}`);
  }
  return versions.sort((a, b) => a.version - b.version);
}

/**
 * What would be in force with some settings changed.
 *
 * @throws CommandFailure naming each value that `assess` would refuse
 */
export function settingsWith(stored: ReadonlyMap<string, SettingVersion>, changes: Changes): Settings {
  const texts = Object.fromEntries([...stored].map(([name, { value }]) => [name, value]));
  const { settings, errors } = parseSettings({ ...texts, ...changes });
  const own = errors.filter(({ name }) => name in changes);
  if (own.length > 0) throw new CommandFailure(`${own.map(sentence).join('; ')}; nothing was written`);
  return settings;
}

const sentence = ({ name, value, reason }: SettingError) => `${name} = ${value}: ${reason}`;

/**
 * Refuses changes that can't be, or that would silence the detector where it isn't silenced already.
 *
 * @throws CommandFailure naming the value and the reason
 */
export function checkChanges(stored: ReadonlyMap<string, SettingVersion>, changes: Changes, force: boolean): void {
  const before = new Set(silencedBy(settingsWith(stored, {})));
  const silencing = silencedBy(settingsWith(stored, changes)).filter((reason) => !before.has(reason));
  if (silencing.length > 0 && !force)
    throw new CommandFailure(`${silencing.join('; ')}; nothing was written. If that is meant, say --force`);
}

/**
 * Writes settings, all of them checked before the first is written. One call each is all that the service has: a failure
 * in between is said with what was written by then.
 *
 * @param force also write what would silence the detector
 * @returns the names written; what holds already is not written again
 * @throws CommandFailure naming the value and the reason
 */
export async function changeSettings(
  client: SSMClient,
  path: string,
  changes: Changes,
  force: boolean,
): Promise<readonly string[]> {
  const stored = await readSettings(client, path);
  checkChanges(stored, changes, force);
  const written: string[] = [];
  for (const [name, value] of Object.entries(changes)) {
    if (stored.get(name)?.value === value) continue;
    try {
      await client.send(
        new PutParameterCommand({
          Name: `${path}/${name}`,
          Value: value,
          Overwrite: true,
          // A version has a description of its own, and a new parameter needs a type.
          ...(stored.has(name) ? {} : { Type: 'String' }),
          Description: SETTING_DEFINITIONS.find((definition) => definition.name === name)?.description,
        }),
      );
    } catch (error) {
      throw awsFailure(error, 'SSM', `${name} (written before it: ${written.join(', ') || 'nothing'})`);
    }
    written.push(name);
  }
  return written;
}
