import type { ParameterTier, ParameterType } from '@aws-sdk/client-ssm';
import { constraintError, ServiceError } from './service-error.ts';

export const TYPES: readonly ParameterType[] = ['SecureString', 'StringList', 'String'];
export const TIERS: readonly ParameterTier[] = ['Standard', 'Intelligent-Tiering', 'Advanced'];

/** Characters a value may have, by tier. */
const STANDARD_VALUE = 4096;
const ADVANCED_VALUE = 8192;
const MAXIMUM_LEVELS = 15;
const NAME_CHARACTERS = /^[A-Za-z0-9_.\-/]+$/;

/**
 * A parameter's name without the spaces around it.
 *
 * @throws ServiceError as Parameter Store words it
 */
export function checkName(given: string | undefined): string {
  const name = (given ?? '').trim();
  if (name === '') throw constraintError('name', name, 'Member must have length greater than or equal to 1');
  if (/^\/?aws/i.test(name)) {
    throw new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (!NAME_CHARACTERS.test(name) || /^\/?ssm/i.test(name)) {
    throw new ServiceError(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths ' +
        'divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw new ServiceError('ValidationException', 'Parameter name must be a fully qualified name.');
  }
  if (name.split('/').length - 1 > MAXIMUM_LEVELS) {
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MAXIMUM_LEVELS} levels.`,
    );
  }
  return name;
}

/** A hierarchy as a prefix: with a slash at either end. */
export function checkPath(given: string | undefined): string {
  const path = given ?? '';
  if (!/^\/[A-Za-z0-9_.\-/]*$/.test(path)) {
    throw new ServiceError(
      'ValidationException',
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
  }
  return path.endsWith('/') ? path : `${path}/`;
}

/** @returns the value and the tier it ends up in: what was asked for, or what the parameter has */
export function checkValue(
  given: string | undefined,
  asked: ParameterTier | undefined,
  current: ParameterTier | undefined,
  allowedPattern: string | undefined,
): { readonly value: string; readonly tier: ParameterTier } {
  const value = given ?? '';
  if (value === '') throw constraintError('value', value, 'Member must have length greater than or equal to 1');
  if (value.includes('{{')) {
    throw new ServiceError('ValidationException', "Parameter value can't nest another parameter: {{}} is reserved.");
  }
  if (asked === 'Standard' && current === 'Advanced') {
    throw new ServiceError(
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to " +
        'the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.',
    );
  }
  const needsAdvanced = value.length > STANDARD_VALUE;
  const tier =
    asked === 'Intelligent-Tiering'
      ? needsAdvanced || current === 'Advanced'
        ? 'Advanced'
        : 'Standard'
      : (asked ?? current ?? 'Standard');
  const limit = tier === 'Advanced' ? ADVANCED_VALUE : STANDARD_VALUE;
  if (value.length > limit) {
    throw new ServiceError(
      'ValidationException',
      `${tier} tier parameters support a maximum parameter value of ${limit} characters.`,
    );
  }
  if (allowedPattern !== undefined && !new RegExp(allowedPattern).test(value)) {
    throw new ServiceError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  }
  return { value, tier };
}

/** @throws ServiceError when the value is none of the enum's */
export function oneOf<Value extends string>(
  field: string,
  given: Value | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (given !== undefined && !allowed.includes(given)) {
    throw constraintError(field, given, `Member must satisfy enum value set: [${allowed.join(', ')}]`);
  }
  return given;
}

/** The page size asked for, or the largest one. */
export function pageSize(given: number | undefined, maximum: number): number {
  if (given === undefined) return maximum;
  if (given < 1) throw constraintError('maxResults', given, 'Member must have value greater than or equal to 1');
  if (given > maximum) {
    throw constraintError('maxResults', given, `Member must have value less than or equal to ${maximum}`);
  }
  return given;
}

/** A name that may have a `:version` behind it. */
export function checkReference(given: string | undefined): { readonly name: string; readonly version?: string } {
  const [name, version, ...rest] = (given ?? '').split(':');
  if (rest.length > 0) return { name: checkName(given) };
  return { name: checkName(name), ...(version !== undefined && { version }) };
}
