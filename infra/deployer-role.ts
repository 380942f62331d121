import { DefaultStackSynthesizer, Fn, type Stack } from 'aws-cdk-lib';

/**
 * The ARN of the role as which CloudFormation deploys the stack: `cdk bootstrap` made it, and only CloudFormation can assume it. What a
 * resource refuses everybody must not be refused to it where it needs that to manage the resource.
 *
 * @throws Error when the stack is deployed in another way, so that no such role is known
 */
export function deployerRoleArn({ stackName, synthesizer }: Stack): string {
  if (!(synthesizer instanceof DefaultStackSynthesizer))
    throw new Error(`${stackName} is deployed without the role that cdk bootstrap makes for CloudFormation`);
  return Fn.sub(synthesizer.cloudFormationExecutionRoleArn);
}
