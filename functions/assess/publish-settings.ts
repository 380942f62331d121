import { parseSettings, type SettingError, type Settings } from '../../shared/model/settings.ts';
import { silencedBy } from '../../shared/model/silencing-settings.ts';
import type { ReferenceStore } from '../../shared/stores/ports.ts';
import { decodeSettings, encodeSettings, type SettingTexts, settingsName } from '../../shared/stores/settings-value.ts';

/** Where operators write settings. @throws when it can't be read */
export type SettingsSource = () => Promise<SettingTexts>;

export interface SettingsReport {
  /** What is in force once this is published. */
  readonly settings: Settings;
  readonly published: boolean;
  /** Parameters that were refused: the last good value holds, or the default where that is refused too. */
  readonly errors: readonly SettingError[];
  /** Why nobody would hear of anything under what is in force now; empty when somebody would. */
  readonly silencing: readonly string[];
  /** Why the source could not be read; detection goes on with what was published. */
  readonly unreadable: unknown;
}

/**
 * Reads the parameters, keeps the last good value of any that is refused, and publishes them when they changed.
 * With the source down what was published before stays in force; at a first start that is the packaged defaults.
 *
 * @param now the clock, epoch milliseconds: the stamp is taken last, since events are judged by settings 45 seconds after
 * their stamp, and reading the source alone may take longer
 */
export async function publishSettings(
  source: SettingsSource,
  references: ReferenceStore,
  now: () => number,
): Promise<SettingsReport> {
  const inForce = await references.newest('settings', now());
  const stored = inForce && (await references.get(inForce.name));
  const lastGood = stored && decodeSettings(stored);
  let texts: SettingTexts = {};
  let unreadable: unknown;
  try {
    texts = await source();
  } catch (error) {
    unreadable = error;
    if (lastGood) {
      const { settings, errors } = lastGood;
      return { settings, published: false, errors, silencing: silencedBy(settings), unreadable };
    }
  }
  const { settings, accepted, errors } = parseSettings(texts, lastGood?.texts);
  const silencing = silencedBy(settings);
  const name = settingsName(accepted);
  if (inForce?.name === name) return { settings, published: false, errors, silencing, unreadable };
  await references.put(name, encodeSettings(accepted));
  await references.publish('settings', now(), name);
  return { settings, published: true, errors, silencing, unreadable };
}
