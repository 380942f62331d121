import { createDetectHandler } from './create-handler.ts';

export const handler = createDetectHandler(process.env, Date.now);
