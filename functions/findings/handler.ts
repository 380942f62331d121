import { createFindingsHandler } from './create-handler.ts';

export const handler = createFindingsHandler(process.env);
