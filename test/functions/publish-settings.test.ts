import { describe, expect, it } from 'vitest';
import { publishSettings } from '../../functions/assess/publish-settings.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';
import { referenceValue } from '../../shared/stores/reference-value.ts';
import { decodeSettings, encodeSettings, type SettingTexts, settingsName } from '../../shared/stores/settings-value.ts';

/** A store in which an earlier release published settings that it accepted. */
async function publishedBefore(texts: SettingTexts) {
  const references = createMemoryReferenceStore();
  await references.put(settingsName(texts), encodeSettings(texts));
  await references.publish('settings', 1_000, settingsName(texts));
  return references;
}

async function inForce(references: ReturnType<typeof createMemoryReferenceStore>, at: number) {
  const newest = await references.newest('settings', at);
  return decodeSettings(await referenceValue(references, newest?.name ?? ''));
}

const REFUSED_NOW = { 'alerts-per-day': '-7', 'home-countries': 'US,UK', scope: 'everyone' };

describe('settings that an earlier release accepted and this one refuses', () => {
  it('are read all the same: their defaults hold, the others stay', async () => {
    const references = await publishedBefore(REFUSED_NOW);

    const { settings, errors } = await inForce(references, 2_000);

    expect(settings).toEqual({ ...DEFAULT_SETTINGS, scope: 'everyone' });
    expect(errors.map(({ name }) => name)).toEqual(['home-countries', 'alerts-per-day']);
  });

  it('are named at every reading until somebody mends them, and are published no more', async () => {
    const references = await publishedBefore(REFUSED_NOW);

    const first = await publishSettings(
      async () => REFUSED_NOW,
      references,
      () => 2_000,
    );
    const second = await publishSettings(
      async () => REFUSED_NOW,
      references,
      () => 3_000,
    );

    for (const { errors } of [first, second])
      expect(errors).toEqual([
        { name: 'home-countries', value: 'US,UK', reason: expect.stringContaining('UK: not an ISO 3166') },
        { name: 'alerts-per-day', value: '-7', reason: expect.stringContaining('not a number') },
      ]);
    expect([first.published, second.published]).toEqual([true, false]);
    expect((await inForce(references, 4_000)).texts).toEqual({ scope: 'everyone' });
  });

  it('are named while the parameters can’t be read, too', async () => {
    const references = await publishedBefore(REFUSED_NOW);

    const report = await publishSettings(
      () => Promise.reject(new Error('down')),
      references,
      () => 2_000,
    );

    expect(report.published).toBe(false);
    expect(report.errors.map(({ name }) => name)).toEqual(['home-countries', 'alerts-per-day']);
  });

  it('do not come back as the last good value of a parameter that is wrong in another way', async () => {
    const references = await publishedBefore(REFUSED_NOW);

    const { errors } = await publishSettings(
      async () => ({ 'alerts-per-day': 'many' }),
      references,
      () => 2_000,
    );

    expect(errors.map(({ value, reason }) => [value, reason])).toEqual([
      ['many', 'not a number from 0.001 to 100000'],
      ['-7', 'the last good value is refused too: not a number from 0.001 to 100000'],
    ]);
    expect((await inForce(references, 4_000)).settings).toEqual(DEFAULT_SETTINGS);
  });
});

describe('publishing settings', () => {
  it('says why nobody would hear of anything under what is in force, whether it was just published or long before', async () => {
    const references = createMemoryReferenceStore();
    const shadow = async () => ({ mode: 'shadow' });

    const first = await publishSettings(shadow, references, () => 1_000);
    const again = await publishSettings(shadow, references, () => 2_000);
    const down = await publishSettings(
      () => Promise.reject(new Error('down')),
      references,
      () => 3_000,
    );
    const live = await publishSettings(
      async () => ({ mode: 'live' }),
      references,
      () => 4_000,
    );

    expect(first).toMatchObject({ published: true, silencing: [expect.stringContaining('mode is shadow')] });
    expect(again).toMatchObject({ published: false, silencing: first.silencing });
    expect(down).toMatchObject({ published: false, silencing: first.silencing });
    expect(live).toMatchObject({ published: true, silencing: [] });
  });

  it('judges what stays in force where a value is refused, and the defaults where there is nothing', async () => {
    const references = createMemoryReferenceStore();

    const down = await publishSettings(
      () => Promise.reject(new Error('down')),
      references,
      () => 1_000,
    );
    const refused = await publishSettings(
      async () => ({ 'alerts-per-day': '0' }),
      references,
      () => 2_000,
    );

    expect(down.silencing).toEqual([]);
    expect(refused).toMatchObject({ errors: [{ name: 'alerts-per-day' }], silencing: [] });
  });
});
