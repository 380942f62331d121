import type { Attribute } from '../model/access.ts';
import type { View } from './signal.ts';

/** `1 read`, `2 reads`. */
export const countOf = (count: number, noun: string, nouns: string = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : nouns}`;

/** A duration as people say it: `under a minute`, `27 minutes`, `3 hours`, `12 days`. */
export function inWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return 'under a minute';
  if (minutes < 120) return countOf(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

/** `1 in 300`, for a probability. */
export const oneIn = (probability: number): string =>
  `1 in ${Math.max(1, Math.round(1 / Math.max(probability, 1e-9)))}`;

/** No value has this hash: its probability is that of any value that was never seen. */
export const NEVER_SEEN = 0;
/** What is expected on fewer than one day in a thousand: how many such days there would be, no history of people is long enough to say. */
export const HARDLY_EVER = 1e-3;

/** What an access holds of an attribute, empty where it has none. */
export function attributeValue({ access }: Pick<View, 'access'>, attribute: Attribute): string {
  switch (attribute) {
    case 'dataset':
      return access.dataset;
    case 'store':
      return access.store ?? '';
    case 'action':
      return access.action;
    case 'country':
      return access.location.locatedIn ?? '';
    case 'device':
      return access.deviceId ?? '';
  }
}
