import type { LocalStack } from './local-stack.ts';

/** What another terminal has to know to talk to a stack: lines for a shell, and names. */
export function stackAddresses({ environment, resources, receiveUrl }: LocalStack): string {
  const { streamName, baselinesTable, directoryTable, casesTable } = resources;
  return [
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${value}`),
    '',
    `stream ${streamName}, tables ${baselinesTable}, ${directoryTable}, ${casesTable}`,
    `records may be posted to ${receiveUrl}`,
  ].join('\n');
}
