import { createAssessHandler } from './create-handler.ts';

export const handler = createAssessHandler(process.env, Date.now);
