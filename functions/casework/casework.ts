import { type Answer, refusal } from './answer.ts';
import { type Caller, nameOfPrincipal } from './caller.ts';
import type { EmployeesOf } from './known-callers.ts';
import { readRequest } from './read-request.ts';
import { type ResolvePorts, resolveCase } from './resolve-case.ts';
import { lift, type SuppressPorts, suppress } from './suppress.ts';

/** What `casework` works with. */
export interface CaseworkPorts extends ResolvePorts, SuppressPorts {
  readonly employeesOf: EmployeesOf;
  /** Whether somebody may judge whom the directory doesn't know. */
  readonly outsidersAllowed: boolean;
}

/**
 * Does what an analyst asks for. Whoever the directory doesn't know is refused, unless the stage says otherwise: a case about
 * the caller could not be told from another.
 *
 * @param principalArn of the caller, as IAM authenticated it
 * @param body the request's JSON
 */
export async function casework(principalArn: string, body: string, ports: CaseworkPorts): Promise<Answer> {
  const read = readRequest(body);
  if ('reason' in read) return refusal(400, read.reason);
  const name = nameOfPrincipal(principalArn);
  const known = name === undefined ? [] : await ports.employeesOf(name, ports.now());
  const [employeeId] = known;
  // Whichever of them it is might judge a case about another who is the same person.
  if (known.length > 1)
    return refusal(403, `the directory knows ${known.length} people as ${name}: ${known.slice(0, 5).join(', ')}`);
  if (employeeId === undefined && !ports.outsidersAllowed)
    return refusal(
      403,
      `the directory knows nobody as ${name ?? principalArn}: name the principal in its column "principal"`,
    );
  const caller: Caller = { arn: principalArn, employeeId };
  const { request } = read;
  switch (request.action) {
    case 'resolve':
      return resolveCase(request, caller, ports);
    case 'suppress':
      return suppress(request, caller, ports);
    case 'lift':
      return lift(request, caller, ports);
    default:
      return request satisfies never;
  }
}
