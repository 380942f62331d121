import type { AccessEvent } from '../model/access-event.ts';
import type { TechnicalResource } from '../model/resources.ts';
import { actorOf } from './cloudtrail-identity.ts';
import { touchedResources } from './cloudtrail-resource.ts';
import { isObject, type JsonObject, objectIn, own, ownText } from './own-field.ts';

/**
 * Who made a call, by the same rules as in CloudTrail's own records, so that one person is one actor whichever way a record comes.
 * The source identity isn't mapped; a role's session is `ROLE/SESSION` even where there is one.
 *
 * @see https://github.com/ocsf/examples/tree/main/mappings/markdown/AWS/v1.5.0/CloudTrail
 * @returns undefined where CloudTrail is not the product, or the record names nobody
 */
export function cloudTrailActor(record: unknown): AccessEvent['actor'] | undefined {
  if (ownText(record, 'metadata', 'product', 'name') !== 'CloudTrail') return undefined;
  const actor = own(record, 'actor');
  return actorOf({
    type: ownText(actor, 'user', 'type'),
    userName: ownText(actor, 'user', 'name'),
    arn: ownText(actor, 'user', 'uid'),
    principalId: ownText(actor, 'user', 'uid_alt'),
    accountId: ownText(actor, 'user', 'account', 'uid'),
    invokedBy: ownText(actor, 'invoked_by'),
    sessionContext: { sessionIssuer: { arn: ownText(actor, 'session', 'issuer') } },
  });
}

/** The request's parameters: an object, or its JSON text. */
export const requestParameters = (record: unknown): JsonObject | undefined =>
  objectIn(own(own(own(record, 'api'), 'request'), 'data'));

/** Buckets and tables of AWS that a record names by their types, found as in CloudTrail's own records; none where it names no such. */
export function awsResources(record: unknown, action: string): readonly TechnicalResource[] {
  const list = own(record, 'resources');
  const resources = (Array.isArray(list) ? list : []).filter(isObject).map((resource) => ({
    type: ownText(resource, 'type') ?? '',
    ARN: ownText(resource, 'uid') ?? ownText(resource, 'name') ?? '',
  }));
  const table = resources.find(({ type }) => type === 'AWS::DynamoDB::Table');
  if (!table && !resources.some(({ type }) => type.startsWith('AWS::S3'))) return [];
  const parameters = requestParameters(record);
  return touchedResources(
    {
      eventSource: table ? 'dynamodb.amazonaws.com' : 's3.amazonaws.com',
      awsRegion: ownText(record, 'cloud', 'region') ?? table?.ARN.split(':')[3],
      requestParameters: {
        bucketName: ownText(parameters, 'bucketName'),
        tableName: ownText(parameters, 'tableName') ?? table?.ARN,
        key: own(parameters, 'key'),
        prefix: own(parameters, 'prefix'),
        'x-amz-copy-source': own(parameters, 'x-amz-copy-source'),
      },
      resources,
    },
    action,
  );
}
