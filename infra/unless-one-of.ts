import type { Conditions } from 'aws-cdk-lib/aws-iam';

/** The condition of a denial that holds for people and programs, but not for AWS's own services acting for themselves. */
export const UNLESS_AWS_ITSELF: Conditions = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };

/** The condition of a denial that holds for everybody but the roles named and AWS itself. @param roleArns one at least */
export function unlessOneOf(roleArns: readonly string[]): Conditions {
  return { ArnNotEquals: { 'aws:PrincipalArn': roleArns }, ...UNLESS_AWS_ITSELF };
}
