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
