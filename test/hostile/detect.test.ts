import { Logger } from '@aws-lambda-powertools/logger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../../functions/detect/detect.ts';
import type { AccessEvent } from '../../shared/model/access-event.ts';
import { parseAccessEventText } from '../../shared/model/access-event.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { encodeBaseline } from '../../shared/model/baseline-codec.ts';
import { itemBytes, MOST_ITEM_BYTES } from '../../shared/model/item-size.ts';
import { subjectLine } from '../../shared/notification/card.ts';
import { renderEmailCard } from '../../shared/notification/email-card.ts';
import { renderSlackMessage } from '../../shared/notification/slack-message.ts';
import { alertJson } from '../../shared/stores/alert-message.ts';
import { aScoringContext } from '../factories/a-history.ts';
import { aStreamRecord } from '../factories/a-stream-record.ts';
import { anAccessEvent, fullAccessEvent, timeOn } from '../factories/an-access-event.ts';
import { detectPorts } from '../factories/detect-ports.ts';
import { HOSTILE_TEXT } from '../notification/hostile-alert.ts';
import { mutated, pollution, torn } from './hostile-values.ts';

const ARRIVAL = Date.parse(timeOn(0, 20));
const SECRET = 'subject-4f2c-secret';
/** Policy demands approval, so that nearly every read that gets through is alerted on. */
const STRICT = aScoringContext({ requireApproval: ['covered-personal-identifiers'] });

const events: readonly AccessEvent[] = [
  fullAccessEvent(),
  anAccessEvent({ id: 'ev-2', subjects: { ids: [SECRET, `${SECRET}-2`] } }),
  anAccessEvent({ id: 'ev-3', outcome: 'denied', subjects: { ids: [SECRET] } }),
  anAccessEvent({ id: 'ev-4', actor: { id: 'e-00091' }, subjects: { ids: [SECRET] } }),
].map((event) => ({ ...event, subjects: { ...event.subjects, ids: [SECRET, ...(event.subjects.ids ?? [])] } }));

const whole = mutated(events).map((event) => JSON.stringify(event));
const texts = fc.array(fc.oneof({ weight: 4, arbitrary: whole }, { weight: 1, arbitrary: torn(whole) }), {
  minLength: 1,
  maxLength: 6,
});

/** Feeds records to the real shell, over stores in memory. */
async function detectAll(lines: readonly (string | Uint8Array)[]) {
  const ports = detectPorts(STRICT);
  const links: string[] = [];
  const records = lines.map((line, i) => {
    const parsed = typeof line === 'string' ? parseAccessEventText(line) : undefined;
    const partitionKey = parsed?.ok ? parsed.event.actor.id : 'e-00042';
    return aStreamRecord(line, { place: i + 1, partitionKey, arrival: ARRIVAL });
  });
  const report = await detect(records, {
    ...ports,
    links: {
      meet: (accesses) => {
        // As they are noted.
        links.push(JSON.stringify(accesses));
        return ports.links.meet(accesses);
      },
      late: (named) => ports.links.late(named),
      meetDevice: (deviceId, user) => {
        links.push(JSON.stringify([deviceId, user]));
        return ports.links.meetDevice(deviceId, user);
      },
    },
  });
  const baselines = [];
  for await (const stored of ports.baselines.scan()) baselines.push(stored);
  return { ports, report, links, baselines, alerts: ports.alerts.drain() };
}

/** All that is written anywhere but to quarantine. */
const writtenBy = ({ ports, links, baselines, alerts }: Awaited<ReturnType<typeof detectAll>>): string =>
  [
    ...links,
    ...ports.warnings,
    ...baselines.flatMap(({ actorId, baseline }) => [actorId, Buffer.from(encodeBaseline(baseline)).toString('utf8')]),
    ...alerts.map(alertJson),
    ...alerts.map(renderEmailCard),
    ...[...ports.archive.objects].filter(([key]) => !key.startsWith('quarantine/')).map(([, body]) => body),
  ].join('\n');

