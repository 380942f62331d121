import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Alert } from '../shared/model/alert.ts';
import { renderAlertPage } from '../shared/notification/alert-page.ts';
import { renderEmailCard } from '../shared/notification/email-card.ts';
import { otherCasesOf } from '../shared/stores/other-cases.ts';
import type { Case } from '../shared/stores/ports.ts';
import { casesTable, historyLines } from './case-lines.ts';
import { withCases } from './cases-table.ts';
import type { Io } from './progress.ts';
import { writeOrFail } from './quarantine-file.ts';
import { STAGE_HELP } from './stage-option.ts';
import { CommandFailure, UsageError } from './usage-error.ts';

export const CASES_SHOW_HELP = `usage: borderwatch cases show CASE [--json] [--html FILE] [--table NAME] [--stage STAGE]

Shows a case: its card, when people were told, what became of it, and its subject's other open cases.
People are named by their ids here, whatever the messages call them.
Where AWS is and who you are come from the AWS SDK's own environment variables.

  --json            one JSON object: the case, and its subject's other open cases
  --html FILE       also writes the case's page
  --table NAME      (default: cases, as in the local stack)
${STAGE_HELP}
  --help            this text

Exit codes: 0 done, 1 there is no such case or the table can't be read, 2 wrong usage.
`;

/** @returns the exit code @throws CommandFailure when there is no such case, or the table can't be read */
export async function casesShow(args: readonly string[], io: Io): Promise<number> {
  const request = readArguments(args);
  if (request === 'help') {
    io.stdout.write(CASES_SHOW_HELP);
    return 0;
  }
  const { alertId, html } = request;
  const { shown, others } = await withCases(request, async (store, _, table) => {
    const shown = await store.get(alertId);
    if (!shown) throw new CommandFailure(`there is no case ${alertId} in table ${table}`);
    const open = await store.open({ subject: shown.alert.subject });
    return { shown, others: open.filter((other) => other.alertId !== alertId) };
  });
  io.stdout.write(request.json ? `${JSON.stringify({ case: shown, otherOpenCases: others })}\n` : text(shown, others));
  if (html !== undefined)
    writeOrFail(html, () =>
      writeFileSync(html, renderAlertPage({ ...withNames(shown.alert), ...otherCasesOf(shown.alertId, others) })),
    );
  return 0;
}

/** Messages may call people by pseudonyms; whoever may read cases may know whom they are about. */
function withNames({ identity: _, ...alert }: Alert): Alert {
  return alert;
}

function text(shown: Case, others: readonly Case[]): string {
  const { state } = shown;
  return [
    renderEmailCard(withNames(shown.alert)),
    `State     ${state}${shown.revision > shown.notifiedRevision ? ', not told yet' : ''}${shown.suppressedBy ? `, not told: suppression ${shown.suppressedBy}` : ''}`,
    ...historyLines(shown),
    '',
    others.length
      ? `Other open cases of the same subject\n${casesTable(others)}`
      : 'No other open case of the same subject\n',
  ].join('\n');
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      html: { type: 'string' },
      table: { type: 'string' },
      stage: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help' as const;
  const [alertId, ...more] = positionals;
  if (alertId === undefined || more.length) throw new UsageError('cases show takes one CASE, such as cases list names');
  return { ...values, alertId };
}
