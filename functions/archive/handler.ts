import { createArchiveHandler } from './create-handler.ts';

export const handler = createArchiveHandler(process.env);
