import * as z from 'zod/mini';
import { ADJUDICATION_VERSION, adjudicationSchema } from './adjudication.ts';

/** JSON Schemas (draft 2020-12) of the records that other programs read or write, by the names of their files in docs/schemas. */
export const jsonSchemas = (): Readonly<Record<string, object>> => ({
  [`adjudication-v${ADJUDICATION_VERSION}`]: z.toJSONSchema(adjudicationSchema, { io: 'input' }),
});
