import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanAsciiLine, cleanLine } from '../../shared/notification/clean-text.ts';

describe('a clean line', () => {
  it.each([
    ['leaves ordinary text alone', 'user.profile 北京 Zoë 😀 (us-primary)', 'user.profile 北京 Zoë 😀 (us-primary)'],
    ['keeps a text in one line', 'a\r\nApproval: yes\u2028b\u2029c\u0085d\te', 'a Approval: yes b c d e'],
    ['drops commands to a terminal', 'a\u001B[31;1mred\u001B[0m\u009B2Jb', 'a red b'],
    ['drops what is left of a broken command', 'a\u001B]0;title\u0007b\u001B', 'a ]0;title b'],
    ['drops marks that reorder text', 'user\u202Egnp.exe\u202C\u2066x\u2069\u200F\u061C', 'usergnp.exex'],
    ['drops letters that are not seen', 'a\u200Bb\u200Dc\uFEFFd\u00ADe\u{E0041}f\u3164g', 'abcdefg'],
    ['makes no links', 'see https://evil.example/login now', 'see https[:]//evil.example/login now'],
    ['drops half letters', 'a\uD800b\uDC00c', 'abc'],
    ['trims', '  a  b  ', 'a b'],
  ])('%s', (_, text, expected) => {
    expect(cleanLine(text)).toBe(expected);
  });

  it('cuts long text between letters and says so', () => {
    expect(cleanLine('😀'.repeat(5), 5)).toBe('😀😀😀😀😀');
    expect(cleanLine('😀'.repeat(6), 5)).toBe('😀😀😀😀…');
  });

  it('never breaks a line, hides a letter or exceeds its length, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 50 }), (text, maximum) => {
        const line = cleanLine(text, maximum);
        expect([...line].length).toBeLessThanOrEqual(maximum);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u);
        expect(line).not.toContain('://');
      }),
    );
  });
});

describe('a clean line of ASCII', () => {
  it.each([
    ['drops accents', 'Zoë Müller', 99, 'Zoe Muller'],
    ['marks other letters', '北京 → “x”', 99, '?? ? ?x?'],
    ['keeps apostrophes', 'users’ data', 99, "users' data"],
    ['cuts long text', 'abcdefgh', 7, 'abcd...'],
    ['keeps text that just fits', 'abcdefg', 7, 'abcdefg'],
  ])('%s', (_, text, maximum, expected) => {
    expect(cleanAsciiLine(text, maximum)).toBe(expected);
  });

  it('is ASCII of the right length, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(cleanAsciiLine(text, 99)).toMatch(/^[ -~]{0,99}$/);
      }),
    );
  });
});
