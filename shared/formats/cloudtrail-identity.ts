import * as z from 'zod/mini';
import type { AccessEvent } from '../model/access-event.ts';

const text = z.nullish(z.string());

/** The parts of CloudTrail's `userIdentity` that say who it was. */
export const userIdentitySchema = z.object({
  type: text,
  userName: text,
  principalId: text,
  arn: text,
  accountId: text,
  invokedBy: text,
  onBehalfOf: z.nullish(z.object({ userId: text })),
  /** Credentials that a workload was given (EC2 instance, Lambda function, ECS task). */
  inScopeOf: z.nullish(z.object({ issuerType: text })),
  sessionContext: z.nullish(
    z.object({
      sourceIdentity: text,
      /** Credentials came from the instance metadata service. */
      ec2RoleDelivery: text,
      sessionIssuer: z.nullish(z.object({ userName: text, arn: text })),
    }),
  ),
});
export type UserIdentity = z.output<typeof userIdentitySchema>;

/** Roles that only IAM Identity Center can create and assume: it sets the session's name to the user's. */
const IDENTITY_CENTER_ROLE = ':role/aws-reserved/sso.amazonaws.com/';
/** Roles that only AWS services assume: service-linked ones, and those that consoles create for a service. */
const SERVICE_ROLE = /:role\/(aws-service-role|service-role)\//;
const INSTANCE_ID = /^i-[0-9a-f]{8,17}$/;

/**
 * Who made a call. For role sessions, in this order: the source identity (set once, kept through role chaining), the user of
 * an Identity Center session, else `role/session`: whoever assumes a role may choose the session's name, so alone it proves nobody.
 *
 * A service is who acts by itself: an AWS service's own account, a role made for services, a workload's credentials. `invokedBy`
 * is no proof: in forward access sessions (a query in Athena) it is there, and the identity is the person's.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 * @returns undefined where the record names nobody
 */
export function actorOf(identity: UserIdentity): AccessEvent['actor'] | undefined {
  const id = identity.type === 'AssumedRole' ? sessionId(identity) : principalName(identity);
  if (!id) return undefined;
  const onBehalfOf = identity.onBehalfOf?.userId;
  return {
    id,
    type: isService(identity) ? 'service' : 'employee',
    ...(onBehalfOf && onBehalfOf !== id && { onBehalfOf }),
  };
}

function sessionId(identity: UserIdentity): string | undefined {
  const { sourceIdentity, sessionIssuer } = identity.sessionContext ?? {};
  if (sourceIdentity) return sourceIdentity;
  const session = sessionName(identity);
  if (session && sessionIssuer?.arn?.includes(IDENTITY_CENTER_ROLE)) return session;
  const role = sessionIssuer?.userName || identity.arn?.split('/').at(-2);
  if (role && session) return `${role}/${session}`;
  return identity.arn || identity.principalId || undefined;
}

/** Both end in the session's name: arn:aws:sts::111122223333:assumed-role/ROLE/SESSION and AROAEXAMPLE:SESSION. */
const sessionName = ({ arn, principalId }: UserIdentity): string | undefined =>
  arn?.includes(':assumed-role/') ? arn.split('/').at(-1) : principalId?.split(':').slice(1).join(':');

function principalName(identity: UserIdentity): string | undefined {
  switch (identity.type) {
    case 'AWSService':
      return identity.invokedBy || identity.principalId || undefined;
    case 'AWSAccount':
      // Anonymous callers have no principal, and ANONYMOUS_PRINCIPAL for an account.
      return identity.principalId || identity.accountId || undefined;
    case 'Root':
      // Its user name is the account's alias, which looks like a person's.
      return identity.arn || identity.accountId || undefined;
    default:
      return identity.userName || identity.onBehalfOf?.userId || identity.arn || identity.principalId || undefined;
  }
}

function isService(identity: UserIdentity): boolean {
  if (identity.type === 'AWSService') return true;
  if (identity.type !== 'AssumedRole' || identity.sessionContext?.sourceIdentity) return false;
  const { ec2RoleDelivery, sessionIssuer } = identity.sessionContext ?? {};
  return (
    Boolean(identity.inScopeOf?.issuerType || ec2RoleDelivery) ||
    SERVICE_ROLE.test(sessionIssuer?.arn ?? '') ||
    INSTANCE_ID.test(sessionName(identity) ?? '')
  );
}
