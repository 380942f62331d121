import { describe, expect, it } from 'vitest';
import { fromCloudTrail } from '../../shared/formats/cloudtrail.ts';
import { NO_CONTEXT } from '../../shared/formats/source-format.ts';
import { ALICE, dataEvent, roleSession } from './cloudtrail-records.ts';

function actorOf(userIdentity: unknown) {
  const [reading] = fromCloudTrail(dataEvent({ userIdentity }), { ...NO_CONTEXT, unmapped: 'unknown-region' });
  return reading?.kind === 'event' ? reading.value.actor : reading;
}
const ROLES = 'arn:aws:iam::111122223333:role';
const employee = (id: string) => ({ id, type: 'employee' });
const service = (id: string) => ({ id, type: 'service' });

describe('who made a call', () => {
  it.each([
    ['an IAM user goes by name', ALICE, employee('Alice')],
    [
      'an IAM user without a name by ARN',
      { ...ALICE, userName: undefined },
      employee('arn:aws:iam::111122223333:user/Alice'),
    ],
    [
      'the account’s root by ARN, not by the account’s alias',
      { type: 'Root', arn: 'arn:aws:iam::111122223333:root', userName: 'our-company' },
      employee('arn:aws:iam::111122223333:root'),
    ],
    [
      'a federated user by ARN',
      { type: 'FederatedUser', arn: 'arn:aws:sts::111122223333:federated-user/Bob', principalId: '111122223333:Bob' },
      employee('arn:aws:sts::111122223333:federated-user/Bob'),
    ],
    [
      'a federated user who is named like an instance by ARN, and as a person',
      {
        type: 'FederatedUser',
        arn: 'arn:aws:sts::111122223333:federated-user/i-0317f6c6b66ae9c40',
        principalId: '111122223333:i-0317f6c6b66ae9c40',
      },
      employee('arn:aws:sts::111122223333:federated-user/i-0317f6c6b66ae9c40'),
    ],
    [
      'an Identity Center user by user id, on nobody else’s behalf',
      { type: 'IdentityCenterUser', accountId: '111122223333', onBehalfOf: { userId: 'u-1' } },
      employee('u-1'),
    ],
    [
      'another account’s principal by its id',
      { type: 'AWSAccount', principalId: 'AIDAOTHER', accountId: '444455556666' },
      employee('AIDAOTHER'),
    ],
    [
      'an anonymous caller as such',
      { type: 'AWSAccount', principalId: '', accountId: 'ANONYMOUS_PRINCIPAL' },
      employee('ANONYMOUS_PRINCIPAL'),
    ],
    [
      'an AWS service by its name',
      { type: 'AWSService', invokedBy: 'logging.s3.amazonaws.com' },
      service('logging.s3.amazonaws.com'),
    ],
  ])('%s', (_, identity, actor) => {
    expect(actorOf(identity)).toEqual(actor);
  });

  it.each([
    ['by role and session name', roleSession('bob@example.com'), employee('Analyst/bob@example.com')],
    [
      'by source identity, which cannot be changed later',
      roleSession('tmp', undefined, { sourceIdentity: 'bob' }),
      employee('bob'),
    ],
    [
      'by user name, where Identity Center sets the session’s name',
      roleSession(
        'bob@example.com',
        `${ROLES}/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_Analyst_0123456789abcdef`,
      ),
      employee('bob@example.com'),
    ],
    [
      'not by user name, where a role is only named like Identity Center’s',
      roleSession('bob@example.com', `${ROLES}/AWSReservedSSO_Analyst_0123456789abcdef`),
      employee('AWSReservedSSO_Analyst_0123456789abcdef/bob@example.com'),
    ],
    [
      'not by user name, where a role only lies under a path like Identity Center’s',
      roleSession('bob@example.com', `${ROLES}/x/aws-reserved/sso.amazonaws.com/Analyst`),
      employee('Analyst/bob@example.com'),
    ],
    ['by principal id, where the ARN is missing', { ...roleSession('bob'), arn: undefined }, employee('Analyst/bob')],
    [
      'by ARN, where the context is missing',
      { ...roleSession('bob'), sessionContext: undefined },
      employee('Analyst/bob'),
    ],
    [
      'of an EC2 instance, by the session’s name',
      roleSession('i-0317f6c6b66ae9c40'),
      service('Analyst/i-0317f6c6b66ae9c40'),
    ],
    [
      'of an instance, by the way the credentials came',
      roleSession('x', undefined, { ec2RoleDelivery: '2.0' }),
      service('Analyst/x'),
    ],
    [
      'of a Lambda function',
      { ...roleSession('etl'), inScopeOf: { issuerType: 'AWS::Lambda::Function' } },
      service('Analyst/etl'),
    ],
    [
      'of a service-linked role',
      roleSession('s', `${ROLES}/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`),
      service('AWSServiceRoleForAmazonMacie/s'),
    ],
    [
      'of a role made for a service',
      roleSession('GlueJobRunnerSession', `${ROLES}/service-role/GlueRole`),
      service('GlueRole/GlueJobRunnerSession'),
    ],
    [
      'of a role that only lies under a path like a service’s',
      roleSession('bob', `${ROLES}/x/service-role/GlueRole`),
      employee('GlueRole/bob'),
    ],
    [
      'of a person whose session only begins like an instance’s',
      roleSession('i-0317f6c6b66ae9c40-bob'),
      employee('Analyst/i-0317f6c6b66ae9c40-bob'),
    ],
    [
      'of a person who queries by way of Athena',
      { ...roleSession('bob'), invokedBy: 'athena.amazonaws.com' },
      employee('Analyst/bob'),
    ],
  ])('a role’s session %s', (_, identity, actor) => {
    expect(actorOf(identity)).toEqual(actor);
  });

  it('takes a session with a source identity for a person’s, whatever machine it runs on', () => {
    const session = roleSession('i-0317f6c6b66ae9c40', undefined, { sourceIdentity: 'bob', ec2RoleDelivery: '2.0' });
    expect(actorOf(session)).toEqual(employee('bob'));
  });

  it('tells on whose behalf an application called', () => {
    expect(
      actorOf({ ...roleSession('app'), onBehalfOf: { userId: 'u-1', identityStoreArn: 'arn:aws:identitystore::1:x' } }),
    ).toEqual({
      ...employee('Analyst/app'),
      onBehalfOf: 'u-1',
    });
  });

  it.each([
    {},
    { type: 'AssumedRole' },
    { type: 'AWSService' },
    { type: 'AWSAccount', principalId: '' },
    { type: 'IAMUser', userName: '' },
  ])('invents nobody for %j', (identity) => {
    expect(actorOf(identity)).toEqual({ kind: 'invalid', reason: 'userIdentity: names nobody' });
  });
});
