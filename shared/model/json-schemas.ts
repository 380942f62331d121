import * as z from 'zod/mini';
import type { $ZodType } from 'zod/v4/core';
import { ACCESS_EVENT_VERSION, accessEventSchema } from './access-event.ts';
import { ACTORS_VERSION, actorsSchema } from './actors.ts';
import { ADJUDICATION_VERSION, adjudicationSchema } from './adjudication.ts';
import { ALERT_VERSION, alertSchema } from './alert.ts';
import { LATE_LINKS_VERSION, lateLinksSchema } from './late-links.ts';
import { NETWORKS_VERSION, networksSchema } from './networks.ts';
import { RESOURCES_VERSION, resourcesSchema } from './resources.ts';

/** As what is read: a field that a later release adds is no error. */
const jsonSchemaOf = (schema: $ZodType): object => z.toJSONSchema(schema, { io: 'input' });

/** JSON Schemas (draft 2020-12) of what other programs and people read or write, by the names of their files in docs/schemas. */
export const jsonSchemas = (): Readonly<Record<string, object>> => ({
  [`access-event-v${ACCESS_EVENT_VERSION}`]: jsonSchemaOf(accessEventSchema),
  [`actors-v${ACTORS_VERSION}`]: jsonSchemaOf(actorsSchema),
  [`adjudication-v${ADJUDICATION_VERSION}`]: jsonSchemaOf(adjudicationSchema),
  [`alert-v${ALERT_VERSION}`]: jsonSchemaOf(alertSchema),
  [`late-links-v${LATE_LINKS_VERSION}`]: jsonSchemaOf(lateLinksSchema),
  [`networks-v${NETWORKS_VERSION}`]: jsonSchemaOf(networksSchema),
  [`resources-v${RESOURCES_VERSION}`]: jsonSchemaOf(resourcesSchema),
});
