import { randomUUID } from 'node:crypto';
import type { _Record } from '@aws-sdk/client-kinesis';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { createLocalClients, type LocalClients } from '../../infra/local/clients.ts';
import { createEventSourceMapping } from '../../infra/local/event-source-mapping.ts';
import { type Provisioned, provision } from '../../infra/local/provision.ts';
import { createQueueMapping } from '../../infra/local/queue-mapping.ts';
import { randomSource } from '../../shared/simulation/random.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../contracts/fault-proxy.ts';
import { findServices } from '../contracts/service-environment.ts';
import { type Consumer, createConsumer } from './consumer-process.ts';
import { type FaultKind, type Protocol, seededFaults } from './seeded-faults.ts';
import { type SeededKills, seededKills } from './seeded-kills.ts';

/** What is put in the way of a run. */
export interface Trouble {
  readonly seed: number;
  /** Share of requests that something happens to. */
  readonly faultRate: number;
  /** How often the consumer is killed, and how many requests it is given at most from one time to the next. */
  readonly kills: number;
  readonly requestsBetweenKills: number;
}

export interface FaultyStackOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly subjectKey: string;
  /** When the stream is to have taken a record, epoch milliseconds: by what is in it, so that every run agrees. */
  readonly arrival: (record: _Record) => number;
}

/**
 * The whole stack with the functions in a process of their own. Streams and queues are read here, as Lambda reads them: where a
 * shard was read up to outlives the consumer, and a batch without an answer is delivered again.
 */
export interface FaultyStack {
  /** By wires on which nothing happens. */
  readonly clients: LocalClients;
  /** By wires on which something may. */
  readonly faulty: LocalClients;
  readonly resources: Provisioned;
  readonly consumer: Consumer;
  readonly drainStream: () => Promise<number>;
  readonly drainAlerts: () => Promise<number>;
  /** From now on things go wrong. */
  readonly beginTrouble: (trouble: Trouble) => void;
  readonly endTrouble: () => void;
  /** What went wrong so far, by service and kind; `kill -9` among them. */
  readonly troubles: () => Readonly<Record<string, number>>;
  /** Batches that were given up: there should be none. */
  readonly givenUp: () => number;
  readonly stop: () => Promise<void>;
}

/** Whose requests go over a wire: the functions', or those of the mappings and the producer. */
const WIRES = [
  { service: 'DYNAMODB', by: 'functions', protocol: 'json' },
  { service: 'SQS', by: 'functions', protocol: 'json' },
  { service: 'SNS', by: 'functions', protocol: 'query' },
  { service: 'SSM', by: 'functions', protocol: 'json' },
  { service: 'KINESIS', by: 'mappings', protocol: 'json' },
  { service: 'SQS', by: 'mappings', protocol: 'json' },
] as const satisfies readonly { service: string; by: 'functions' | 'mappings'; protocol: Protocol }[];

/**
 * Why the services that the variables name can't be put behind bad wires, if they can't. AWS itself checks that a request was signed
 * for the host that it arrives at, and a proxy is another host.
 */
export function whyNoWires(variables: Readonly<Record<string, string | undefined>>): string | undefined {
  const services = WIRES.map(({ service }) => service);
  const real = services.find((service) =>
    /^https?:\/\/[^/]*\.amazonaws\.com/.test(
      variables[`AWS_ENDPOINT_URL_${service}`] || variables.AWS_ENDPOINT_URL || '',
    ),
  );
  return real && `${real} is AWS itself, which takes no request that came by way of a proxy`;
}

