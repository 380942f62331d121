import { AccountRootPrincipal, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ONGOING_INDEX } from '../shared/stores/table-definitions.ts';
import type { AccessStream } from './access-stream.ts';
import type { AlertQueue } from './alert-queue.ts';
import type { CaseworkFunction } from './casework-function.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { EventArchive } from './event-archive.ts';
import type { EvidenceBucket } from './evidence-bucket.ts';
import type { FindingsFunction } from './findings-function.ts';
import type { IngestFunction } from './ingest-function.ts';
import { NamedRole } from './named-role.ts';
import type { ProtectedTable } from './protected-table.ts';
import type { ReceiveFunction } from './receive-function.ts';
import {
  FAILED_PREFIX,
  GIVEN_UP_PREFIX,
  QUARANTINE_PREFIX,
  REDRIVEN_PREFIX,
  REFERENCE_PREFIX,
  resourceName,
} from './resource-names.ts';
import type { SettingsParameters } from './settings-parameters.ts';
import type { SlackFunction } from './slack-function.ts';

export interface PeopleAccessProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly accesses: AccessStream;
  readonly alerts: AlertQueue;
  readonly archive: EventArchive;
  readonly baselines: ProtectedTable;
  readonly cases: ProtectedTable;
  readonly casework: CaseworkFunction;
  readonly directory: ProtectedTable;
  readonly evidence: EvidenceBucket;
  /** What keeps messages that were given up, beside the queue of alerts. @default - the stage doesn't have it */
  readonly slack: SlackFunction | undefined;
  readonly findings: FindingsFunction | undefined;
  readonly ingest: IngestFunction | undefined;
  /** @default - the stage has no URL for records */
  readonly receive: ReceiveFunction | undefined;
  readonly settings: SettingsParameters;
}

/**
 * What people and producers may do. Three roles that the account lets its people assume (`sts:AssumeRole` on their ARN): the
 * operator sets up, redrive sees raw records, the reporter sums up. Three policies to attach: for readers, for analysts, who are readers that may
 * also judge cases, and for the programs that send events.
 * Nobody here can write a baseline or a case.
 */
export class PeopleAccess extends Construct {
  constructor(scope: Construct, id: string, props: PeopleAccessProps) {
    super(scope, id);
    this.createOperator(props);
    this.createRedrive(props);
    this.createReporter(props);
    this.createReaderPolicy(props);
    this.createAnalystPolicy(props);
    this.createProducerPolicy(props);
  }

  /** Imports the directory, networks and resources, changes settings, sends test events. */
  private createOperator(props: PeopleAccessProps): void {
    const operator = new NamedRole(this, 'Operator', {
      roleName: resourceName(props.stage, 'operator'),
      assumedBy: new AccountRootPrincipal(),
      description: 'Imports directory and networks, changes settings, sends test events',
    });
    props.directory.allowRead(operator, 'GetItem', 'Query');
    props.directory.allowWrite(operator, 'PutItem', 'UpdateItem');
    props.settings.allowChange(operator);
    props.accesses.allowWrite(operator);
    // What sources deliver refers to what operators write about the company's systems.
    if (props.ingest || props.receive) {
      props.evidence.allowRead(operator, REFERENCE_PREFIX);
      props.evidence.allowWrite(operator, REFERENCE_PREFIX);
    }
  }

  /** Reads what was quarantined or failed, with raw subject ids, and the archive; puts records and alerts back on their way, and notes it. */
  private createRedrive(props: PeopleAccessProps): void {
    const redrive = new NamedRole(this, 'Redrive', {
      roleName: resourceName(props.stage, 'redrive'),
      assumedBy: new AccountRootPrincipal(),
      description: 'Reads raw records, and puts records and alerts back on their way',
    });
    props.evidence.allowRead(redrive, QUARANTINE_PREFIX, FAILED_PREFIX, GIVEN_UP_PREFIX);
    props.evidence.allowWrite(redrive, REDRIVEN_PREFIX);
    props.evidence.allowList(redrive);
    // `tune` judges the archive again, by who sits where and what is set.
    props.archive.allowRead(redrive);
    props.directory.allowRead(redrive, 'GetItem', 'Query');
    props.settings.allowRead(redrive);
    props.accesses.allowWrite(redrive);
    props.alerts.allowRedrive(redrive);
    props.slack?.deadLetters.allowLook(redrive);
    props.findings?.allowRedrive(redrive);
    props.ingest?.allowRedrive(redrive);
  }

  /**
   * Runs `report` and `baseline show`: reads baselines, cases, suppressions, directory and settings whole, and the archive, of which a
   * report samples what sources send. A role and no policy to attach, since the archive lets only roles read that it knows; apart
   * from the readers, who work on cases and needn't see everybody's habits.
   */
  private createReporter(props: PeopleAccessProps): void {
    const reporter = new NamedRole(this, 'Reporter', {
      roleName: resourceName(props.stage, 'reporter'),
      assumedBy: new AccountRootPrincipal(),
      description: 'Sums up weeks and shows baselines',
    });
    props.baselines.allowRead(reporter, 'BatchGetItem', 'Scan');
    props.cases.allowRead(reporter, 'Scan');
    props.directory.allowRead(reporter, 'GetItem', 'Query');
    props.settings.allowRead(reporter);
    props.archive.allowRead(reporter);
  }

  /** Reads cases; attach it to whoever works on them. */
  private createReaderPolicy(props: PeopleAccessProps): void {
    const reader = new ManagedPolicy(this, 'Reader', {
      managedPolicyName: resourceName(props.stage, 'reader'),
      description: 'Reads the cases of Borderwatch',
    });
    this.allowReadCases(reader, props);
  }

  /** Reads cases and judges them; attach it to roles whose session names their trust policy fixes: see docs/cases.md. */
  private createAnalystPolicy(props: PeopleAccessProps): void {
    const analyst = new ManagedPolicy(this, 'Analyst', {
      managedPolicyName: resourceName(props.stage, 'analyst'),
      description: 'Reads and judges the cases of Borderwatch',
    });
    this.allowReadCases(analyst, props);
    props.casework.allowCall(analyst);
  }

  private allowReadCases(policy: ManagedPolicy, { cases, encryptionKey }: PeopleAccessProps): void {
    policy.addStatements(
      new PolicyStatement({
        actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan'],
        resources: [cases.tableArn],
      }),
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [`${cases.tableArn}/index/${ONGOING_INDEX.name}`],
      }),
      encryptionKey.useStatement('dynamodb', 'read'),
    );
  }

  /** Sends access events; attach it to what reports accesses. */
  private createProducerPolicy({ stage, accesses, encryptionKey }: PeopleAccessProps): void {
    const producer = new ManagedPolicy(this, 'Producer', {
      managedPolicyName: resourceName(stage, 'producer'),
      description: 'Sends access events to Borderwatch',
    });
    producer.addStatements(
      new PolicyStatement({ actions: ['kinesis:PutRecord', 'kinesis:PutRecords'], resources: [accesses.streamArn] }),
      encryptionKey.useStatement('kinesis', 'write'),
    );
  }
}
