import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MEASURES, SIGNALS } from '../../shared/signals/index.ts';
import type { Measure } from '../../shared/signals/signal.ts';

const namesOf = (isWanted: (measure: Measure) => boolean) =>
  MEASURES.flatMap(({ measure }) => (isWanted(measure) ? [measure.name] : []));

describe('the signals', () => {
  it('keep the positions of their measures, under which baselines and snapshots are stored', () => {
    const stored = [
      'volume.sitting-reads',
      'volume.sitting-subjects',
      'volume.share',
      'volume.day-reads',
      'volume.day-subjects',
      'novelty.dataset',
      'novelty.store',
      'novelty.action',
      'novelty.country',
      'novelty.device',
      'odd-hours.hour',
      'refused-doors.refusals',
      'stolen-account.takeover',
      'targeted-lookups.repeats',
      'dormant-account.wakes',
      'slow-drip.days-4',
      'slow-drip.days-10',
      'proxy-pull.linked',
      'service-by-hand.interactive',
      'machine-pace.regular-gaps',
      'machine-pace.adjacent-subjects',
      'borrowed-device.other-hands',
      'masked-location.elsewhere',
    ];

    expect(namesOf(() => true).slice(0, stored.length)).toEqual(stored);
  });

  it('judge those of whom the documentation says so', () => {
    const table = readFileSync('docs/signals.md', 'utf8').matchAll(
      /^\| `([a-z-]+)` \|.*\| (foreign|everyone) \|[^|]*\|$/gm,
    );
    const documented = [...table].map(([, name, judged]) => [name, judged]);

    expect(documented.toSorted()).toEqual(SIGNALS.map(({ name, judges }) => [name, judges]).toSorted());
  });

  it('forgive what a person always scores, but for what is odd however often it is seen', () => {
    expect(namesOf(({ ownBias }) => !ownBias)).toEqual([
      'stolen-account.takeover',
      'dormant-account.wakes',
      'slow-drip.days-4',
      'slow-drip.days-10',
      'proxy-pull.linked',
      'service-by-hand.interactive',
      'masked-location.elsewhere',
    ]);
  });

  it('convince alone, but for what is common among honest people', () => {
    expect(namesOf(({ mostLevel }) => mostLevel !== undefined)).toEqual([
      'novelty.country',
      'novelty.device',
      'slow-drip.days-4',
      'slow-drip.days-10',
      'service-by-hand.interactive',
      'masked-location.elsewhere',
    ]);
  });

  it('add up, but for those about the account itself, of which the strongest counts', () => {
    const shared = Object.values(Object.groupBy(SIGNALS, ({ family }) => family)).filter(({ length }) => length > 1);

    expect(shared.map((signals) => signals.map(({ name }) => name))).toEqual([
      ['stolen-account', 'service-by-hand', 'borrowed-device', 'masked-location'],
    ]);
  });
});
