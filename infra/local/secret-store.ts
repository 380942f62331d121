import { randomUUID } from 'node:crypto';
import type {
  CreateSecretRequest,
  DeleteSecretRequest,
  DescribeSecretRequest,
  GetSecretValueRequest,
  PutSecretValueRequest,
} from '@aws-sdk/client-secrets-manager';
import type { StoreContext } from './parameter-store.ts';
import { constraintError, ServiceError } from './service-error.ts';

/** As it travels: strings as text, binaries as base64. */
type OnTheWire<Request> = Omit<Request, 'SecretBinary'> & { readonly SecretBinary?: string };

interface SecretVersion {
  readonly id: string;
  readonly content: { readonly SecretString: string } | { readonly SecretBinary: string };
  readonly createdAt: number;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly versions: readonly SecretVersion[];
  /** The version that each staging label is on. */
  readonly labels: Readonly<Record<string, string>>;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/**
 * Secrets Manager in memory: the operations that the project calls, with the errors of the real ones (AWS Secrets Manager
 * API Reference). Rotation, replication, deletion with a time to recover and staging labels other than the service's own two are left out.
 *
 * @returns one function an operation, by its name in `X-Amz-Target`; each throws ServiceError
 */
export function createSecretStore({ region, accountId, now }: StoreContext) {
  const secrets = new Map<string, Secret>();

  const find = (id: string | undefined): Secret => {
    if (!id) throw constraintError('secretId', id, 'Member must have length greater than or equal to 1');
    const secret = secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.startsWith(`${id}-`));
    if (!secret) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return secret;
  };
  const labelsOf = (secret: Secret, versionId: string) =>
    Object.keys(secret.labels).filter((label) => secret.labels[label] === versionId);

  return {
    CreateSecret(request: OnTheWire<CreateSecretRequest>) {
      const name = request.Name ?? '';
      if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
        throw new ServiceError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      const version = newVersion(request, now(), { needed: false });
      const existing = secrets.get(name);
      if (existing) {
        const same = existing.versions.find(({ id }) => id === version?.id);
        if (same && version && sameContent(same, version)) return { ARN: existing.arn, Name: name, VersionId: same.id };
        throw new ServiceError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${randomUUID().slice(0, 6)}`;
      secrets.set(name, {
        name,
        arn,
        description: request.Description,
        createdAt: now(),
        changedAt: now(),
        versions: version ? [version] : [],
        labels: version ? { [CURRENT]: version.id } : {},
      });
      return { ARN: arn, Name: name, ...(version && { VersionId: version.id }) };
    },

    PutSecretValue(request: OnTheWire<PutSecretValueRequest>) {
      const secret = find(request.SecretId);
      const version = newVersion(request, now(), { needed: true });
      const same = secret.versions.find(({ id }) => id === version.id);
      if (same && !sameContent(same, version)) {
        throw new ServiceError(
          'ResourceExistsException',
          `You can't modify the value of version ${version.id}: a secret version with that token exists already.`,
        );
      }
      const answer = { ARN: secret.arn, Name: secret.name, VersionId: version.id };
      if (same) return { ...answer, VersionStages: labelsOf(secret, same.id) };
      const before = secret.labels[CURRENT];
      const labels = { ...(before !== undefined && { [PREVIOUS]: before }), [CURRENT]: version.id };
      secrets.set(secret.name, { ...secret, changedAt: now(), versions: [...secret.versions, version], labels });
      return { ...answer, VersionStages: [CURRENT] };
    },

    GetSecretValue(request: GetSecretValueRequest) {
      const secret = find(request.SecretId);
      const label = request.VersionStage ?? CURRENT;
      const wanted = request.VersionId ?? secret.labels[label];
      const version = secret.versions.find(({ id }) => id === wanted);
      if (!version || (request.VersionStage && secret.labels[label] !== version.id)) {
        const what = request.VersionId ? `VersionId: ${request.VersionId}` : `staging label: ${label}`;
        throw new ServiceError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for ${what}`,
        );
      }
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        ...version.content,
        VersionStages: labelsOf(secret, version.id),
        CreatedDate: version.createdAt / 1000,
      };
    },

    DeleteSecret(request: DeleteSecretRequest) {
      const { arn, name } = find(request.SecretId);
      if (!request.ForceDeleteWithoutRecovery)
        throw new ServiceError('InvalidRequestException', 'Here a secret can only be deleted without recovery.');
      secrets.delete(name);
      return { ARN: arn, Name: name, DeletionDate: now() / 1000 };
    },

    DescribeSecret(request: DescribeSecretRequest) {
      const secret = find(request.SecretId);
      const stages = secret.versions.map(({ id }) => [id, labelsOf(secret, id)] as const);
      return {
        ARN: secret.arn,
        Name: secret.name,
        ...(secret.description !== undefined && { Description: secret.description }),
        CreatedDate: secret.createdAt / 1000,
        LastChangedDate: secret.changedAt / 1000,
        // Versions without a label are deprecated and not listed.
        VersionIdsToStages: Object.fromEntries(stages.filter(([, labels]) => labels.length > 0)),
      };
    },
  };
}

type NewVersion = Pick<OnTheWire<CreateSecretRequest>, 'ClientRequestToken' | 'SecretString' | 'SecretBinary'>;

function newVersion(request: NewVersion, createdAt: number, options: { needed: true }): SecretVersion;
function newVersion(request: NewVersion, createdAt: number, options: { needed: false }): SecretVersion | undefined;
function newVersion(request: NewVersion, createdAt: number, options: { needed: boolean }): SecretVersion | undefined {
  const { ClientRequestToken, SecretString, SecretBinary } = request;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw new ServiceError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  const id = ClientRequestToken ?? randomUUID();
  if (SecretString !== undefined) return { id, content: { SecretString }, createdAt };
  if (SecretBinary !== undefined) return { id, content: { SecretBinary }, createdAt };
  if (options.needed) {
    throw new ServiceError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  }
  return undefined;
}

const sameContent = (one: SecretVersion, other: SecretVersion) =>
  JSON.stringify(one.content) === JSON.stringify(other.content);
