import type { Alert } from '../../shared/model/alert.ts';

/** Who asks: the IAM principal that signed the request, and whom the directory knows it as. */
export interface Caller {
  readonly arn: string;
  readonly employeeId: string | undefined;
}

/**
 * What a principal's ARN calls the person behind it: a session's name, or a user's. IAM Identity Center names sessions after
 * its users; for other roles the trust policy must not leave the name to the caller (`sts:RoleSessionName`).
 *
 * @returns undefined where it names nobody in particular, such as the account's root
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function nameOfPrincipal(arn: string): string | undefined {
  const [, , , , , resource = ''] = arn.split(':');
  const [kind, ...path] = resource.split('/');
  const isPerson = kind === 'user' || kind === 'federated-user' || (kind === 'assumed-role' && path.length > 1);
  return isPerson ? path.at(-1) || undefined : undefined;
}

/** Whether a case is about the caller: as its subject, or among those whom it names. */
export const concerns = ({ employeeId }: Caller, { subject, relatedEmployees }: Alert): boolean =>
  employeeId !== undefined && (subject.id === employeeId || relatedEmployees.includes(employeeId));
