import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { SettingTexts } from './settings-value.ts';

/** More pages than any set of settings has: a service that never stops paging must not keep `assess` for ever. */
const MAXIMUM_PAGES = 50;

/**
 * Reads every parameter below a path, ten a page as the service has it.
 *
 * @param path such as `/borderwatch/prod`
 * @returns texts by name below the path @throws when the service can't be read
 */
export function createSsmSettingsSource(client: SSMClient, path: string): () => Promise<SettingTexts> {
  return async () => {
    const texts: Record<string, string> = {};
    let nextToken: string | undefined;
    for (let page = 0; page < MAXIMUM_PAGES; page++) {
      const answer = await client.send(
        new GetParametersByPathCommand({ Path: path, Recursive: true, MaxResults: 10, NextToken: nextToken }),
      );
      for (const { Name, Value } of answer.Parameters ?? [])
        if (Name !== undefined && Value !== undefined) texts[Name.slice(path.length + 1)] = Value;
      nextToken = answer.NextToken;
      if (!nextToken) return texts;
    }
    throw new Error(`${path} has more than ${MAXIMUM_PAGES} pages of parameters`);
  };
}
