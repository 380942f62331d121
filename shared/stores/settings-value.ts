import { parseSettings, type SettingError, type Settings } from '../model/settings.ts';
import { hash64Hex } from '../stats/hash64.ts';

/** Settings as published: the texts of every parameter that was accepted, by name. */
export type SettingTexts = Readonly<Record<string, string>>;

const ordered = (texts: SettingTexts): string =>
  JSON.stringify(Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Equal settings have equal names, so nothing is published twice. */
export const settingsName = (texts: SettingTexts): string => `settings-${hash64Hex(ordered(texts))}`;

export const encodeSettings = (texts: SettingTexts): Uint8Array => new TextEncoder().encode(ordered(texts));

/** What was published, as this release reads it. */
export interface DecodedSettings {
  readonly texts: SettingTexts;
  readonly settings: Settings;
  /** Values that an earlier release accepted and this one refuses: their defaults hold, and detection goes on. */
  readonly errors: readonly SettingError[];
}

export function decodeSettings(bytes: Uint8Array): DecodedSettings {
  const texts = JSON.parse(new TextDecoder().decode(bytes)) as SettingTexts;
  const { settings, errors } = parseSettings(texts);
  return { texts, settings, errors };
}
