import type { SNSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Alert, alertSchema } from '../shared/model/alert.ts';
import { type AlertDigest, alertDigestSchema } from '../shared/model/alert-digest.ts';

/** What the alert topic handed over: the JSON of an alert or a digest, and when it was published. */
export interface Published {
  readonly message: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}

export const publishedIn = ({ Records }: SNSEvent): readonly Published[] =>
  Records.map(({ Sns }) => ({ message: Sns.Message, publishedAt: Date.parse(Sns.Timestamp) }));

/** @returns what people were told; nothing where the message is neither an alert nor a digest */
export function toldIn({ message }: Published): Alert | AlertDigest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(message);
  } catch {
    // Not JSON is one more way to be no alert; the message itself is kept.
    return undefined;
  }
  return z.safeParse(alertSchema, json).data ?? z.safeParse(alertDigestSchema, json).data;
}
