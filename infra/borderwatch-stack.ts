import { Annotations, CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TABLE_DEFINITIONS } from '../shared/stores/table-definitions.ts';
import { AccessLogBucket } from './access-log-bucket.ts';
import { AccessStream } from './access-stream.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms/alarms.ts';
import { AlertQueue } from './alert-queue.ts';
import { AlertTopic } from './alert-topic.ts';
import { ArchiveFunction } from './archive-function.ts';
import { AssessFunction } from './assess-function.ts';
import { CanaryFunction } from './canary-function.ts';
import { CaseworkFunction } from './casework-function.ts';
import type { StageConfig } from './config.ts';
import { Dashboard } from './dashboard.ts';
import { DetectFunction } from './detect-function.ts';
import { EncryptionKey } from './encryption-key.ts';
import { EventArchive } from './event-archive.ts';
import { EvidenceBucket } from './evidence-bucket.ts';
import { FindingsFunction } from './findings-function.ts';
import { GeneratedKey } from './generated-key.ts';
import { IngestFunction } from './ingest-function.ts';
import { NotifyFunction } from './notify-function.ts';
import { PeopleAccess } from './people-access.ts';
import { ProtectedTable } from './protected-table.ts';
import { ReceiveFunction } from './receive-function.ts';
import { SettingsParameters } from './settings-parameters.ts';
import { SlackFunction } from './slack-function.ts';

