import { createCanaryHandler } from './create-handler.ts';

export const handler = createCanaryHandler(process.env, Date.now);