describe('whatever is put on the stream', () => {
  it('is applied or put aside, holds up nobody, and stays small', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (lines) => {
        const run = await detectAll(lines);
        const { applied, duplicates, quarantined, response } = run.report;
        expect(response.batchItemFailures).toEqual([]);
        expect(applied + duplicates + quarantined).toBe(lines.length);
        expect([...run.ports.archive.objects.values()].join('').split('\n').filter(Boolean)).toHaveLength(quarantined);
        for (const { actorId, baseline } of run.baselines)
          expect(itemBytes(actorId, baseline)).toBeLessThanOrEqual(MOST_ITEM_BYTES);
        expect(pollution()).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('leaves no subject’s id in anything that is written but quarantine', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (lines) => {
        expect(writtenBy(await detectAll(lines))).not.toContain(SECRET);
      }),
      { numRuns: 80 },
    );
  });

  it('is looked for in all that is written: the hash of a subject is there', async () => {
    const run = await detectAll(events.map((event) => JSON.stringify({ ...event, approval: undefined })));
    expect(run.report.applied).toBe(4);
    expect(run.alerts.length).toBeGreaterThan(0);
    expect(run.links.length).toBeGreaterThan(0);
    expect(writtenBy(run)).toMatch(/\["[0-9a-f]{16}"/);
    expect(writtenBy(run)).not.toContain(SECRET);
  });

  it('is put aside with its reason when it is no text at all', async () => {
    const { report, ports } = await detectAll([Uint8Array.of(0xff, 0xfe, 0x00), new Uint8Array(), '[]', '7', '"x"']);
    expect([report.quarantined, report.failed]).toEqual([5, 0]);
    expect([...ports.archive.objects.values()].join('')).toContain('"reason":"not UTF-8"');
  });
});

describe('names that others chose, in an alert that was really raised', () => {
  const named = (length: number) => HOSTILE_TEXT.slice(0, length);
  const event = anAccessEvent({
    id: named(256),
    action: named(64),
    actor: { onBehalfOf: named(200) },
    resource: { dataset: named(512), store: named(256), dataClass: 'covered-personal-identifiers' },
    network: { ip: '36.110.4.7', deviceId: named(256) },
  });
  const raise = async (): Promise<Alert> => {
    const { alerts } = await detectAll([JSON.stringify(event)]);
    const [alert] = alerts;
    if (!alert) throw new Error('nothing was raised');
    return alert;
  };

  it('command nothing in mail and Slack', async () => {
    const alert = await raise();
    const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
    expect(renderEmailCard(alert)).not.toMatch(unsafe);
    expect(renderEmailCard(alert)).not.toContain('://');
    expect(renderEmailCard(alert)).not.toMatch(/^Approval\s+all fine/m);
    expect(subjectLine(alert)).toMatch(/^[ -~]{1,70}$/);
    const slack = JSON.stringify(renderSlackMessage(alert).blocks);
    expect(slack).not.toMatch(/[<>]/);
    expect(slack).not.toContain('"mrkdwn"');
  });

  it('are one line of JSON in a log', () => {
    const written: string[] = [];
    const outputs = [process.stdout, process.stderr];
    const originals = outputs.map((output) => output.write);
    const logger = new Logger({ serviceName: 'detect' });
    for (const output of outputs)
      output.write = ((chunk: unknown) => written.push(String(chunk)) > 0) as typeof output.write;
    try {
      logger.warn(`records were not applied ${HOSTILE_TEXT}`, { error: new Error(HOSTILE_TEXT) });
    } finally {
      outputs.forEach((output, i) => {
        output.write = originals[i] ?? output.write;
      });
    }
    const lines = written.join('').split('\n').filter(Boolean);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'WARN', error: { message: HOSTILE_TEXT } });
    expect(lines[0]).not.toContain('\u001b');
  });
});
