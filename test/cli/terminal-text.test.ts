import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineReport } from '../../cli/baseline-report.ts';
import { main } from '../../cli/borderwatch.ts';
import { progressBar } from '../../cli/progress.ts';
import { inertOutput, terminalText } from '../../cli/terminal-text.ts';
import { aSettledBaseline } from '../factories/a-history.ts';
import { HOSTILE_TEXT } from '../notification/hostile-alert.ts';

const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('text on its way to a terminal', () => {
  it.each([
    ['plain text stays as it is', 'user.profile 北京 Zoë 😀\n\tnext', 'user.profile 北京 Zoë 😀\n\tnext'],
    ['a colour', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a command of one letter', 'a\u009b2Jb', 'a\\u009b2Jb'],
    ['a line drawn over', 'safe\rowned', 'safe\\u000downed'],
    ['text read backwards', 'user\u202egnp.exe', 'user\\u202egnp.exe'],
    ['half a letter', 'a\ud83d', 'a\\ud83d'],
    ['a tag that is not seen', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ])('%s', (_, text, expected) => {
    expect(terminalText(text)).toBe(expected);
  });

  it('commands nothing, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void expect(terminalText(text)).not.toMatch(UNSAFE)),
    );
  });

  it('means the same where it is JSON', () => {
    const values = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(
      fc.property(values, (value) => {
        const json = JSON.stringify(value);
        expect(JSON.parse(terminalText(json))).toEqual(JSON.parse(json));
      }),
    );
  });
});

describe('a command', () => {
  function terminal() {
    const texts: string[] = [];
    const output = { write: (text: string) => void texts.push(text) };
    return { texts, io: { stdout: output, stderr: output } };
  }

  it('repeats no command to the terminal that it was given', async () => {
    const { texts, io } = terminal();
    expect(await main([`\u001b]0;owned\u0007\u009b2J${HOSTILE_TEXT}`], io)).toBe(2);
    expect(await main(['replay', `/no/such\u001b[2J`, '--out', '/dev/null'], io)).toBe(1);
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).not.toMatch(UNSAFE);
  });

  it('shows names of others in one line each', () => {
    const name = 'user.profile\nepisode  none\u001b[2J';
    const names = { category: () => name, peerGroup: () => name, timeZone: undefined };
    const plain = { category: () => 'x', peerGroup: () => 'x', timeZone: undefined };
    const report = baselineReport(name, aSettledBaseline(), names);
    expect(report.split('\n')).toHaveLength(baselineReport('x', aSettledBaseline(), plain).split('\n').length);
    expect(report).not.toMatch(UNSAFE);
  });

  it('draws its progress over itself, and the name of a file over nothing', () => {
    const texts: string[] = [];
    const output = inertOutput({ write: (text) => void texts.push(text), isTTY: true });
    const bar = progressBar(output, 'a\u001b[2Jfile', () => 0);
    bar.update(1, 'done\r');
    bar.done();
    expect(texts.map((text) => text.startsWith('\r\u001b[K'))).toEqual([true, true]);
    for (const text of texts) expect(text.slice(4)).not.toMatch(UNSAFE);
  });
});