/** @throws Error where a service can't be had; see `whyNoWires` */
export async function startFaultyStack(options: FaultyStackOptions): Promise<FaultyStack> {
  const services = await findServices(process.env);
  const { environment, given } = services;
  // Elsewhere names outlive a run.
  const prefix = given.length > 0 ? `wire-${randomUUID().slice(0, 8)}-` : '';
  const proxies: FaultProxy[] = [];
  for (const { service } of WIRES)
    proxies.push(await startFaultProxy(environment[`AWS_ENDPOINT_URL_${service}`] ?? ''));
  const through = (by: 'functions' | 'mappings') => ({
    ...environment,
    ...Object.fromEntries(
      WIRES.flatMap((wire, i) => (wire.by === by ? [[`AWS_ENDPOINT_URL_${wire.service}`, proxies[i]?.url ?? '']] : [])),
    ),
  });
  const clients = createLocalClients(environment);
  const faulty = createLocalClients(through('mappings'));
  const { settings, subjectKey } = options;
  const resources = await provision(environment, { shards: 1, subjectKey, settings, prefix, stage: `${prefix}local` });
  await relaxQueue(clients, resources);
  const consumer = createConsumer(through('functions'), resources);
  const counts: Record<string, number> = {};
  let kills: SeededKills | undefined;
  let givenUp = 0;

  const stream = createEventSourceMapping({
    kinesis: faulty.kinesis,
    streamName: resources.streamName,
    handler: (event) => consumer.invoke({ kind: 'detect', event }),
    onFailure: async () => void givenUp++,
    arrival: options.arrival,
    batchSize: 1_000,
    maximumBatchingWindowSeconds: 1,
    parallelizationFactor: 1,
    bisectBatchOnFunctionError: true,
    // More than any trouble lasts, and not for ever: a batch that is given up all the same fails the comparison.
    maximumRetryAttempts: 200,
    maximumRecordAgeInSeconds: -1,
    reportBatchItemFailures: true,
    retryDelayMs: () => 5,
    onError: () => {},
  });
  const queue = createQueueMapping({
    sqs: faulty.sqs,
    queueUrl: resources.alertQueueUrl,
    handler: (event) => consumer.invoke({ kind: 'notify', event }),
    batchSize: 10,
    reportBatchItemFailures: true,
    onError: () => {},
  });
  const eachWire = (act: (proxy: FaultProxy, wire: (typeof WIRES)[number], index: number) => void) =>
    proxies.forEach((proxy, index) => {
      const wire = WIRES[index];
      if (wire) act(proxy, wire, index);
    });

  return {
    clients,
    faulty,
    resources,
    consumer,
    drainStream: stream.drain,
    drainAlerts: queue.drain,
    beginTrouble: ({ seed, faultRate, kills: wanted, requestsBetweenKills }) => {
      const killing = seededKills(randomSource(seed, 1), wanted, requestsBetweenKills);
      kills = killing;
      eachWire((proxy, { service, by, protocol }, index) => {
        const faults = seededFaults(randomSource(seed, 2, index), faultRate, protocol, (kind: FaultKind) => {
          const name = `${service} ${kind}`;
          counts[name] = (counts[name] ?? 0) + 1;
        });
        proxy.setFault(by === 'functions' ? deadly(faults, killing, consumer) : faults);
      });
    },
    endTrouble: () => eachWire((proxy) => proxy.setFault(({ body }, forward) => forward(body))),
    troubles: () => ({ ...counts, ...(kills && { 'kill -9': kills.done() }) }),
    givenUp: () => givenUp,
    stop: async () => {
      await stream.stop();
      await queue.stop();
      await consumer.stop();
      clients.destroy();
      faulty.destroy();
      for (const proxy of proxies) await proxy.stop();
      await services.stop();
    },
  };
}

/** Kills whoever made a request, on whichever side of it. What a dead process left on the wire kills nobody. */
const deadly =
  (faults: Fault, kills: SeededKills, { kill, isAlive }: Consumer): Fault =>
  async (request, forward) => {
    const side = isAlive() ? kills.strike() : undefined;
    const outcome = side === 'before' ? 'lost' : await faults(request, forward);
    if (side === undefined) return outcome;
    kill();
    return 'lost';
  };

/** Faults are denser here than anywhere: alerts come back after seconds instead of minutes, and as often as that takes. */
async function relaxQueue({ sqs }: LocalClients, { alertQueueUrl: QueueUrl }: Provisioned): Promise<void> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }));
  const policy = { ...JSON.parse(Attributes?.RedrivePolicy ?? '{}'), maxReceiveCount: 1_000 };
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl,
      Attributes: { VisibilityTimeout: '3', RedrivePolicy: JSON.stringify(policy) },
    }),
  );
}
