/**
 * One order of several that are sorted already, of which no more than one item each is held. All are asked for their first at once.
 *
 * @param keyOf what they are sorted by
 */
export async function* mergeSorted<Item>(
  sources: readonly AsyncGenerator<Item>[],
  keyOf: (item: Item) => string,
): AsyncGenerator<Item> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let least: { readonly item: Item; readonly place: number } | undefined;
    for (const [place, { done, value }] of heads.entries())
      if (!done && (!least || keyOf(value) < keyOf(least.item))) least = { item: value, place };
    if (!least) return;
    yield least.item;
    const next = await sources[least.place]?.next();
    if (next) heads[least.place] = next;
  }
}
