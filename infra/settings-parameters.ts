import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { SETTING_DEFINITIONS } from '../shared/model/settings.ts';
import type { NamedRole } from './named-role.ts';
import { settingsPath } from './resource-names.ts';

export interface SettingsParametersProps {
  readonly stage: string;
  /** What some settings start with instead of their default: texts by name. */
  readonly initial: Readonly<Record<string, string>>;
}

/**
 * So many are made at once, each after one before it: CloudFormation makes all at once that depend on nothing, and Parameter Store
 * takes a few writes a second only.
 */
const AT_ONCE = 3;

/**
 * The knobs, in Parameter Store. What somebody sets there stays over deployments: CloudFormation writes a parameter again
 * only when its initial value in the stage's configuration changes.
 */
export class SettingsParameters extends Construct {
  readonly path: string;

  constructor(scope: Construct, id: string, props: SettingsParametersProps) {
    super(scope, id);
    this.path = settingsPath(props.stage);
    const parameters = SETTING_DEFINITIONS.map(
      ({ name, initial, description }) =>
        new StringParameter(this, name.replaceAll('/', '-'), {
          parameterName: `${this.path}/${name}`,
          description,
          stringValue: props.initial[name] ?? initial,
        }),
    );
    for (const [index, parameter] of parameters.entries()) {
      const earlier = parameters[index - AT_ONCE];
      if (earlier) parameter.node.addDependency(earlier);
    }
  }

  allowRead(role: NamedRole): void {
    // A call by path is judged on the path itself, not on the parameters below it.
    role.allow(['ssm:GetParametersByPath'], [this.arnOf('')]);
  }

  allowChange(role: NamedRole): void {
    this.allowRead(role);
    role.allowWildcard(
      ['ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
      this.arnOf('/*'),
      'The settings are the parameters under this path; each of them may be changed.',
    );
  }

  private arnOf(rest: string): string {
    return Stack.of(this).formatArn({
      service: 'ssm',
      resource: 'parameter',
      resourceName: `${this.path.slice(1)}${rest}`,
    });
  }
}
