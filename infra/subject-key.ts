import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';
import type { NamedRole } from './named-role.ts';

export interface SubjectKeyProps {
  readonly stage: string;
  readonly encryptionKey: EncryptionKey;
  readonly removalPolicy: RemovalPolicy;
}

/** The secret under which subjects' ids become HMACs; generated at the first deployment, seen by nobody. */
export class SubjectKey extends Construct {
  private readonly secret: Secret;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: SubjectKeyProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    this.secret = new Secret(this, 'Secret', {
      secretName: `borderwatch/${props.stage}/subject-key`,
      description: 'Key of the HMAC that stands for a subject id; changing it makes every known subject a stranger',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      encryptionKey: props.encryptionKey.key,
      removalPolicy: props.removalPolicy,
    });
    const reason =
      'Rotation would break what the key is for: every baseline and link holds HMACs under it, so a new key makes all known subjects strangers and opens the detector to a phantom-alert storm. It never leaves Secrets Manager except into the detect function.';
    Validations.of(this.secret).acknowledge(
      { id: 'AwsSolutions-SMG4', reason },
      { id: 'NIST.800.53.R5-SecretsManagerRotationEnabled', reason },
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
