import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';

export interface GeneratedKeyProps {
  readonly stage: string;
  /** The last part of the secret's name. */
  readonly part: string;
  readonly description: string;
  /** Why it isn't rotated; a reviewer reads it. */
  readonly whyNotRotated: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/** A secret that is generated at the first deployment and seen by nobody. */
export class GeneratedKey extends Construct {
  private readonly secret: Secret;
  private readonly encryptionKey: EncryptionKey;

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
  }

  get secretArn(): string {
    return this.secret.secretArn;
  }

  allowRead(role: NamedRole): void {
    role.allow(['secretsmanager:GetSecretValue'], [this.secret.secretArn]);
    this.encryptionKey.allowThrough('secretsmanager', role, 'read');
  }
}
