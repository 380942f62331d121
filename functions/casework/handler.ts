import { createCaseworkHandler } from './create-handler.ts';

export const handler = createCaseworkHandler(process.env, Date.now);
