import dynalite from 'dynalite';
import { buildApp } from 'fauxqs';
import kinesalite from 'kinesalite';
import { closeServer, listen, portError } from './http-server.ts';
import { createParameterEndpoint } from './parameter-endpoint.ts';

/** Ports of the four servers; what is left out, or 0, gets any free one. */
export interface EmulatorPorts {
  readonly kinesis?: number;
  readonly dynamodb?: number;
  /** SQS, SNS and S3 share one server. */
  readonly queuesAndObjects?: number;
  /** Parameter Store and Secrets Manager share one server. */
  readonly parameters?: number;
}

export interface EmulatorOptions {
  readonly ports?: EmulatorPorts;
  /** Nothing of the local stack is reachable from another machine. */
  readonly host?: '127.0.0.1';
}

export interface EmulatorEndpoints {
  readonly kinesis: string;
  readonly dynamodb: string;
  readonly sqs: string;
  readonly sns: string;
  readonly s3: string;
  readonly ssm: string;
  readonly secretsmanager: string;
}

/** The AWS services of one machine, running in this process, everything in memory. */
export interface Emulators {
  readonly endpoints: EmulatorEndpoints;
  /** What the AWS SDK reads from its environment to talk to these servers and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops all of them and leaves nothing behind; a second call does nothing. */
  readonly stop: () => Promise<void>;
}

/** Where the stack pretends to be, whatever the user's environment says; fauxqs knows no other account. */
export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';

/** More shards than a laptop has use for; the default of 10 is too few to reshard four. */
const SHARD_LIMIT = 1_000;

type Running = { readonly url: string; readonly stop: () => Promise<void> };

/**
 * Starts Kinesis (kinesalite), DynamoDB (dynalite), SQS, SNS and S3 (fauxqs), Parameter Store and Secrets Manager (ours).
 *
 * @throws Error naming port, service and what to do when a port can't be had; what had started by then is stopped again
 */
export async function startEmulators(options: EmulatorOptions = {}): Promise<Emulators> {
  const { ports = {}, host = '127.0.0.1' } = options;
  const running: Running[] = [];
  const started = async (start: Promise<Running>): Promise<string> => {
    const server = await start;
    running.push(server);
    return server.url;
  };
  const stop = async (): Promise<void> => {
    for (const server of running.splice(0).reverse()) await server.stop();
  };
  try {
    // Stopping goes backwards: fauxqs, kinesalite, dynalite, then our own.
    const parameters = await started(startParameters(ports.parameters ?? 0, host));
    const dynamodb = await started(startDynamodb(ports.dynamodb ?? 0, host));
    const kinesis = await started(startKinesis(ports.kinesis ?? 0, host));
    const objects = await started(startQueuesAndObjects(ports.queuesAndObjects ?? 0, host));
    const endpoints: EmulatorEndpoints = {
      kinesis,
      dynamodb,
      sqs: objects,
      sns: objects,
      s3: objects,
      ssm: parameters,
      secretsmanager: parameters,
    };
    return { endpoints, environment: environmentFor(endpoints), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The SDK's own variables: where the services are, and that nothing of the user's real account is to be used. */
function environmentFor(endpoints: EmulatorEndpoints): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_KINESIS: endpoints.kinesis,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SSM: endpoints.ssm,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // A developer's own settings would win over the lines above: a profile over the keys, this switch over the endpoints.
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** kinesalite and dynalite take region and account from the process's environment when they are made, and from nowhere else. */
function inLocalAccount<Server>(make: () => Server): Server {
  const { AWS_REGION, AWS_ACCOUNT_ID } = process.env;
  Object.assign(process.env, { AWS_REGION: REGION, AWS_ACCOUNT_ID: ACCOUNT_ID });
  try {
    return make();
  } finally {
    restore('AWS_REGION', AWS_REGION);
    restore('AWS_ACCOUNT_ID', AWS_ACCOUNT_ID);
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

async function startKinesis(port: number, host: string): Promise<Running> {
  const options = { createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: SHARD_LIMIT };
  const server = inLocalAccount(() => kinesalite(options));
  const url = await listen(server, port, host, 'Kinesis (kinesalite)');
  return { url, stop: () => closeServer(server) };
}

async function startDynamodb(port: number, host: string): Promise<Running> {
  const server = inLocalAccount(() => dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }));
  const url = await listen(server, port, host, 'DynamoDB (dynalite)');
  return { url, stop: () => closeServer(server) };
}

async function startQueuesAndObjects(port: number, host: string): Promise<Running> {
  // Not startFauxqs: that one listens on every address of the machine.
  const app = buildApp({ logger: false, defaultRegion: REGION });
  try {
    const url = await app.listen({ port, host });
    return { url, stop: () => app.close() };
  } catch (error) {
    await app.close();
    throw portError(error, port, 'SQS, SNS and S3 (fauxqs)');
  }
}

async function startParameters(port: number, host: string): Promise<Running> {
  const server = createParameterEndpoint({ region: REGION, accountId: ACCOUNT_ID });
  const url = await listen(server, port, host, 'Parameter Store and Secrets Manager');
  return { url, stop: () => closeServer(server) };
}
