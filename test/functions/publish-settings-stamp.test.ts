import { describe, expect, it } from 'vitest';
import { publishSettings } from '../../functions/assess/publish-settings.ts';
import { createMemoryReferenceStore } from '../../shared/stores/memory-reference-store.ts';

describe('settings that took long to read', () => {
  it('are stamped when they become visible, so that no event was judged by others after their stamp', async () => {
    let now = 1_000_000;
    const references = createMemoryReferenceStore();
    const slowSource = async () => {
      now += 120_000;
      return { 'alerts-per-day': '3' };
    };

    await publishSettings(slowSource, references, () => now);

    expect((await references.newest('settings', Number.MAX_SAFE_INTEGER))?.stamp).toBe(now);
  });
});
