import type { PublishInput } from '@aws-sdk/client-sns';
import { serviceEndpoint, type Variables } from './service-endpoint.ts';
import { createSignedCall } from './signed-call.ts';

/** What is published, in the SDK's words; attributes that filter policies pick by are texts or numbers. One at least: see `QUIET_ON`. */
export type Publication = Required<Pick<PublishInput, 'TopicArn' | 'Subject' | 'Message'>> &
  Pick<PublishInput, 'MessageStructure'> & {
    readonly MessageAttributes: Readonly<Record<string, TopicAttribute>>;
  };

export interface TopicAttribute {
  readonly DataType: 'Number' | 'String';
  readonly StringValue: string;
}

/** Publishes to a topic. Repeated where no answer came: subscribers know alertId and revision. @throws ServiceRefusal, or the last error when nobody answered */
export type SnsPublish = (publication: Publication) => Promise<void>;

const CONTENT_TYPE = 'application/x-www-form-urlencoded; charset=utf-8';

/**
 * SNS speaks AWS's query protocol: a form, whose maps are numbered from one (Smithy 2.0, "AWS Query protocol"; Amazon SNS API
 * Reference, Publish). Make one at cold start.
 *
 * @param variables the process's: region, endpoint and credentials are the SDK's own
 */
export function makeSnsPublish(variables: Variables): SnsPublish {
  const { region, url } = serviceEndpoint('sns', variables);
  const call = createSignedCall({ service: 'sns', region });
  return async (publication) => {
    const body = formOf(publication).toString();
    await call({ method: 'POST', endpoint: url, path: '/', headers: { 'content-type': CONTENT_TYPE }, body });
  };
}

function formOf({ MessageAttributes, ...fields }: Publication): URLSearchParams {
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31' });
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  for (const [index, [name, { DataType, StringValue }]] of Object.entries(MessageAttributes).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, DataType);
    form.set(`${entry}.Value.StringValue`, StringValue);
  }
  return form;
}
