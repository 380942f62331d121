/** Records that wait for a partner, by what they have in common. Belongs to one reader and is changed in place. */
export interface Waiting<Item> {
  readonly items: Map<string, Item>;
  readonly kept: number;
}

export const startWaiting = <Item>(kept: number): Waiting<Item> => ({ items: new Map(), kept });

/** @returns what had to go early, because it waited longest and too many wait */
export function wait<Item>({ items, kept }: Waiting<Item>, key: string, item: Item): Item | undefined {
  items.delete(key);
  items.set(key, item);
  const oldest = items.size > kept ? items.entries().next() : undefined;
  if (!oldest || oldest.done) return undefined;
  items.delete(oldest.value[0]);
  return oldest.value[1];
}

/** @returns the partner, which waits no longer */
export function meet<Item>({ items }: Waiting<Item>, key: string): Item | undefined {
  const item = items.get(key);
  items.delete(key);
  return item;
}
