import { parseSettings, type Settings } from '../model/settings.ts';
import { hash64 } from '../stats/hash64.ts';

/** Settings as published: the texts of every parameter that was accepted, by name. */
export type SettingTexts = Readonly<Record<string, string>>;

const ordered = (texts: SettingTexts): string =>
  JSON.stringify(Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Equal settings have equal names, so nothing is published twice. */
export const settingsName = (texts: SettingTexts): string =>
  `settings-${hash64(ordered(texts))
    .map((half) => half.toString(16).padStart(8, '0'))
    .join('')}`;

export const encodeSettings = (texts: SettingTexts): Uint8Array => new TextEncoder().encode(ordered(texts));

/** @throws Error when a published value is not valid any more: a release must read what an earlier one accepted */
export function decodeSettings(bytes: Uint8Array): { readonly texts: SettingTexts; readonly settings: Settings } {
  const texts = JSON.parse(new TextDecoder().decode(bytes)) as SettingTexts;
  const { settings, errors } = parseSettings(texts);
  const [error] = errors;
  if (error) throw new Error(`published setting ${error.name} can't be read: ${error.reason}`);
  return { texts, settings };
}
