import type { Severity } from './settings.ts';

/** The CloudWatch namespace of every metric that the functions write. */
export const METRIC_NAMESPACE = 'Borderwatch';

/**
 * Every metric that a function writes, and alarms and dashboard read. The unit is a count unless the name says otherwise.
 * Their one dimension is `service` (and `source` where they say so), which the stack sets to the function's name, so that two stages never mix.
 */
export const METRICS = {
  /** `detect`: events scored and learned from. */
  eventsApplied: 'EventsApplied',
  /** `detect`: records written whole to `quarantine/`. */
  eventsQuarantined: 'EventsQuarantined',
  /** `detect`: records that the fence or the event ring had seen before. */
  duplicatesSkipped: 'DuplicatesSkipped',
  /** `detect`: records of late links that said something new. */
  lateLinksTaken: 'LateLinksTaken',
  /** `detect`: verdicts on cases that baselines took in. */
  verdictsTaken: 'VerdictsTaken',
  /** `detect` and `assess`: alert revisions put on the queue. */
  alertsQueued: 'AlertsQueued',
  /** `detect`: alerts and revisions that the statistics raised on people; these use the budget, facts of policy and the canary don't. */
  alertsRaised: 'AlertsRaised',
  /** `detect`: batches that were reported as failed, whole or in part. */
  batchesFailed: 'BatchesFailed',
  /** `detect`: how fast the busiest actor of a batch sends, events a second. */
  hottestActor: 'EventsASecondOfOneActor',
  /** `detect`: events of one of the sources that the stage names; the source is a second dimension. */
  sourceEvents: 'SourceEvents',
  /** `detect`: from an access of such a source to its arrival in the stream, milliseconds. */
  sourceLagMilliseconds: 'SourceLagMilliseconds',
  /** `detect`: writes that lost against another writer and were folded again. */
  writeConflicts: 'WriteConflicts',
  /** `detect`: from an event's arrival in the stream to its alert's place on the queue, milliseconds. */
  eventToAlertMilliseconds: 'EventToAlertMilliseconds',
  /** `archive`: records copied into the archive. */
  eventsArchived: 'EventsArchived',
  /** `assess`: parameters that were refused at the last reading. */
  settingsInvalid: 'SettingsInvalid',
  /** `assess`: reasons why nobody would hear of anything under the settings in force. */
  settingsSilencing: 'SettingsSilencing',
  /** `assess`: one for each snapshot that became visible. */
  snapshotPublished: 'SnapshotPublished',
  /** `assess`: employees who are missing in a snapshot because what is stored of them can't be read. */
  baselinesDamaged: 'BaselinesDamaged',
  /** `assess`: alerts a day that the settings ask for. */
  budgetAsked: 'BudgetAsked',
  /** `assess`: cases whose newest revision nobody was told of, and that were queued again. */
  casesLeftBehind: 'CasesLeftBehind',
  /** `assess`: critical cases that nobody judged for an hour, and that people are about to be reminded of. */
  casesUnattended: 'CasesUnattended',
  /** `assess`: cases that nobody judged within 14 days. */
  casesExpired: 'CasesExpired',
  /** `assess`: links that it found between a refusal and a look that came before it, and put on the stream. */
  lateLinksFound: 'LateLinksFound',
  /** `notify`: alert revisions handed to the topic, of any severity, one by one or in a digest. */
  alertsPublished: 'AlertsPublished',
  /** `notify`: digests handed to the topic, each for a flood of alerts or a part of one. */
  digestsPublished: 'DigestsPublished',
  /** `notify`: alert revisions that nobody was told of, since an analyst suppressed their signals. */
  alertsSuppressed: 'AlertsSuppressed',
  /** `notify`: critical cases that people were reminded of. */
  remindersPublished: 'RemindersPublished',
  /** `notify`: messages that are no alerts; they end in the dead-letter queue. */
  alertsMalformed: 'AlertsMalformed',
  /** `notify`: alerts that could not be stored or told yet; the queue delivers them again. */
  alertsPostponed: 'AlertsPostponed',
  /** `canary`: accesses that it put on the stream. */
  canarySent: 'CanarySent',
  /** `notify`: alerts of the canary that came out where people's alerts would. */
  canaryHeard: 'CanaryHeard',
  /** `notify`: from the canary's access to where its alert comes out, milliseconds. */
  canaryMilliseconds: 'CanaryMilliseconds',
  /** `canary`: addresses of the configuration that no alert reaches: not confirmed, unsubscribed or deactivated. */
  mailUnconfirmed: 'MailUnconfirmed',
  /** `slack`: alert revisions that Slack took. */
  slackPosted: 'SlackPosted',
  /** `slack`: messages that Slack refused or didn't take in time, or that are no alerts; they end in the dead-letter queue. */
  slackRejected: 'SlackRejected',
  /** `findings`: alert revisions that every destination took. */
  findingsDelivered: 'FindingsDelivered',
  /** `findings`: alert revisions that a destination did not take, and messages that are no alerts; they are tried again. */
  findingsNotDelivered: 'FindingsNotDelivered',
  /** `ingest` and `receive`: accesses that went to the stream. */
  ingestSent: 'IngestSent',
  /** `ingest` and `receive`: records that can't be read, and were written whole to `quarantine/`. */
  ingestPutAside: 'IngestPutAside',
  /** `ingest` and `receive`: accesses that were left out because they had been sent shortly before. */
  ingestRepeated: 'IngestRepeated',
  /** `ingest` and `receive`: sound records that are no access to user data. */
  ingestNotConcerned: 'IngestNotConcerned',
  /** `ingest` and `receive`: accesses whose session, or whose statement's other row, was not in the same object or request. */
  ingestUnjoined: 'IngestUnjoined',
  /** `ingest` and `receive`: accesses that went to the stream in a sum, because their actor was too fast for one shard. */
  ingestSummedUp: 'IngestSummedUp',
  /** `ingest`: objects that could not be read to their end. */
  ingestObjectsCutShort: 'IngestObjectsCutShort',
  /** `ingest` and `receive`: messages, objects and requests that have to be delivered again. */
  ingestPostponed: 'IngestPostponed',
  /** `receive`: requests that were turned away: no signature that counts, or no POST. */
  ingestRefused: 'IngestRefused',
} as const;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];

/** The dimension that tells sources apart. */
export const SOURCE_DIMENSION = 'source';

/** `notify`: alert revisions handed to the topic, by severity; each is also counted in `AlertsPublished`. */
export const ALERTS_PUBLISHED_BY_SEVERITY: { readonly [severity in Severity]: string } = {
  low: 'AlertsPublishedLow',
  medium: 'AlertsPublishedMedium',
  high: 'AlertsPublishedHigh',
  critical: 'AlertsPublishedCritical',
};
