import { createSlackHandler } from './create-handler.ts';

export const handler = createSlackHandler(process.env, Date.now);
