import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { SignatureV4 } from '@smithy/signature-v4';
import { caseworkUrlParameter } from '../infra/resource-names.ts';
import { makeSsmClient } from '../shared/stores/clients.ts';
import { awsFailure } from './aws-failure.ts';
import { CommandFailure } from './usage-error.ts';

const SILENCE_MS = 60_000;

/**
 * Asks the `casework` function for something, as whoever the AWS SDK's environment says: the request is signed, and the function
 * learns from the signature who asks. Its address is a parameter of the deployment.
 *
 * @param stage undefined for the local stack
 * @returns what the function answered
 * @throws CommandFailure with the function's reason when it refuses, or saying what can't be reached
 */
export async function callCasework(request: object, stage: string | undefined): Promise<unknown> {
  const ssm = makeSsmClient();
  try {
    const url = await caseworkUrl(ssm, stage);
    const response = await send(url, await sign(ssm, url, JSON.stringify(request)));
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    throw new CommandFailure(refusalIn(text) ?? `casework at ${url.origin} answered ${response.status}: ${text}`);
  } finally {
    ssm.destroy();
  }
}

async function caseworkUrl(ssm: SSMClient, stage: string | undefined): Promise<URL> {
  const name = caseworkUrlParameter(stage ?? 'local');
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name }));
    if (Parameter?.Value !== undefined) return new URL(Parameter.Value);
  } catch (error) {
    if (error instanceof Error && error.name !== 'ParameterNotFound')
      throw awsFailure(error, 'SSM', `parameter ${name}`);
  }
  throw new CommandFailure(`there is no parameter ${name} with the address of casework; --stage names a deployment`);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
async function sign(ssm: SSMClient, url: URL, body: string): Promise<RequestInit> {
  const { credentials, region, sha256 } = ssm.config;
  const signer = new SignatureV4({ service: 'lambda', region, credentials, sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  return { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(SILENCE_MS) };
}

async function send(url: URL, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (cause) {
    const why = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : cause;
    throw new CommandFailure(`no connection to casework at ${url.origin}: ${why}`, { cause });
  }
}

/** Why the function refused, where the answer says it; what stands before the function answers in other words. */
function refusalIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