/** One stage: everything that the detector is made of, in the order in which an access flows through it. */
export class BorderwatchStack extends Stack {
  constructor(scope: Construct, config: StageConfig) {
    super(scope, `borderwatch-${config.stage}`, {
      description: 'Borderwatch: watches every access to user data and alerts on what is not normal',
      env: { region: config.region, ...(config.account && { account: config.account }) },
      terminationProtection: config.removalPolicy === 'retain',
    });
    Tags.of(this).add('borderwatch:stage', config.stage);

    const { stage, logRetentionDays, writerRoleArns } = config;
    // What a failed first deployment made is empty, and would stand in the way of the next one by its name.
    const removalPolicy =
      config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    const encryptionKey = new EncryptionKey(this, 'EncryptionKey', { stage, removalPolicy });
    const accessLogs = new AccessLogBucket(this, 'AccessLogs', { stage, removalPolicy }).target;
    const stored = { stage, encryptionKey, removalPolicy, writerRoleArns };
    const running = { stage, encryptionKey, logRetentionDays };

    // What comes in, and its copy for backtests
    const accesses = new AccessStream(this, 'Accesses', { ...stored, capacity: config.stream });
    const archive = new EventArchive(this, 'Archive', {
      ...stored,
      accessLogs,
      keptDays: config.archiveDays,
    });
    const archiver = new ArchiveFunction(this, 'Archiver', { ...running, accesses, archive });

    // What detection knows
    const baselines = new ProtectedTable(this, 'Baselines', {
      ...stored,
      part: 'baselines',
      definition: TABLE_DEFINITIONS.baselines,
    });
    const links = new ProtectedTable(this, 'Links', {
      ...stored,
      part: 'links',
      definition: TABLE_DEFINITIONS.links,
    });
    const linkLog = new ProtectedTable(this, 'LinkLog', {
      ...stored,
      part: 'link-log',
      definition: TABLE_DEFINITIONS.linkLog,
    });
    const directory = new ProtectedTable(this, 'Directory', {
      ...stored,
      part: 'directory',
      definition: TABLE_DEFINITIONS.directory,
    });
    const subjectKey = new GeneratedKey(this, 'SubjectKey', {
      ...stored,
      part: 'subject-key',
      description: 'Key of the HMAC that stands for a subject id; changing it makes every known subject a stranger',
      whyNotRotated:
        'Rotation would break what the key is for: every baseline and link holds HMACs under it, so a new key makes all known subjects strangers and opens the detector to a phantom-alert storm. It never leaves Secrets Manager except into the detect function.',
    });
    const canaryKey = new GeneratedKey(this, 'CanaryKey', {
      ...stored,
      part: 'canary-key',
      description: 'Key of the nonces by which the detector knows its own canary',
      whyNotRotated:
        'The detector reads it at cold start, so a rotation on a timer would silence the canary until every environment has been replaced. Whoever had it could only send accesses of one reserved actor that nobody is told of. A new value and a deployment replace it.',
    });
    const evidence = new EvidenceBucket(this, 'Evidence', { ...stored, accessLogs });

    const { ingest: sources } = config;
    const taking = { ...running, accesses, evidence };
    const ingest =
      sources && (sources.cloudTrail || sources.buckets.length > 0)
        ? new IngestFunction(this, 'Ingest', { ...taking, removalPolicy, sources })
        : undefined;
    const receive =
      sources && sources.url !== 'none'
        ? new ReceiveFunction(this, 'Receive', {
            ...taking,
            unmapped: sources.unmapped,
            webhookSecretArn: sources.webhookSecretArn,
          })
        : undefined;

    // What people are told, and what they said
    const cases = new ProtectedTable(this, 'Cases', {
      ...stored,
      part: 'cases',
      definition: TABLE_DEFINITIONS.cases,
      keepsItemsForEver: true,
    });

    // Detection
    const alerts = new AlertQueue(this, 'Alerts', stored);
    const detect = new DetectFunction(this, 'Detect', {
      ...running,
      accesses,
      subjectKey,
      canaryKey,
      baselines,
      links,
      linkLog,
      directory,
      cases,
      alerts,
      evidence,
      watchedSources: Object.keys(config.sources),
    });

    // People are told
    const alertTopic = new AlertTopic(this, 'AlertTopic', { ...stored, emails: config.alertEmails });
    const notify = new NotifyFunction(this, 'Notify', { ...running, alerts, cases, topic: alertTopic });

    const slack =
      config.slackWebhookSecretArn === undefined
        ? undefined
        : new SlackFunction(this, 'Slack', {
            ...running,
            removalPolicy,
            topic: alertTopic,
            webhookSecretArn: config.slackWebhookSecretArn,
            caseUrl: config.caseUrl,
          });

    const findings =
      config.findingsEventBusArn !== undefined || config.securityHub
        ? new FindingsFunction(this, 'Findings', {
            ...running,
            removalPolicy,
            topic: alertTopic,
            eventBusArn: config.findingsEventBusArn,
            securityHub: config.securityHub,
          })
        : undefined;

    // People judge
    const casework = new CaseworkFunction(this, 'Casework', {
      ...running,
      cases,
      directory,
      accesses,
      outsideAnalysts: config.outsideAnalysts,
    });

    // The slower loop: settings, groups, thresholds
    const settings = new SettingsParameters(this, 'Settings', { stage, initial: config.settings });
    const assess = new AssessFunction(this, 'Assess', {
      ...running,
      accesses,
      baselines,
      directory,
      cases,
      linkLog,
      alerts,
      settings,
    });

    // Do alerts still come out?
    const canary = new CanaryFunction(this, 'Canary', {
      ...running,
      accesses,
      canaryKey,
      topic: alertTopic,
      mailboxes: config.alertEmails,
    });

    // Who may look and touch
    new PeopleAccess(this, 'People', {
      stage,
      encryptionKey,
      accesses,
      alerts,
      archive,
      baselines,
      cases,
      casework,
      directory,
      evidence,
      slack,
      findings,
      ingest,
      receive,
      settings,
    });

    // Is it awake?
    const watched = {
      stage,
      runbookUrl: config.runbookUrl,
      accesses,
      archiver,
      detect,
      baselines,
      links,
      linkLog,
      alerts,
      notify,
      alertTopic,
      slack,
      assess,
      canary,
      findings,
      ingest,
      receive,
    };
    const alarmTopic = new AlarmTopic(this, 'AlarmTopic', { ...stored, emails: config.alarmEmails });
    const alarms = new Alarms(this, 'Alarms', {
      ...watched,
      topic: alarmTopic.topic,
      quietStreamHours: config.quietStreamHours,
      watchedSources: config.sources,
    });
    new Dashboard(this, 'Dashboard', { ...watched, alarms: alarms.all });

    new CfnOutput(this, 'AccessStreamName', { value: accesses.streamName, description: 'Producers write here' });
    if (config.alertEmails.length === 0) {
      Annotations.of(this).addWarningV2(
        'borderwatch:nobody-is-told',
        `infra/stages.json: ${stage}.alertEmails is empty, so nobody is told of alerts by email.`,
      );
    }
    if (config.alarmEmails.length === 0) {
      Annotations.of(this).addWarningV2(
        'borderwatch:alarms-reach-nobody',
        `infra/stages.json: ${stage}.alarmEmails is empty, so nobody hears when the detector itself is in trouble.`,
      );
    }
  }
}
