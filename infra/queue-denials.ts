import { Lazy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { unlessOneOf } from './unless-one-of.ts';

/** Refuses to send into a queue to everybody but some roles, whatever other policies in the account say. */
export function denyOthersToSend(queue: Queue, roleArns: readonly string[]): void {
  deny(queue, 'OnlyNamedRolesSend', ['sqs:SendMessage'], roleArns);
}

/**
 * Refuses to read, hide, delete and purge what waits in a queue to everybody but some roles, and with it to move it elsewhere: SQS asks
 * whoever starts that for the rights to receive and delete.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
export function denyOthersToTake(queue: Queue, roleArns: readonly string[]): void {
  deny(
    queue,
    'OnlyNamedRolesTake',
    ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:PurgeQueue'],
    roleArns,
  );
}

/** @param roleArns may grow until the template is made; one at least by then */
function deny(queue: Queue, sid: string, actions: string[], roleArns: readonly string[]): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      sid,
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions,
      resources: [queue.queueArn],
      conditions: unlessOneOf(Lazy.list({ produce: () => [...new Set(roleArns)] })),
    }),
  );
}
