import { describe, expect, it } from 'vitest';
import { countOf, inWords, oneIn } from '../../shared/signals/wording.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

describe('wording', () => {
  it('has one of a thing and several of others', () => {
    expect([countOf(0, 'read'), countOf(1, 'read'), countOf(2, 'read')]).toEqual(['0 reads', '1 read', '2 reads']);
    expect(countOf(2, 'access', 'accesses')).toBe('2 accesses');
  });

  it.each([
    [0, 'under a minute'],
    [29 * SECOND, 'under a minute'],
    [30 * SECOND, '1 minute'],
    [2 * HOUR - 31 * SECOND, '119 minutes'],
    [2 * HOUR, '2 hours'],
    [47 * HOUR, '47 hours'],
    [48 * HOUR, '2 days'],
    [12.4 * 24 * HOUR, '12 days'],
  ])('says %d milliseconds as people do: %s', (duration, words) => {
    expect(inWords(duration)).toBe(words);
  });

  it.each([
    [1, '1 in 1'],
    [0.7, '1 in 1'],
    [0.004, '1 in 250'],
    [0, '1 in 1000000000'],
  ])('says a probability of %d as %s', (probability, words) => {
    expect(oneIn(probability)).toBe(words);
  });
});
