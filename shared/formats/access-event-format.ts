import { parseAccessEvent } from '../model/access-event.ts';
import { isAdjudication } from '../model/adjudication.ts';
import { isLateLinks } from '../model/late-links.ts';
import { isObject } from './own-field.ts';
import { statelessFormat } from './source-format.ts';

/** Borderwatch's own format. It names data sets and people itself, so no map touches it. */
export const accessEventFormat = statelessFormat(
  {
    name: 'access-event',
    about: 'Borderwatch’s own access events',
    recognises: (record) =>
      isAdjudication(record) ||
      isLateLinks(record) ||
      (isObject(record) && 'actor' in record && 'resource' in record && 'subjects' in record),
  },
  (record) => {
    // The archive holds whatever was on the stream.
    if (isAdjudication(record)) return { kind: 'not-concerned', why: 'adjudication' };
    if (isLateLinks(record)) return { kind: 'not-concerned', why: 'late-links' };
    const parsed = parseAccessEvent(record);
    return parsed.ok
      ? { kind: 'event', value: parsed.event, time: parsed.time }
      : { kind: 'invalid', reason: parsed.reason };
  },
);
