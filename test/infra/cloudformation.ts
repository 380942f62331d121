import { setTimeout as sleep } from 'node:timers/promises';
import { createSignedCall } from '../../shared/stores/signed-call.ts';

/** Resources of a stack, by logical id, with the state that each is in. */
export type StackResources = ReadonlyMap<string, string>;

/** The operations of CloudFormation that a deployment uses (API reference; the query protocol, which answers in XML). */
export interface CloudFormation {
  /** @throws when the template is none */
  readonly validate: (templateUrl: string) => Promise<void>;
  /** @throws when it ends in anything but CREATE_COMPLETE; the message has what CloudFormation says of it */
  readonly create: (stackName: string, templateUrl: string) => Promise<void>;
  readonly resources: (stackName: string) => Promise<StackResources>;
  readonly remove: (stackName: string) => Promise<void>;
}

const VERSION = '2010-05-15';
const POLL_MS = 2_000;

/** @param endpoint where CloudFormation is */
export function connectCloudFormation(endpoint: string, region: string): CloudFormation {
  const call = createSignedCall({ service: 'cloudformation', region });
  const send = (action: string, parameters: Readonly<Record<string, string>>) =>
    call({
      method: 'POST',
      endpoint,
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ Action: action, Version: VERSION, ...parameters }).toString(),
    });
  return {
    validate: async (TemplateURL) => void (await send('ValidateTemplate', { TemplateURL })),
    create: async (StackName, TemplateURL) => {
      await send('CreateStack', {
        StackName,
        TemplateURL,
        'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
        OnFailure: 'DO_NOTHING',
      });
      for (;;) {
        const answer = await send('DescribeStacks', { StackName });
        const [status = 'no status'] = textsOf('StackStatus', answer);
        if (status === 'CREATE_COMPLETE') return;
        if (status !== 'CREATE_IN_PROGRESS')
          throw new Error(`${StackName} is ${status}: ${failures(await send('DescribeStackEvents', { StackName }))}`);
        await sleep(POLL_MS);
      }
    },
    resources: async (StackName) => {
      const found = new Map<string, string>();
      let next: string | undefined;
      do {
        const answer = await send('ListStackResources', { StackName, ...(next !== undefined && { NextToken: next }) });
        for (const member of textsOf('member', answer)) {
          const [id] = textsOf('LogicalResourceId', member);
          const [status] = textsOf('ResourceStatus', member);
          if (id !== undefined && status !== undefined) found.set(id, status);
        }
        [next] = textsOf('NextToken', answer);
      } while (next);
      return found;
    },
    remove: async (StackName) => void (await send('DeleteStack', { StackName })),
  };
}

/** Each resource that failed, with the reason. */
function failures(events: string): string {
  return textsOf('member', events)
    .filter((event) => textsOf('ResourceStatus', event)[0]?.endsWith('_FAILED'))
    .map((event) => `${textsOf('LogicalResourceId', event)[0]}: ${textsOf('ResourceStatusReason', event)[0]}`)
    .join('; ');
}

/** The contents of every element of a name that holds none of the same name; these answers have no attributes on theirs. */
const textsOf = (element: string, xml: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, text = '']) => text);
