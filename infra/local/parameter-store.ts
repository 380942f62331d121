import type {
  DeleteParameterRequest,
  GetParameterHistoryRequest,
  GetParameterRequest,
  GetParametersByPathRequest,
  GetParametersRequest,
  ParameterTier,
  ParameterType,
  PutParameterRequest,
} from '@aws-sdk/client-ssm';
import {
  checkName,
  checkPath,
  checkReference,
  checkValue,
  oneOf,
  pageSize,
  TIERS,
  TYPES,
} from './parameter-validation.ts';
import { constraintError, ServiceError } from './service-error.ts';

/** One version of one parameter. */
interface Version {
  readonly Name: string;
  readonly Type: ParameterType;
  readonly Value: string;
  readonly Version: number;
  readonly Tier: ParameterTier;
  readonly DataType: 'text';
  /** Epoch seconds with a fraction, as JSON 1.1 writes times. */
  readonly LastModifiedDate: number;
  readonly Description?: string;
  readonly AllowedPattern?: string;
}

/** Parameter Store keeps so many versions of a parameter and then drops the oldest. */
const MAXIMUM_VERSIONS = 100;

/** What the operations below need to know about the account they pretend to be in. */
export interface StoreContext {
  readonly region: string;
  readonly accountId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Parameter Store in memory: the operations that the project calls, with the limits and errors of the real ones
 * (AWS Systems Manager API Reference). Filters, labels and policies are left out; `SecureString` is kept as it comes.
 *
 * @returns one function an operation, by its name in `X-Amz-Target`; each throws ServiceError
 */
export function createParameterStore({ region, accountId, now }: StoreContext) {
  const histories = new Map<string, readonly Version[]>();

  const shown = ({ Tier: _tier, Description: _description, AllowedPattern: _pattern, ...version }: Version) => ({
    ...version,
    ARN: `arn:aws:ssm:${region}:${accountId}:parameter/${version.Name.replace(/^\//, '')}`,
  });

  const find = (reference: string | undefined) => {
    const { name, version: selector } = checkReference(reference);
    const history = histories.get(name);
    if (!history) throw new ServiceError('ParameterNotFound');
    const version = selector === undefined ? history.at(-1) : history.find((each) => String(each.Version) === selector);
    if (!version) {
      throw new ServiceError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    }
    return { ...shown(version), ...(selector !== undefined && { Selector: `:${selector}` }) };
  };

  return {
    PutParameter(request: PutParameterRequest) {
      const name = checkName(request.Name);
      const history = histories.get(name) ?? [];
      const current = history.at(-1);
      const type = oneOf('type', request.Type, TYPES) ?? current?.Type;
      const asked = oneOf('tier', request.Tier, TIERS);
      const { value, tier } = checkValue(request.Value, asked, current?.Tier, request.AllowedPattern);
      if (current && !request.Overwrite) {
        throw new ServiceError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      if (!type) {
        throw new ServiceError('ValidationException', 'A parameter type is required when you create a parameter.');
      }
      const version: Version = {
        Name: name,
        Type: type,
        Value: value,
        Version: (current?.Version ?? 0) + 1,
        Tier: tier,
        DataType: 'text',
        LastModifiedDate: now() / 1000,
        ...(request.Description !== undefined && { Description: request.Description }),
        ...(request.AllowedPattern !== undefined && { AllowedPattern: request.AllowedPattern }),
      };
      histories.set(name, [...history, version].slice(-MAXIMUM_VERSIONS));
      return { Version: version.Version, Tier: tier };
    },

    GetParameter: (request: GetParameterRequest) => ({ Parameter: find(request.Name) }),

    GetParameters(request: GetParametersRequest) {
      const names = request.Names ?? [];
      if (names.length < 1) throw constraintError('names', names, 'Member must have length greater than or equal to 1');
      if (names.length > 10) throw constraintError('names', names, 'Member must have length less than or equal to 10');
      const found = new Map<string, ReturnType<typeof find>>();
      const invalid: string[] = [];
      for (const name of new Set(names)) {
        try {
          found.set(name, find(name));
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          invalid.push(name);
        }
      }
      const parameters = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, parameter]) => parameter);
      return { Parameters: parameters, InvalidParameters: invalid };
    },

    GetParametersByPath(request: GetParametersByPathRequest) {
      const path = checkPath(request.Path);
      const size = pageSize(request.MaxResults, 10);
      const below = [...histories.keys()]
        .filter((name) => name.startsWith(path) && (request.Recursive || !name.slice(path.length).includes('/')))
        .sort();
      const { page, next } = pageOf(below, size, request.NextToken);
      return { Parameters: page.map((name) => find(name)), ...next };
    },

    GetParameterHistory(request: GetParameterHistoryRequest) {
      const name = checkName(request.Name);
      const size = pageSize(request.MaxResults, 50);
      const history = histories.get(name);
      if (!history) throw new ServiceError('ParameterNotFound');
      const { page, next } = pageOf(history, size, request.NextToken);
      const LastModifiedUser = `arn:aws:iam::${accountId}:user/local`;
      return {
        Parameters: page.map((version) => ({ ...version, LastModifiedUser, Labels: [], Policies: [] })),
        ...next,
      };
    },

    DeleteParameter(request: DeleteParameterRequest) {
      if (!histories.delete(checkName(request.Name))) throw new ServiceError('ParameterNotFound');
      return {};
    },
  };
}

/** Tokens are opaque to callers; here they hide an offset, so that nobody gets used to reading them. */
function pageOf<Item>(items: readonly Item[], size: number, token: string | undefined) {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isSafeInteger(start) || start < 0 || token === '') {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  }
  const end = start + size;
  const next = end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { page: items.slice(start, end), next };
}
