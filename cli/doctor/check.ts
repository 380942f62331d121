import type { Variables } from '../../shared/stores/service-endpoint.ts';

/** What a check found. A note is worth knowing and wrong for nobody; a remedy says what to do. */
export type Finding =
  | { readonly state: 'ok'; readonly says: string }
  | { readonly state: 'skipped'; readonly says: string }
  | { readonly state: 'note' | 'wrong'; readonly says: string; readonly remedy: string };

export interface Check {
  readonly name: string;
  /** The service that it asks, as its endpoint variable names it: KINESIS, SECRETS_MANAGER. */
  readonly service: string;
  /** @throws when it can't be looked at */
  readonly run: () => Promise<Finding>;
}

export const ok = (says: string): Finding => ({ state: 'ok', says });
export const note = (says: string, remedy: string): Finding => ({ state: 'note', says, remedy });
export const wrong = (says: string, remedy: string): Finding => ({ state: 'wrong', says, remedy });

/** What is looked at in a deployment alone. */
export const SKIPPED: Finding = { state: 'skipped', says: 'the local stack has nothing of the kind' };

const ANY_SERVICE = /^AWS_ENDPOINT_URL_\w+$/;

/**
 * Whether there is such a service where the SDK's variables point. They name every service of a local stack; one that isn't
 * named there would be asked of the real account.
 */
export function canBeAsked(service: string, variables: Variables): boolean {
  const isLocal = Object.keys(variables).some((name) => ANY_SERVICE.test(name) && variables[name]);
  return !isLocal || Boolean(variables[`AWS_ENDPOINT_URL_${service}`] ?? variables.AWS_ENDPOINT_URL);
}
