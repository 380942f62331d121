import { describe, expect, it } from 'vitest';
import { createPlaces } from '../../shared/stores/places.ts';

/** Work that ends when the test says so. */
function steps() {
  const started: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<number>>();
  const act = (step: number) => () => {
    started.push(step);
    const end = Promise.withResolvers<number>();
    ends.set(step, end);
    return end.promise;
  };
  return { started, ends, act };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('places', () => {
  it('lets so many run at once and the others in the order they came', async () => {
    const places = createPlaces(2);
    const { started, ends, act } = steps();

    const all = Promise.all([1, 2, 3, 4].map((step) => places(act(step))));
    await settle();
    expect(started).toEqual([1, 2]);

    ends.get(2)?.resolve(20);
    await settle();
    expect(started).toEqual([1, 2, 3]);

    for (const step of [1, 3]) ends.get(step)?.resolve(step * 10);
    await settle();
    ends.get(4)?.resolve(40);
    expect(await all).toEqual([10, 20, 30, 40]);
  });

  it('gives a place on when what had it failed', async () => {
    const places = createPlaces(1);
    const { ends, act } = steps();

    const failing = places(act(1));
    const following = places(act(2));
    await settle();
    ends.get(1)?.reject(new Error('lost'));

    await expect(failing).rejects.toThrow('lost');
    ends.get(2)?.resolve(2);
    expect(await following).toBe(2);
  });

  it('keeps newcomers out while a place is handed to those who wait', async () => {
    const places = createPlaces(1);
    const { started, ends, act } = steps();
    void places(act(1));
    void places(act(2));
    await settle();

    ends.get(1)?.resolve(1);
    await settle();
    void places(act(3));
    await settle();

    expect(started).toEqual([1, 2]);
  });

  it('does not grow by being idle', async () => {
    const places = createPlaces(1);
    await places(async () => 0);
    await places(async () => 0);
    const { started, act } = steps();

    void places(act(1));
    void places(act(2));
    await settle();

    expect(started).toEqual([1]);
  });
});
