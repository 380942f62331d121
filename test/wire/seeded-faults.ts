import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../shared/simulation/random.ts';
import type { Fault, ProxiedResponse } from '../contracts/fault-proxy.ts';

/** What a bad network or a bad minute of a service does to a request. */
export const FAULT_KINDS = ['dropped', 'unanswered', 'delayed', 'repeated', 'refused', 'failed'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How the service writes its errors. */
export type Protocol = 'json' | 'query';

const DELAY_MS = 40;
/** Now and then so many requests in a row are refused: longer than anybody tries. */
const OUTAGE_REQUESTS = 10;
const OUTAGES = 0.02;

/**
 * Faults at random, the same ones in the same order for the same source.
 *
 * @param rate share of requests that something happens to
 * @param onFault told of each
 */
export function seededFaults(
  random: Random,
  rate: number,
  protocol: Protocol,
  onFault: (kind: FaultKind) => void,
): Fault {
  let outage = 0;
  return async ({ body }, forward) => {
    if (outage > 0) {
      outage--;
      onFault('refused');
      return serverError(protocol);
    }
    if (random() >= rate) return forward(body);
    if (random() < OUTAGES) outage = OUTAGE_REQUESTS;
    const kind = FAULT_KINDS[Math.floor(random() * FAULT_KINDS.length)] ?? 'delayed';
    const wait = random() * DELAY_MS;
    onFault(kind);
    switch (kind) {
      case 'dropped':
        return 'lost';
      case 'unanswered':
        await forward(body);
        return 'lost';
      case 'delayed':
        await sleep(wait);
        return forward(body);
      case 'repeated':
        await forward(body);
        return forward(body);
      case 'refused':
        return serverError(protocol);
      case 'failed':
        await forward(body);
        return serverError(protocol);
      default:
        return kind satisfies never;
    }
  };
}

const serverError = (protocol: Protocol): ProxiedResponse =>
  protocol === 'json'
    ? { status: 500, body: JSON.stringify({ __type: 'InternalServerError', message: 'a bad minute' }) }
    : {
        status: 500,
        contentType: 'text/xml',
        body: '<ErrorResponse><Error><Code>InternalFailure</Code><Message>a bad minute</Message></Error></ErrorResponse>',
      };
