import { setTimeout } from 'node:timers/promises';
import { createNotifyHandler } from './create-handler.ts';

export const handler = createNotifyHandler(process.env, { now: Date.now, sleep: (duration) => setTimeout(duration) });
