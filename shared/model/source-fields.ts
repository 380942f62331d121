import type { AccessEvent } from './access-event.ts';

/** What a source may leave unsaid, and every signal then has to do without. The order is part of stored tallies. */
export const QUALITY_FIELDS = ['address', 'device', 'data class', 'store', 'users counted', 'user region'] as const;
export type QualityField = (typeof QUALITY_FIELDS)[number];

/** Which of them an access leaves unsaid. */
export function fieldsLacking({ network, resource, subjects }: AccessEvent): {
  readonly [field in QualityField]: boolean;
} {
  return {
    address: network?.ip === undefined,
    device: network?.deviceId === undefined,
    'data class': resource.dataClass === undefined,
    store: resource.store === undefined,
    'users counted': subjects.count === undefined && subjects.ids === undefined,
    'user region': subjects.region === 'unknown',
  };
}
