import { Lazy, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { deployerRoleArn } from './deployer-role.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';
import { unlessOneOf } from './unless-one-of.ts';

export interface GeneratedKeyProps {
  readonly stage: string;
  /** The last part of the secret's name. */
  readonly part: string;
  readonly description: string;
  /** Why it isn't rotated; a reviewer reads it. */
  readonly whyNotRotated: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
  /** Roles that may put another value in its place. */
  readonly writerRoleArns: readonly string[];
}

/** What puts another value in a secret's place, or has it put there. */
const CHANGES = ['PutSecretValue', 'UpdateSecret', 'UpdateSecretVersionStage', 'RotateSecret'];

/**
 * A secret that is generated at the first deployment and seen by nobody. Only the roles that `allowRead` names read it and only named
 * ones change it, whatever other policies in the account say: who chose its value knows it as well.
 */
export class GeneratedKey extends Construct {
  private readonly secret: Secret;
  private readonly encryptionKey: EncryptionKey;
  private readonly readerRoleArns: string[] = [];

  constructor(scope: Construct, id: string, props: GeneratedKeyProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.secret = new Secret(this, 'Secret', {
      secretName: `borderwatch/${props.stage}/${props.part}`,
      description: props.description,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      encryptionKey: props.encryptionKey.key,
      removalPolicy: props.removalPolicy,
    });
    Validations.of(this.secret).acknowledge(
      { id: 'AwsSolutions-SMG4', reason: props.whyNotRotated },
      { id: 'NIST.800.53.R5-SecretsManagerRotationEnabled', reason: props.whyNotRotated },
    );
    this.denyOthers('OnlyNamedRolesRead', ['GetSecretValue'], this.readerRoleArns);
    this.denyOthers('OnlyNamedRolesChange', CHANGES, props.writerRoleArns);
  }

  get secretArn(): string {
    return this.secret.secretArn;
  }

  allowRead(role: NamedRole): void {
    role.allow(['secretsmanager:GetSecretValue'], [this.secret.secretArn]);
    this.encryptionKey.allowThrough('secretsmanager', role, 'read');
    this.readerRoleArns.push(role.roleArn);
  }

  /** @param roleArns may grow until the template is made */
  private denyOthers(sid: string, actions: readonly string[], roleArns: readonly string[]): void {
    // CloudFormation reads and updates secrets, even for another description or tag; the handlers of AWS::SecretsManager::Secret say so.
    const deployer = deployerRoleArn(Stack.of(this));
    this.secret.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: actions.map((action) => `secretsmanager:${action}`),
        resources: ['*'],
        conditions: unlessOneOf(Lazy.list({ produce: () => [deployer, ...roleArns] })),
      }),
    );
  }
}
