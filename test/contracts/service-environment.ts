import { startEmulators } from '../../infra/local/emulators.ts';

export const SERVICES = ['DYNAMODB', 'KINESIS', 'SQS', 'SNS', 'S3', 'SSM', 'SECRETS_MANAGER'] as const;
type Variables = Readonly<Record<string, string | undefined>>;

/** Where the services are that tests talk to, in the SDK's own variables. */
export interface ServiceEnvironment {
  /** Every service's endpoint, and a region and keys where the given variables have none. */
  readonly environment: Readonly<Record<string, string>>;
  /** Services that the given variables name; the others are emulators. */
  readonly given: readonly (typeof SERVICES)[number][];
  readonly stop: () => Promise<void>;
}

/**
 * Finds the services: those that AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL name, and an embedded emulator for each that
 * neither does. So nothing is ever asked of the real AWS but what somebody named.
 */
export async function findServices(variables: Variables): Promise<ServiceEnvironment> {
  const endpointOf = (service: string) => variables[`AWS_ENDPOINT_URL_${service}`] || variables.AWS_ENDPOINT_URL;
  const given = SERVICES.filter((service) => endpointOf(service));
  const named = Object.fromEntries(given.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpointOf(service) ?? '']));
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = variables;
  const own = {
    ...named,
    ...(AWS_REGION && { AWS_REGION }),
    ...(AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }),
  };
  if (given.length === SERVICES.length) return { environment: own, given, stop: async () => {} };
  const emulators = await startEmulators();
  const { environment, stop } = emulators;
  if (given.length === 0) return { environment, given, stop };
  // A session or a profile of the user's is for what they named; emulators take any.
  const { AWS_SESSION_TOKEN, AWS_PROFILE, ...rest } = environment;
  return { environment: { ...rest, ...own }, given, stop };
}
