import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { encodeDirectory } from '../../shared/formats/directory-bytes.ts';
import { type Baseline, STORED_BASELINE_VERSIONS } from '../../shared/model/baseline.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { initialSnapshot } from '../../shared/model/snapshot.ts';
import { fold as foldSnapshot } from '../../shared/pipeline/fold.ts';
import { contributionOf, foldGroups } from '../../shared/pipeline/fold-groups.ts';
import { encodeSettings } from '../../shared/stores/settings-value.ts';
import { encodeSnapshot } from '../../shared/stores/snapshot-value.ts';
import { aScoringContext, aSettledBaseline, fold } from '../factories/a-history.ts';
import { addressIn, anAccess, aRow, DIRECTORY } from '../factories/an-access.ts';
import { timeOn } from '../factories/an-access-event.ts';
import { baselineAsJson, FIXTURE_ACTOR, type FixtureBaseline, fixtureFolder } from './stored-fixtures.ts';

/**
 * Writes what this release stores, for later ones to be tested against: `node test/migration/make-fixtures.ts VERSION`. What was
 * written once is never written over: a later release must read what an earlier one really wrote.
 */
const version = STORED_BASELINE_VERSIONS.find((known) => String(known) === process.argv[2]);
if (version === undefined) throw new Error(`no such version of the baseline: ${process.argv[2]}`);
const folder = fixtureFolder(version);
mkdirSync(folder, { recursive: true });

const nervous = aScoringContext({ alertsPerDay: 15, requireApproval: ['covered-personal-identifiers'] });
const fences = [
  {
    shard: 'a1b2c3d4e5f60718',
    sequenceNumber: 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n,
  },
  { shard: '0123456789abcdef', sequenceNumber: 1n },
];
const different = (i: number, time: string) =>
  anAccess({
    id: `ev-${i}`,
    time,
    action: `action-${i}`,
    resource: { dataset: `table-${i}`, store: `store-${i}` },
    network: { ip: Object.values(addressIn)[i % 4], deviceId: `device-${i}` },
    subjects: { count: 4, ids: [`us-${i}`] },
    outcome: i % 8 === 7 ? 'denied' : 'allowed',
  });
const known = (baseline: Baseline | undefined): Baseline => {
  if (!baseline) throw new Error('nothing was folded');
  return baseline;
};
const full = known(fold(Array.from({ length: 200 }, (_, i) => different(i, timeOn(Math.floor(i / 8) - 30, 9, i % 8)))));
const burst = Array.from({ length: 6 }, (_, i) =>
  anAccess({ id: `burst-${i}`, time: timeOn(0, 11, i), subjects: { count: 500 }, resource: { dataset: '用户資料' } }),
);
const baselines: { readonly [name in FixtureBaseline]: Baseline } = {
  newcomer: known(fold([anAccess()])),
  settled: aSettledBaseline(),
  full,
  alerted: { ...known(fold(burst, nervous, aSettledBaseline())), fences },
};

function write(file: string, content: Uint8Array | string): void {
  if (existsSync(folder + file)) console.log(`${file} is there already`);
  else writeFileSync(folder + file, content);
}

for (const [name, baseline] of Object.entries(baselines)) {
  write(`baseline-${name}.bin`, encodeBaseline(baseline, version));
  write(`baseline-${name}.json`, `${JSON.stringify(baselineAsJson(baseline), null, 1)}\n`);
}
const now = Date.parse(timeOn(1));
const contributions = [contributionOf(FIXTURE_ACTOR, baselines.settled, DIRECTORY, now)];
const references = { directory: 'directory#0', networks: 'networks#0' };
const { groups } = foldGroups(contributions);
const before = initialSnapshot(now - 1, '', '');
const { snapshot } = foldSnapshot(before, contributions, groups, references, now, DEFAULT_SETTINGS);
write('snapshot.bin', encodeSnapshot(snapshot));
write('snapshot.json', `${JSON.stringify(snapshot, null, 1)}\n`);
write('settings.bin', encodeSettings({ 'alerts-per-day': '0.5', 'protected-regions': 'US, CA', scope: 'everyone' }));
const rows = [aRow({ extra: { name: 'Zoë 北京' } }), aRow({ employeeId: 's-1', type: 'service', timeZone: 'UTC' })];
write('directory.bin', encodeDirectory(rows));
write('directory.json', `${JSON.stringify(rows, null, 1)}\n`);
