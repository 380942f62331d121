import { readFileSync } from 'node:fs';
import { anchorOf } from '../../infra/runbook-anchor.ts';
import type { StageConfiguration } from './stage-configuration.ts';

/** The alarms that a stage has, by name. */
export interface ExpectedAlarms {
  /** Those that must be there. */
  readonly names: readonly string[];
  /** Whether an alarm is one that such a stage can have, and not one of a stage whose name goes on where this one's ends. */
  readonly isOwn: (name: string) => boolean;
}

type Condition = (stage: StageConfiguration) => boolean;

const hasQueues: Condition = ({ ingest }) => ingest !== undefined && (ingest.cloudTrail || ingest.buckets.length > 0);
const hasUrl: Condition = ({ ingest }) => ingest !== undefined && ingest.url !== 'none';
const takesIn: Condition = (stage) => hasQueues(stage) || hasUrl(stage);
const postsToSlack: Condition = ({ slackWebhookSecretArn }) => slackWebhookSecretArn !== undefined;

/** Headings whose alarm a stage has only with an option; all others are of every stage. */
const ONLY_WITH: Readonly<Record<string, Condition>> = {
  'Records can not be read': takesIn,
  'An actor is too fast for its shard': takesIn,
  'Events do not reach the intake': ({ ingest }) => ingest?.cloudTrail === true,
  'Intake falls behind': hasQueues,
  'Intake gave up': hasQueues,
  'Intake is throttled': hasQueues,
  'Intake fails': hasQueues,
  'Requests are turned away': hasUrl,
  'Requests fail': hasUrl,
  'Slack refuses alerts': postsToSlack,
  'Alerts are missing in Slack': postsToSlack,
  'Findings are not delivered': ({ findings }) => findings,
};
/** This one has an alarm for each source. */
const OF_SOURCES = 'A source is silent';

const RUNBOOK = new URL('../../docs/runbook.md', import.meta.url);

/**
 * The alarms that the runbook has a section about.
 *
 * @param prefix what the stage's alarms begin with
 * @param stage undefined where the stages file doesn't have it: nothing is expected then that takes an option
 */
export function expectedAlarms(prefix: string, stage: StageConfiguration | undefined): ExpectedAlarms {
  const headings = alarmHeadings(readFileSync(RUNBOOK, 'utf8'));
  const anchors = headings.map(anchorOf);
  const named = headings.filter((heading) => {
    if (heading === OF_SOURCES) return false;
    const condition = ONLY_WITH[heading];
    return condition === undefined || (stage !== undefined && condition(stage));
  });
  const sources = (stage?.sources ?? []).map((source) => `${anchorOf(OF_SOURCES)}-${source}`);
  return {
    names: [...named.map(anchorOf), ...sources].map((part) => `${prefix}${part}`),
    isOwn: (name) => anchors.some((anchor) => name === `${prefix}${anchor}` || name.startsWith(`${prefix}${anchor}-`)),
  };
}

/** Headings of the sections that say what an alarm means. */
function alarmHeadings(runbook: string): readonly string[] {
  const sections = runbook.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const [heading = ''] = section.split('\n');
    return section.includes('**Means.**') ? [heading] : [];
  });
}
