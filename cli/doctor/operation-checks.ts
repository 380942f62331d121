import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Check, type Finding, ok, SKIPPED, wrong } from './check.ts';
import type { DeploymentNames } from './deployment-names.ts';
import { type ExpectedAlarms, expectedAlarms } from './expected-alarms.ts';
import { makeCloudWatchClient } from './operation-clients.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/**
 * Whether the detector's own alarms are there and quiet; the canary's first, since it says that alerts come out.
 *
 * @param configuration of the stage, where the stages file has it
 */
export function operationChecks(
  names: DeploymentNames,
  configuration: StageConfiguration | undefined,
): readonly Check[] {
  return [
    { name: 'canary', service: 'CLOUDWATCH', run: async () => canary(await alarmsOf(names.alarms), names.alarms) },
    {
      name: 'alarms',
      service: 'CLOUDWATCH',
      run: async () =>
        names.alarmTopic === undefined
          ? SKIPPED
          : alarms(await alarmsOf(names.alarms), expectedAlarms(names.alarms, configuration), names.alarmTopic),
    },
  ];
}

async function alarmsOf(prefix: string): Promise<readonly MetricAlarm[]> {
  const found: MetricAlarm[] = [];
  const pages = paginateDescribeAlarms({ client: makeCloudWatchClient() }, { AlarmNamePrefix: prefix });
  for await (const { MetricAlarms = [] } of pages) found.push(...MetricAlarms);
  return found;
}

const REMEDY = 'see docs/runbook.md#the-canary-is-silent';

/** @param prefix what the stage's alarms begin with */
export function canary(found: readonly MetricAlarm[], prefix: string): Finding {
  const alarm = found.find(({ AlarmName }) => AlarmName === `${prefix}the-canary-is-silent`);
  if (!alarm) return wrong('nothing listens to it: its alarm is not there', 'npx cdk deploy');
  return alarm.StateValue === 'OK'
    ? ok('its alert came out within three quarters of an hour')
    : wrong(alarm.StateValue === 'ALARM' ? 'it is silent' : 'it has not sung yet', REMEDY);
}

/** @param listed alarms whose names begin as the stage's do @param topic the name of the topic that each must tell */
export function alarms(listed: readonly MetricAlarm[], expected: ExpectedAlarms, topic: string): Finding {
  const found = listed.filter(({ AlarmName = '' }) => expected.isOwn(AlarmName));
  if (found.length === 0) return wrong('there are none', 'npx cdk deploy');
  const gone = expected.names.filter((name) => !found.some(({ AlarmName }) => AlarmName === name));
  if (gone.length > 0) return wrong(`these are not there: ${gone.join(', ')}`, PUT_BACK);
  const mute = found.filter((alarm) => !tells(alarm, topic));
  if (mute.length > 0) return wrong(`these do not tell the topic ${topic}: ${named(mute)}`, PUT_BACK);
  const ringing = found.filter(({ StateValue }) => StateValue === 'ALARM');
  if (ringing.length > 0)
    return wrong(`these ring: ${named(ringing)}`, 'each one’s text names its heading in docs/runbook.md');
  return ok(`${found.length}, all quiet`);
}

const PUT_BACK = 'see docs/runbook.md#put-back-what-was-changed-by-hand';

const named = (those: readonly MetricAlarm[]) => those.map(({ AlarmName }) => AlarmName).join(', ');

/** Whether the stage's own topic is told, in the alarm's account and region: one of that name elsewhere is another's. */
function tells({ AlarmArn = '', ActionsEnabled, AlarmActions = [] }: MetricAlarm, topic: string): boolean {
  const [, partition, , region, account] = AlarmArn.split(':');
  return ActionsEnabled === true && AlarmActions.includes(`arn:${partition}:sns:${region}:${account}:${topic}`);
}
