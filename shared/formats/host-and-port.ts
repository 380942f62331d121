/**
 * The host in `HOST:PORT`, `[HOST]:PORT` or `HOST`. An address of version 6 without brackets has no port: its last group would be
 * taken for one.
 */
export function hostOf(text: string | undefined): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text ?? '')?.[1];
  if (bracketed !== undefined) return bracketed;
  return text?.replace(/^([^:]*):\d+$/, '$1');
}
