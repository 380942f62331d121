import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { type Check, type Finding, ok, wrong } from './check.ts';
import type { DeploymentNames } from './deployment-names.ts';
import { makeCloudWatchClient } from './operation-clients.ts';

/** Whether the detector's own alarms are there and quiet; the canary's first, since it says that alerts come out. */
export function operationChecks(names: DeploymentNames): readonly Check[] {
  return [
    { name: 'canary', service: 'CLOUDWATCH', run: async () => canary(await alarmsOf(names.alarms), names.alarms) },
    { name: 'alarms', service: 'CLOUDWATCH', run: async () => alarms(await alarmsOf(names.alarms)) },
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

export function alarms(found: readonly MetricAlarm[]): Finding {
  const mute = found.filter(({ ActionsEnabled, AlarmActions = [] }) => !ActionsEnabled || AlarmActions.length === 0);
  const ringing = found.filter(({ StateValue }) => StateValue === 'ALARM');
  const named = (those: readonly MetricAlarm[]) => those.map(({ AlarmName }) => AlarmName).join(', ');
  if (found.length === 0) return wrong('there are none', 'npx cdk deploy');
  if (mute.length > 0)
    return wrong(`these tell nobody: ${named(mute)}`, 'aws cloudwatch enable-alarm-actions, or deploy');
  if (ringing.length > 0)
    return wrong(`these ring: ${named(ringing)}`, 'each one’s text names its heading in docs/runbook.md');
  return ok(`${found.length}, all quiet`);
}
