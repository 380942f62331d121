import { createReceiveHandler } from './create-handler.ts';

export const handler = createReceiveHandler(process.env, Date.now);
