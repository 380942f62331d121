import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPLAY_SUBJECT_KEY, replaySubjectKey } from '../../../cli/load-folder.ts';
import { type LocalStack, startLocalStack } from '../../../infra/local/local-stack.ts';
import { createSimulatedRun, type SimulatedClock } from '../../../infra/local/simulated-run.ts';
import type { Alert } from '../../../shared/model/alert.ts';
import { buildDirectory } from '../../../shared/model/directory.ts';
import { parseNetworks } from '../../../shared/model/networks.ts';
import { parseSettings } from '../../../shared/model/settings.ts';
import { firstFoldBefore } from '../../../shared/pipeline/fold-schedule.ts';
import { startReplay } from '../../../shared/pipeline/replay-run.ts';
import { buildCompany } from '../../../shared/simulation/company.ts';
import { loadAddressTable } from '../../../shared/stores/address-table.ts';
import { packagedAddressFile } from '../../../shared/stores/packaged-address-file.ts';
import { publishDirectory, publishNetworks } from '../../../shared/stores/publish-inputs.ts';

/** So many alerts a day that a few days of a few people raise some. A backtest leaves the channels' minima out of account. */
const SETTINGS = { 'alerts-per-day': '10', 'email-minimum-severity': 'low' };
const company = buildCompany({ people: 25, days: 6 });

function alertsOfReplay(): readonly Alert[] {
  const networks = parseNetworks(company.networks);
  if (!networks.ok) throw new Error(networks.errors.join());
  const run = startReplay({
    directory: buildDirectory(company.directoryRows),
    networks: networks.networks,
    addressCountry: loadAddressTable(packagedAddressFile()),
    settings: parseSettings(SETTINGS).settings,
    subjectKey: replaySubjectKey(),
  });
  const alerts = [...company.events()].flatMap(({ event }) => run.take(event, Date.parse(event.time)));
  return [...alerts, ...run.finish()];
}

describe('the stack on one machine and a replay of the same events', () => {
  const published: Alert[] = [];
  let stack: LocalStack;
  let clock: SimulatedClock | undefined;

  beforeAll(async () => {
    stack = await startLocalStack({
      subjectKey: REPLAY_SUBJECT_KEY,
      settings: SETTINGS,
      now: () => clock?.now() ?? 0,
      arrivalOf: (sequenceNumber) => clock?.arrivalOf(sequenceNumber),
      onAlert: (alert) => published.push(alert),
      onDigest: ({ cases }) => expect.fail(`a digest of ${cases.length} cases`),
    });
  });
  afterAll(() => stack.stop());

  it('tell people of the same alerts, in the same order, word for word', async () => {
    const expected = alertsOfReplay();
    const run = createSimulatedRun((simulated) => {
      clock = simulated;
      return { ...stack, kinesis: stack.clients.kinesis, streamName: stack.resources.streamName };
    });
    const before = firstFoldBefore(company.start) - 24 * 3_600_000;
    await publishDirectory(stack.references, company.directoryRows, before);
    await publishNetworks(stack.references, company.networks, before);

    for (const { event } of company.events()) await run.take(event);
    await run.finish();

    expect(expected.length).toBeGreaterThan(2);
    // What people were told before is known where they are told, and nowhere else.
    expect(published.map(({ toldBefore, ...alert }) => alert)).toEqual(expected);
  });
});
