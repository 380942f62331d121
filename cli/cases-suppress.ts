import { parseArgs } from 'node:util';
import type { Alert } from '../shared/model/alert.ts';
import { MAXIMUM_SUPPRESSION_DAYS, SUPPRESSIBLE_SIGNALS, type Suppression } from '../shared/model/suppression.ts';
import { cleanLine } from '../shared/notification/clean-text.ts';
import { createDynamoSuppressionStore } from '../shared/stores/dynamo-suppression-store.ts';
import { callsThrough } from '../shared/stores/sdk-dynamo-call.ts';
import { callCasework } from './call-casework.ts';
import { withCases } from './cases-table.ts';
import { minuteText } from './minute-text.ts';
import type { Io } from './progress.ts';
import { resourceNameFor, STAGE_HELP } from './stage-option.ts';
import { UsageError } from './usage-error.ts';

const SUBJECT_TYPES = [
  'employee',
  'service',
  'team',
  'region',
  'source',
] as const satisfies readonly Alert['subject']['type'][];

export const CASES_SUPPRESS_HELP = `usage: borderwatch cases suppress SUBJECT --signals NAMES --days N --reason TEXT [--type TYPE] [--stage STAGE]
       borderwatch cases suppress SUBJECT --lift ID --reason TEXT [--type TYPE] [--stage STAGE]
       borderwatch cases suppress --list [--json] [--table NAME] [--stage STAGE]

Keeps some signals of one subject from people for a while. Their cases are stored all the same, and marked.
An alert to which any other signal adds is told, and a breach of policy always is. Nobody suppresses alerts about themselves.

  --signals NAMES   separated by commas: ${SUPPRESSIBLE_SIGNALS.slice(0, 6).join(', ')},
                    ${SUPPRESSIBLE_SIGNALS.slice(6).join(', ')}
  --days N          at most ${MAXIMUM_SUPPRESSION_DAYS}; then it ends by itself
  --reason TEXT     why; somebody will read it in a year
  --type TYPE       ${SUBJECT_TYPES.join(', ')} (default: employee)
  --lift ID         ends a suppression before its time
  --list            lists what is suppressed now
  --json            one JSON object, or one a line
  --table NAME      (default: cases, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure with the reason when it is refused */
export async function casesSuppress(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(CASES_SUPPRESS_HELP);
    return 0;
  }
  if (request.kind === 'list') return list(request, io);
  const { body, stage, json } = request;
  const answer = await callCasework(body, stage);
  const name = cleanLine(`${body.subject.type} ${body.subject.id}`);
  if (typeof answer === 'object' && answer !== null && 'warning' in answer)
    io.stderr.write(`warning: ${cleanLine(String(answer.warning))}\n`);
  if (json) io.stdout.write(`${JSON.stringify(answer)}\n`);
  else if (body.action === 'lift') io.stdout.write(`suppression ${body.id} of ${name} is over\n`);
  else io.stdout.write(`${body.signals.join(', ')} of ${name}: suppressed for ${body.days} days\n`);
  return 0;
}

async function list(options: ListOptions, io: Io): Promise<number> {
  const found = await withCases(options, (_, client, tableName) =>
    createDynamoSuppressionStore({ call: callsThrough(client), tableName }).holding(Date.now()),
  );
  const holding = [...found].sort((a, b) => (a.until < b.until ? -1 : 1));
  if (options.json) for (const suppression of holding) io.stdout.write(`${JSON.stringify(suppression)}\n`);
  else io.stdout.write(holding.length ? holding.map(lineOf).join('') : 'nothing is suppressed\n');
  return 0;
}

const lineOf = ({ id, subject, signals, until, by, reason }: Suppression) =>
  `${id}  ${cleanLine(`${subject.type} ${subject.id}`, 60)}: ${signals.join(', ')} until ${minuteText(until)}, by ${cleanLine(by)}: ${cleanLine(reason)}\n`;

interface ListOptions {
  readonly kind: 'list';
  readonly json: boolean;
  readonly table: string | undefined;
  readonly stage: string | undefined;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      signals: { type: 'string' },
      days: { type: 'string' },
      reason: { type: 'string' },
      type: { type: 'string', default: 'employee' },
      lift: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      table: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const { json, stage, table } = values;
  const [id, ...more] = positionals;
  if (values.list) {
    if (id !== undefined) throw new UsageError('cases suppress --list lists all and takes no SUBJECT');
    return { kind: 'list', json, table, stage } as const;
  }
  if (id === undefined || more.length)
    throw new UsageError('cases suppress takes one SUBJECT, such as e-00042, or --list');
  const type = SUBJECT_TYPES.find((known) => known === values.type);
  if (!type) throw new UsageError(`--type ${values.type}: not one of ${SUBJECT_TYPES.join(', ')}`);
  const reason = values.reason?.trim();
  if (!reason) throw new UsageError('cases suppress needs --reason: why it is so');
  // The name is checked like every other, though here it only leads to the parameter with the function's address.
  resourceNameFor('casework', undefined, stage);
  const subject = { type, id };
  if (values.lift !== undefined)
    return { kind: 'call', json, stage, body: { action: 'lift', subject, id: values.lift, reason } } as const;
  const signals = signalsIn(values.signals);
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > MAXIMUM_SUPPRESSION_DAYS)
    throw new UsageError(`cases suppress needs --days: from 1 to ${MAXIMUM_SUPPRESSION_DAYS}`);
  return { kind: 'call', json, stage, body: { action: 'suppress', subject, signals, days, reason } } as const;
}

function signalsIn(text: string | undefined) {
  const names = (text ?? '').split(',').flatMap((name) => name.trim() || []);
  if (names.length === 0) throw new UsageError('cases suppress needs --signals: which ones, separated by commas');
  return [...new Set(names)].map((name) => {
    const signal = SUPPRESSIBLE_SIGNALS.find((known) => known === name);
    if (!signal) throw new UsageError(`--signals ${name}: not a signal that can be suppressed`);
    return signal;
  });
}
