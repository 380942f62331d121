import { describe, expect, it } from 'vitest';
import { LINKED_USERS_KEPT, lateLinksOf, parseLateLinksText } from '../../shared/model/late-links.ts';

const LINK = {
  subject: '0a00000000000001',
  refusal: '1788743089841#0000000a',
  place: 0,
  look: '1788743089000#0000000b',
  lookPlace: 1,
  hour: 496_873,
};
const RECORD = lateLinksOf('e-1', [LINK]);

describe('a record of late links', () => {
  it('is read as it was written', () => {
    expect(parseLateLinksText(JSON.stringify(RECORD))).toEqual({ value: RECORD });
  });

  it.each([
    ['an access', '{"id": "ev-1", "actor": {"id": "e-1"}}'],
    ['one that speaks of it', JSON.stringify({ id: 'ev-1', action: RECORD.record })],
    ['broken JSON', `{"record": "${RECORD.record}"`],
  ])('is not %s', (_, text) => {
    expect(parseLateLinksText(text)).toBeUndefined();
  });

  it.each([
    ['of another version', { schemaVersion: 2 }],
    ['of nobody', { actorId: '' }],
    ['without a link', { links: [] }],
    ['of too many links', { links: Array.from({ length: LINKED_USERS_KEPT + 1 }, () => LINK) }],
    ['of no user', { links: [{ ...LINK, subject: 'us-1' }] }],
    ['of no refusal', { links: [{ ...LINK, refusal: '../1' }] }],
    ['of no place', { links: [{ ...LINK, place: -1 }] }],
    ['of no place of a look', { links: [{ ...LINK, lookPlace: undefined }] }],
    ['of no look', { links: [{ ...LINK, look: '1788743089000' }] }],
    ['of no hour', { links: [{ ...LINK, hour: 0.5 }] }],
  ])('%s has a reason why it can not be used', (_, changes) => {
    expect(parseLateLinksText(JSON.stringify({ ...RECORD, ...changes }))).toEqual({
      reason: expect.stringMatching(/late links|links|actorId|schemaVersion/),
    });
  });
});
