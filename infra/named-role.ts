import { Stack, Validations } from 'aws-cdk-lib';
import {
  type Conditions,
  type IPrincipal,
  type IRole,
  ManagedPolicy,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface NamedRoleProps {
  readonly assumedBy: IPrincipal;
  readonly description: string;
  /** @default - CloudFormation makes a name up */
  readonly roleName?: string;
}

/**
 * A role whose every permission is written in this project: one managed policy, to which the parts add what they allow.
 * What CDK would add by itself (broad grants, AWS's managed policies) doesn't reach it.
 */
export class NamedRole extends Construct {
  readonly role: IRole;
  private readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: NamedRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: props.assumedBy,
      description: props.description,
      ...(props.roleName && { roleName: props.roleName }),
    });
    this.role = role.withoutPolicyUpdates();
    this.policy = new ManagedPolicy(this, 'Policy', { description: props.description, roles: [role] });
  }

  get roleArn(): string {
    return this.role.roleArn;
  }

  /** @param resources ARNs without a wildcard */
  allow(actions: readonly string[], resources: readonly string[], conditions: Conditions = {}): void {
    this.policy.addStatements(
      new PolicyStatement({ actions: [...actions], resources: [...resources], conditions: { ...conditions } }),
    );
  }

  /**
   * @param resource an ARN with a wildcard in it, or the wildcard alone
   * @param reason why no narrower resource can be named; a reviewer reads it
   */
  allowWildcard(actions: readonly string[], resource: string, reason: string, conditions: Conditions = {}): void {
    this.allow(actions, [resource], conditions);
    const name = findingName(Stack.of(this).resolve(resource));
    Validations.of(this.policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${name}]`, reason });
  }
}

/** How cdk-nag writes a resource that CloudFormation puts together: references between angle brackets. */
function findingName(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = reference as CloudFormationReference;
  if (join) return join[1].map(findingName).join(join[0]);
  return attribute ? `<${attribute.join('.')}>` : `<${Ref}>`;
}

interface CloudFormationReference {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly [string, string];
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}
