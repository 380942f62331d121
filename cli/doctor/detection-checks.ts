import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { parseSettings } from '../../shared/model/settings.ts';
import { silencedBy } from '../../shared/model/silencing-settings.ts';
import { makeDynamoClient, makeKinesisClient, makeSsmClient } from '../../shared/stores/clients.ts';
import { publishedDirectory } from '../../shared/stores/directory-value.ts';
import { createDynamoReferenceStore } from '../../shared/stores/dynamo-reference-store.ts';
import type { ReferenceSeries } from '../../shared/stores/ports.ts';
import { callsThrough } from '../../shared/stores/sdk-dynamo-call.ts';
import { parametersBelow } from '../stored-settings.ts';
import { type Check, type Finding, note, ok, wrong } from './check.ts';
import type { DeploymentNames } from './deployment-names.ts';
import { makeLambdaClient } from './operation-clients.ts';

const MINUTE = 60_000;
/** Snapshots come every five minutes, and the alarm waits half an hour. */
const SNAPSHOT_AGE_MS = 30 * MINUTE;

/** From the stream to what detection knows. @param now epoch milliseconds */
export function detectionChecks(names: DeploymentNames, now: number): readonly Check[] {
  const dynamo = makeDynamoClient();
  const references = createDynamoReferenceStore({ call: callsThrough(dynamo), tableName: names.directory });
  const newest = (series: ReferenceSeries) => references.newest(series, now + MINUTE);
  return [
    { name: `stream ${names.stream}`, service: 'KINESIS', run: () => stream(names.stream) },
    mapping('detect reads the stream', names.detect),
    mapping('archive reads the stream', names.archive),
    ...[names.baselines, names.links, names.linkLog, names.directory, names.cases].map(
      (name): Check => ({
        name: `table ${name}`,
        service: 'DYNAMODB',
        run: async () => {
          const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: name }));
          const status = Table?.TableStatus;
          return status === 'ACTIVE' || status === 'UPDATING'
            ? ok(status)
            : wrong(`it is ${status}`, 'wait, or see in CloudTrail who changed it');
        },
      }),
    ),
    { name: 'settings', service: 'SSM', run: () => settings(names.settings) },
    {
      name: 'directory',
      service: 'DYNAMODB',
      run: async () => {
        const directory = await newest('directory');
        const people = directory ? (await publishedDirectory(references, directory.name)).size : 0;
        return directory && people > 0
          ? ok(`people in it: ${people}, in force since ${new Date(directory.stamp).toISOString()}`)
          : wrong('nobody is in it: everybody counts as unknown', 'borderwatch directory import FILE.csv');
      },
    },
    {
      name: 'snapshot',
      service: 'DYNAMODB',
      run: async () => {
        const snapshot = await newest('snapshot');
        const minutes = snapshot && Math.round((now - snapshot.stamp) / MINUTE);
        return snapshot && now - snapshot.stamp <= SNAPSHOT_AGE_MS
          ? ok(`${minutes} minutes old`)
          : wrong(snapshot ? `${minutes} minutes old` : 'there is none', 'see docs/runbook.md#assessment-does-not-run');
      },
    },
  ];
}

/** The event source mapping of a function. */
export const mapping = (name: string, functionName: string): Check => ({
  name,
  service: 'LAMBDA',
  run: async () => {
    const { EventSourceMappings = [] } = await makeLambdaClient().send(
      new ListEventSourceMappingsCommand({ FunctionName: functionName }),
    );
    const [found] = EventSourceMappings;
    if (!found) return wrong(`${functionName} has no event source mapping`, 'npx cdk deploy --revert-drift');
    return found.State === 'Enabled'
      ? ok('enabled')
      : wrong(
          `its mapping is ${found.State}: ${found.StateTransitionReason ?? 'no reason is given'}`,
          `aws lambda update-event-source-mapping --enabled --uuid ${found.UUID}; and see in CloudTrail who did it`,
        );
  },
});

async function stream(name: string): Promise<Finding> {
  const { StreamDescriptionSummary: summary } = await makeKinesisClient().send(
    new DescribeStreamSummaryCommand({ StreamName: name }),
  );
  const { StreamStatus, OpenShardCount, RetentionPeriodHours } = summary ?? {};
  return StreamStatus === 'ACTIVE' || StreamStatus === 'UPDATING'
    ? ok(`${StreamStatus}, ${OpenShardCount} open shards, keeps ${RetentionPeriodHours} hours`)
    : wrong(`it is ${StreamStatus}`, 'see docs/runbook.md#no-events-at-all');
}

async function settings(path: string): Promise<Finding> {
  const stored = await parametersBelow(makeSsmClient(), path);
  if (stored.size === 0) return wrong(`no parameter lies under ${path}: the packaged defaults hold`, 'npx cdk deploy');
  const { settings: inForce, errors } = parseSettings(
    Object.fromEntries([...stored].map(([name, { value }]) => [name, value])),
  );
  const silencing = silencedBy(inForce);
  const [error] = errors;
  if (error)
    return wrong(
      [
        `${errors.length} refused, the last good values hold`,
        `${error.name} = ${error.value}: ${error.reason}`,
        ...silencing,
      ].join('; '),
      `aws ssm put-parameter --overwrite --name ${path}/${error.name} --value …`,
    );
  if (silencing.length === 1 && inForce.mode === 'shadow')
    return note(`valid, but ${silencing[0]}`, `set ${path}/mode to live when you trust it`);
  if (silencing.length > 0)
    return wrong(`valid, but ${silencing.join('; ')}`, 'see docs/runbook.md#settings-silence-alerts');
  if (inForce.requireApproval.length === 0)
    return note(
      'valid, but no policy on approvals is set: quiet reads from countries of concern are judged by statistics alone',
      `put the classes that need a ticket into ${path}/require-approval`,
    );
  return ok(`valid; ${inForce.alertsPerDay} alerts a day are asked for`);
}
