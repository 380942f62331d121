import { settingsPath } from '../../infra/resource-names.ts';
import { resourceNameFor } from '../stage-option.ts';

/** What the parts of a deployment are called. */
export interface DeploymentNames {
  readonly stream: string;
  readonly baselines: string;
  readonly links: string;
  readonly linkLog: string;
  readonly directory: string;
  readonly cases: string;
  readonly alertQueue: string;
  readonly deadLetters: string;
  readonly topic: string;
  /** Where alarms go. @default - the local stack has none */
  readonly alarmTopic: string | undefined;
  readonly settings: string;
  readonly detect: string;
  readonly archive: string;
  readonly notify: string;
  /** What the names of its alarms begin with. */
  readonly alarms: string;
}

/** @param stage undefined for the local stack @throws UsageError when the stage can't be one */
export function deploymentNames(stage: string | undefined): DeploymentNames {
  const named = (part: string) => resourceNameFor(part, undefined, stage);
  return {
    stream: named('accesses'),
    baselines: named('baselines'),
    links: named('links'),
    linkLog: named(stage === undefined ? 'linkLog' : 'link-log'),
    directory: named('directory'),
    cases: named('cases'),
    alertQueue: `${named('alerts')}.fifo`,
    deadLetters: `${named(stage === undefined ? 'alerts-dead-letter' : 'alerts-dead')}.fifo`,
    topic: named('alerts'),
    alarmTopic: stage === undefined ? undefined : named('alarms'),
    settings: settingsPath(stage ?? 'local'),
    detect: named('detect'),
    archive: named('archive'),
    notify: named('notify'),
    alarms: named(''),
  };
}
