import { UnreadableReference } from '../shared/stores/reference-value.ts';
import { CommandFailure } from './usage-error.ts';

/** Failures to reach a service, by Node's codes. */
const UNREACHABLE: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'the host is unknown',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was cut',
};

/**
 * Says in a sentence what went wrong with a call to AWS and, where the user can do something about it, what.
 *
 * @param error as the SDK threw it
 * @param service as its endpoint variable names it: DYNAMODB, KINESIS
 * @param resource what was asked for, such as `table baselines`
 * @returns a CommandFailure, or what was handed in when it is neither an error of a call nor one of what is stored there
 */
export function awsFailure(error: unknown, service: string, resource: string): unknown {
  if (!(error instanceof Error)) return error;
  const fail = (message: string) => new CommandFailure(message, { cause: error });
  if (error instanceof UnreadableReference) return fail(`${resource}: ${error.message}`);
  const where = process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL;
  const place = where ? ` at ${where}` : ` in ${process.env.AWS_REGION ?? 'the configured region'}`;
  const code = codeOf(error);
  const unreachable = code === undefined ? undefined : UNREACHABLE[code];
  if (unreachable) return fail(`${resource}: no connection to ${service}${place}: ${unreachable} (${code})`);
  if (error.name === 'TimeoutError') return fail(`${resource}: no answer from ${service}${place}`);
  if (error.name === 'ResourceNotFoundException')
    return fail(`there is no ${resource}${place}; --stage names that of a deployment`);
  if (error.message === 'Region is missing')
    return fail(
      'no AWS region is set: export AWS_REGION and name the stage with --stage, or paste the export lines that npm start -- --keep printed',
    );
  const isFromService = '$metadata' in error;
  const isFromConfiguration = error.name === 'CredentialsProviderError';
  if (isFromService || isFromConfiguration) return fail(`${resource}: ${error.name}: ${error.message}`);
  return error;
}

/** Node reports a refused connection to a name with several addresses as several errors in one. */
function codeOf(error: Error): string | undefined {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return inner instanceof Error && 'code' in inner ? String(inner.code) : undefined;
}
