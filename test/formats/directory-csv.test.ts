import { describe, expect, it } from 'vitest';
import { DIRECTORY_COLUMNS, ERRORS_KEPT, parseDirectoryCsv } from '../../shared/formats/directory-csv.ts';

const HEADER = 'employeeId,type,homeCountry,team,timeZone,effectiveFrom';
const GOOD = 'e-1,employee,CN,recsys,Asia/Shanghai,2026-01-31';

function errorsOf(csv: string): readonly string[] {
  const result = parseDirectoryCsv(csv);
  if (result.ok) throw new Error('accepted');
  return result.errors.map(({ line, column, reason }) => `${line} ${column ?? '-'}: ${reason}`);
}

describe('reading a directory', () => {
  it('takes every row, dates as midnight UTC and times as they are', () => {
    const csv = `${HEADER}\n${GOOD}\ne-1,employee,SG,recsys,Asia/Singapore,2026-02-01T09:00:00+08:00\nbot,service,US,infra,UTC,2026-01-01T00:00:00.5Z\n`;
    const result = parseDirectoryCsv(csv);
    expect(result).toEqual({
      ok: true,
      warnings: [],
      rows: [
        {
          employeeId: 'e-1',
          type: 'employee',
          homeCountry: 'CN',
          team: 'recsys',
          timeZone: 'Asia/Shanghai',
          effectiveFrom: Date.UTC(2026, 0, 31),
          extra: {},
        },
        {
          employeeId: 'e-1',
          type: 'employee',
          homeCountry: 'SG',
          team: 'recsys',
          timeZone: 'Asia/Singapore',
          effectiveFrom: Date.UTC(2026, 1, 1, 1),
          extra: {},
        },
        {
          employeeId: 'bot',
          type: 'service',
          homeCountry: 'US',
          team: 'infra',
          timeZone: 'UTC',
          effectiveFrom: Date.UTC(2026, 0, 1) + 500,
          extra: {},
        },
      ],
    });
  });

  it('takes columns in any order, keeps extra ones as they are, and a spreadsheet’s byte order mark, quotes and CRLF', () => {
    const csv =
      '\uFEFFname,effectiveFrom,team,type,timeZone,homeCountry, employeeId ,manager\r\n' +
      '"Li, ""Bo""\r\nWei",2026-01-31,"user, growth",employee,Asia/Shanghai,CN,e-1, e-9 \r\n';
    const result = parseDirectoryCsv(csv);
    expect(result.ok && result.rows).toMatchObject([
      { employeeId: 'e-1', team: 'user, growth', extra: { name: 'Li, "Bo"\r\nWei', manager: ' e-9 ' } },
    ]);
  });

  it('keeps a column with the name of something every object has', () => {
    const result = parseDirectoryCsv(`${HEADER},__proto__\n${GOOD},x\n`);
    expect(result.ok && Object.entries(result.rows[0]?.extra ?? {})).toEqual([['__proto__', 'x']]);
  });

  it.each([`${HEADER}\n`, HEADER, `\uFEFF${HEADER}`])('takes the empty directory %j, and says what follows', (csv) => {
    expect(parseDirectoryCsv(csv)).toEqual({
      ok: true,
      rows: [],
      warnings: ['the directory is empty: every actor is unknown'],
    });
  });
});

describe('refusing a directory', () => {
  it.each(['', '\uFEFF', '\n'])('for the lack of every column in %j, which an export that failed leaves', (csv) => {
    expect(errorsOf(csv)).toEqual(DIRECTORY_COLUMNS.map((column) => `1 ${column}: the column is missing`));
  });

  it.each([
    ['employeeId', 0, '', '"" is not an id of 1 to 256 characters'],
    ['employeeId', 0, ' ', '"" is not an id of 1 to 256 characters'],
    ['type', 1, 'Employee', '"Employee" is not employee or service'],
    ['homeCountry', 2, 'UK', '"UK" is not an ISO 3166 alpha-2 country such as US; did you mean GB?'],
    ['homeCountry', 2, 'cn', '"cn" is not an ISO 3166 alpha-2 country such as US; did you mean CN?'],
    ['homeCountry', 2, '', '"" is not an ISO 3166 alpha-2 country such as US'],
    ['team', 3, '', '"" is not a team of 1 to 128 characters'],
    ['timeZone', 4, 'Asia/Peking', '"Asia/Peking" is not an IANA time zone such as Asia/Shanghai'],
    ['timeZone', 4, '+08:00', '"+08:00" is not an IANA time zone such as Asia/Shanghai'],
    ...['2026-02-30', '2026-13-01', '31.01.2026', '2026-01-31T09:00:00', '2026-01-31 09:00', '1769817600000', ''].map(
      (date) =>
        [
          'effectiveFrom',
          5,
          date,
          `${JSON.stringify(date)} is not a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00Z`,
        ] as const,
    ),
  ] as const)('for a bad %s, named with line and column (%#)', (column, place, text, reason) => {
    const fields = GOOD.split(',');
    fields[place] = text;
    expect(errorsOf(`${HEADER}\n${GOOD}\n\n${fields.join(',').replace('e-1,', 'e-2,')}\n`)).toEqual([
      `4 ${column}: ${reason}`,
    ]);
  });

  it('for all errors at once, each on the line where its field begins', () => {
    const csv = `${HEADER},note\ne-1,robot,XX,recsys,UTC,2026-01-31,"two\nlines"\ne-2,employee,CN\ne-3,employee,CN,a,UTC,soon,\n`;
    expect(errorsOf(csv)).toEqual([
      '2 type: "robot" is not employee or service',
      '2 homeCountry: "XX" is not an ISO 3166 alpha-2 country such as US',
      '4 -: 3 fields, but 7 columns',
      '5 effectiveFrom: "soon" is not a date such as 2026-01-31 or a time such as 2026-01-31T09:00:00Z',
    ]);
  });

  it('for two rows of one employee from the same moment on, however it is written', () => {
    const again = GOOD.replace('2026-01-31', '2026-01-31T08:00:00+08:00').replace('CN', 'SG');
    expect(errorsOf(`${HEADER}\n${GOOD}\n${GOOD.replace('e-1', 'e-2')}\n${again}\n`)).toEqual([
      '4 effectiveFrom: e-1 has a row with this effectiveFrom on line 2',
    ]);
  });

  it('for missing, repeated and nameless columns', () => {
    expect(errorsOf('employeeId,type,homeCountry,team,effectiveFrom,team,,\n')).toEqual([
      '1 timeZone: the column is missing',
      '1 -: column 7 has no name',
      '1 -: column 8 has no name',
      '1 team: the column is there twice',
    ]);
  });

  it('for text that is no CSV', () => {
    expect(errorsOf(`${HEADER}\ne-1,"employee`)).toEqual(['2 -: field 2: the quote is never closed']);
  });

  it('with a bounded list of errors, and their number', () => {
    const result = parseDirectoryCsv(`${HEADER}\n${'x\n'.repeat(5000)}`);
    if (result.ok) throw new Error('accepted');
    expect([result.errors.length, result.errorCount]).toEqual([ERRORS_KEPT, 5000]);
  });
});
