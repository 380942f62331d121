import type { ParameterReader } from './parameter-reader.ts';
import type { SettingTexts } from './settings-value.ts';

/** More pages than any set of settings has: a service that never stops paging must not keep `assess` for ever. */
const MAXIMUM_PAGES = 50;

/**
 * Reads every parameter below a path.
 *
 * @param path such as `/borderwatch/prod`
 * @returns texts by name below the path @throws when the service can't be read
 */
export function createSsmSettingsSource(readPage: ParameterReader, path: string): () => Promise<SettingTexts> {
  return async () => {
    const texts: Record<string, string> = {};
    let nextToken: string | undefined;
    for (let page = 0; page < MAXIMUM_PAGES; page++) {
      const { Parameters = [], NextToken } = await readPage(path, nextToken);
      for (const { Name, Value } of Parameters) texts[Name.slice(path.length + 1)] = Value;
      if (!NextToken) return texts;
      nextToken = NextToken;
    }
    throw new Error(`${path} has more than ${MAXIMUM_PAGES} pages of parameters`);
  };
}
