import { assess } from '../../functions/assess/assess.ts';
import { detect } from '../../functions/detect/detect.ts';
import { notify } from '../../functions/notify/notify.ts';
import { noBacklog } from '../../functions/notify/tell.ts';
import type { StreamRecord } from '../../infra/local/kinesis-event.ts';
import type { Adjudication } from '../../shared/model/adjudication.ts';
import type { LateLinks } from '../../shared/model/late-links.ts';
import { below, randomSource } from '../../shared/simulation/random.ts';
import { createAgenda } from './agenda.ts';
import { createDetectEnvironments } from './detect-environments.ts';
import { createInvocations, type Ending } from './invocations.ts';
import type { DetectRun, Observed, PutRecord } from './observed.ts';
import { assessPorts, detectPorts, notifyPorts } from './ports.ts';
import { createQueueModel } from './queue-model.ts';
import type { Fault, Schedule, Step } from './schedule.ts';
import { createStreamMapping } from './stream-mapping.ts';
import { createStream } from './stream-shards.ts';
import { createWorld } from './world.ts';

/** After the last planned thing `assess` runs every so often until nothing is left to do. */
const QUIET_ROUND_MS = 6 * 60_000;
const QUIET_ROUNDS = 60;
const DAY_MS = 86_400_000;
/** Of a verdict, or of late links. */
const OWN_BYTES = 400;

/**
 * Plays a schedule: the real `detect`, `assess` and `notify` behind models of the stream's mapping and of the queue, every call
 * they make passing through what the schedule lets go wrong. Once everything planned is over, the world waits until all is
 * delivered or given up. A function that fails without a reason ends the run.
 *
 * @throws Error when that never comes
 */
export async function runSchedule(schedule: Schedule): Promise<Observed> {
  const random = randomSource(schedule.seed, 2);
  const agenda = createAgenda(schedule.start);
  const { now } = agenda;
  const invocations = createInvocations(schedule, agenda, random);
  const has = (on: Fault['on'], invocation: number) =>
    schedule.faults.find((fault) => fault.on === on && fault.invocation === invocation);

  let backlog = noBacklog();
  const queue = createQueueModel(agenda, {
    isVisibleEarly: () => has('visibility', invocations.begun('notify')) !== undefined,
    invoke: (messages, ended) => {
      const invocation = invocations.begin('notify');
      const next = { deleted: !has('deletion', invocation.ordinal) };
      const surroundings = { now, backlog, waiting: queue.waiting };
      const ports = notifyPorts(world.stores, invocations.call, invocation, surroundings);
      invocations.run(
        invocation,
        () => notify(messages, ports),
        (ending) => {
          if (failed(ending)) world.noteFailure(invocation);
          // What a function remembers is gone with its environment.
          if (!invocation.returned) backlog = noBacklog();
          ended(ending, next);
        },
      );
    },
  });
  const put: PutRecord[] = [];
  const putOnStream = (partitionKey: string, data: string, arrivedAt: number, payloadBytes: number) => {
    const { shard, record } = stream.put({ partitionKey, data, arrivedAt, payloadBytes });
    mapping.wake();
    return { record, shardId: shard.id };
  };
  const putOwn = (record: Adjudication | LateLinks) => {
    const data = Buffer.from(JSON.stringify(record)).toString('base64');
    put.push({ ...putOnStream(record.actorId, data, now(), OWN_BYTES), fate: 'applied' });
  };
  const world = await createWorld(schedule, now, queue.send, putOwn, putOwn);
  const environments = createDetectEnvironments(schedule, world.stores.references, invocations.call, random);

  const runs: DetectRun[] = [];
  const runDetect = (records: readonly StreamRecord[], ended: (ending: Ending<unknown>, ordinal: number) => void) => {
    const invocation = invocations.begin('detect');
    const environment = environments.take(invocation);
    const { inputsFor, writes } = environment;
    const run: DetectRun = {
      invocation,
      records,
      writes,
      read: new Map(),
      loads: 0,
      loaded: new Map(),
      met: new Map(),
    };
    runs.push(run);
    const ports = detectPorts(world.stores, invocations.call, run, inputsFor);
    const work = async () =>
      (
        await detect(
          records.map(({ event }) => event),
          ports,
        )
      ).response;
    invocations.run(invocation, work, (ending) => {
      if (!invocation.dead && invocation.returned) environments.giveBack(environment);
      if (failed(ending)) world.noteFailure(invocation);
      ended(ending, invocation.ordinal);
    });
    return invocation;
  };

  const stream = createStream();
  const mapping = createStreamMapping(schedule, stream, agenda, {
    invoke: (records, ended) => {
      const { ordinal } = runDetect(records, (ending, invocation) => {
        const lost = has('checkpoint', invocation);
        ended(ending, { back: lost?.on === 'checkpoint' ? lost.back : 0 });
      });
      if (has('poller', ordinal)) agenda.at(now() + below(random, 2_000), () => void runDetect(records, () => {}));
    },
    discard: (records) => void world.discarded.push(...records),
    pollDelay: () => below(random, 1_000),
    retryDelay: (failures) => Math.min(100 * 2 ** (failures - 1), 10_000),
  });

  let assessing = false;
  const runAssess = (clockSkew: number) => {
    // Its reserved concurrency is one; Scheduler does not try again.
    if (assessing) return;
    assessing = true;
    const invocation = invocations.begin('assess');
    const ports = assessPorts(world.stores, invocations.call, invocation, () => now() + clockSkew);
    invocations.run(
      invocation,
      () => assess(ports),
      (ending) => {
        assessing = false;
        if (ending.kind === 'threw' || ending.value.failures.length > 0) world.noteFailure(invocation);
      },
    );
  };

  const take = (step: Step) => {
    switch (step.kind) {
      case 'put': {
        const { partitionKey, data, payloadBytes, fate } = step;
        put.push({ ...putOnStream(partitionKey, data, now() + step.arrivalSkew, payloadBytes), fate });
        return;
      }
      case 'verdict':
        return void world.judge(step);
      case 'assess':
        return runAssess(step.clockSkew);
      case 'settings':
        return world.writeSettings(step.texts);
      case 'settings store down':
        return world.settingsDownUntil(step.until);
      case 'split':
        stream.split(step.where);
        return mapping.wake();
      case 'merge':
        stream.merge(step.where);
        return mapping.wake();
    }
  };
  for (const step of schedule.steps) agenda.at(step.at, () => take(step));
  // What is noted for late links is kept for days: `assess` never stands still for as long.
  const end = Math.max(...schedule.steps.map(({ at }) => at));
  for (let at = schedule.start + DAY_MS; at < end; at += DAY_MS) agenda.at(at, () => runAssess(0));
  await agenda.run(world.isWrong);
  const isDone = async () => mapping.idle() && queue.idle() && (await world.isJoined()) && (await world.isTold());
  for (let round = 0; !world.isWrong() && !(await isDone()); round++) {
    if (round === QUIET_ROUNDS) throw new Error(`not everything was done after ${QUIET_ROUNDS} quiet rounds`);
    queue.redrive();
    agenda.at(now() + QUIET_ROUND_MS, () => runAssess(0));
    await agenda.run(world.isWrong);
  }
  return world.observed(put, runs, { ...invocations.counts(), steps: agenda.steps() });
}

/** Whether a function did not do all that it was given. */
const failed = (ending: Ending<unknown>): boolean =>
  ending.kind === 'threw' ||
  (ending.value as { readonly batchItemFailures?: readonly unknown[] }).batchItemFailures?.length !== 0;
