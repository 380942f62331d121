import { describe, expect, it } from 'vitest';
import {
  contentOf,
  type Note,
  type PutAside,
  planRedrive,
  type RedriveContext,
  recordId,
} from '../../cli/redrive-plan.ts';
import { anAccessEvent, timeOn } from '../factories/an-access-event.ts';

const SHARD = 'shardId-000000000000';
const NOW = Date.parse(timeOn(1));
const event = anAccessEvent();
const base64 = (text: string) => Buffer.from(text).toString('base64');

const aRecord = (sequenceNumber: string, changes: Partial<PutAside> = {}): PutAside => ({
  id: recordId(SHARD, sequenceNumber),
  shardId: SHARD,
  sequenceNumber,
  partitionKey: event.actor.id,
  data: base64(JSON.stringify(event)),
  origin: { kind: 'quarantined', reason: 'no case backs the verdict' },
  ...changes,
});
const givenUp = (sequenceNumber: string, lastInvocation: 'none' | 'returned' | 'threw' = 'returned') =>
  aRecord(sequenceNumber, { origin: { kind: 'given-up', lastInvocation } });
const aNote = (first: number, last: number, notApplied: readonly string[], writtenAt = 1): Note => {
  const held = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  return {
    shardId: SHARD,
    first: BigInt(first),
    last: BigInt(last),
    writtenAt,
    notApplied: new Set(notApplied),
    done: new Set(held.filter((number) => !notApplied.includes(number))),
  };
};
/** As notes were before they named all that their batch held. */
const anOldNote = (...[first, last, notApplied, writtenAt]: Parameters<typeof aNote>): Note => ({
  ...aNote(first, last, notApplied, writtenAt),
  done: undefined,
});
const aContext = (changes: Partial<RedriveContext> = {}): RedriveContext => ({
  notes: [],
  redriven: { putBack: new Set(), inDoubt: new Set(), contents: new Set() },
  seen: new Set(),
  now: NOW,
  ...changes,
});
const kinds = (records: readonly PutAside[], context: Partial<RedriveContext>) =>
  planRedrive(records, aContext(context)).map(({ kind }) => kind);

describe('of a batch that was given up', () => {
  it('only what its note names goes back', () => {
    const records = ['1', '2', '3'].map((number) => givenUp(number));

    expect(kinds(records, { notes: [aNote(1, 3, ['1', '3'])] })).toEqual(['put back', 'applied', 'put back']);
  });

  it('the last note decides: what an earlier try had not applied, a later one may have', () => {
    const records = ['1', '2', '3'].map((number) => givenUp(number));
    const first = aNote(1, 5, ['1', '2', '3'], 1);

    expect(kinds(records, { notes: [aNote(2, 5, ['3'], 2), first] })).toEqual(['put back', 'applied', 'put back']);
    expect(kinds(records, { notes: [first, aNote(2, 5, ['3'], 1)] })).toEqual(['put back', 'applied', 'put back']);
    expect(kinds(records, { notes: [aNote(2, 5, ['3'], 1), first] })).toEqual(['put back', 'applied', 'put back']);
  });

  it('a later note about records around it says nothing of what was in the other lane', () => {
    const records = ['2', '4'].map((number) => givenUp(number));
    const otherLane: Note = { ...aNote(1, 5, ['1', '3'], 2), done: new Set(['5']) };

    expect(kinds(records, { notes: [otherLane] })).toEqual(['in doubt', 'in doubt']);
    const ownLane: Note = { ...aNote(2, 4, ['2'], 1), done: new Set(['4']) };
    expect(kinds(records, { notes: [otherLane, ownLane] })).toEqual(['put back', 'applied']);
  });

  it('an older note vouches for those that it names, and leaves those between them in doubt', () => {
    const records = ['1', '2', '3'].map((number) => givenUp(number));

    expect(kinds(records, { notes: [anOldNote(1, 2, ['1'])] })).toEqual(['put back', 'in doubt', 'in doubt']);
    expect(kinds(records, { notes: [aNote(1, 3, ['1', '2', '3'], 1), anOldNote(1, 3, ['3'], 2)] })).toEqual([
      'in doubt',
      'in doubt',
      'put back',
    ]);
  });

  it('sequence numbers are compared as numbers', () => {
    expect(kinds([givenUp('100')], { notes: [anOldNote(20, 30, ['100'])] })).toEqual(['in doubt']);
    expect(kinds([givenUp('25')], { notes: [anOldNote(9, 100, ['25'])] })).toEqual(['put back']);
  });

  it('a note about another shard says nothing', () => {
    const notes = [{ ...aNote(1, 3, ['1']), shardId: 'shardId-000000000001' }];

    expect(kinds([givenUp('1')], { notes })).toEqual(['in doubt']);
  });

  it.each(['none', 'returned', 'threw'] as const)('nothing is sure without a note (last invocation: %s)', (last) => {
    expect(kinds([givenUp('1', last)], {})).toEqual(['in doubt']);
  });

  it('what the note names is in doubt when the last try ended in an error, and the rest was applied', () => {
    const records = [givenUp('1', 'threw'), givenUp('2', 'threw')];

    expect(kinds(records, { notes: [aNote(1, 2, ['1'])] })).toEqual(['in doubt', 'applied']);
  });
});

describe('of what was quarantined', () => {
  it('goes back what can be judged by now, under its actor’s key and with the same bytes', () => {
    const [fate] = planRedrive([aRecord('1', { partitionKey: 'wrong' })], aContext());

    expect(fate).toMatchObject({
      kind: 'put back',
      outgoing: { partitionKey: event.actor.id, data: Buffer.from(JSON.stringify(event)) },
    });
  });

  it.each([
    ['no json', /^not JSON/],
    ['{"id":"ev-1"}', /^time: /],
    [JSON.stringify(anAccessEvent({ time: timeOn(2) })), /ahead of arrival/],
  ])('stays what would be quarantined again: %s', (text, reason) => {
    const [fate] = planRedrive([aRecord('1', { data: base64(text) })], aContext());

    expect(fate).toEqual({ kind: 'still refused', reason: expect.stringMatching(reason) });
  });

  it('goes back what was ahead of its arrival and is so no more', () => {
    const record = aRecord('1', { data: base64(JSON.stringify(anAccessEvent({ time: timeOn(2) }))) });

    expect(kinds([record], { now: Date.parse(timeOn(2)) })).toEqual(['put back']);
  });
});

describe('nothing is put back twice', () => {
  it('when it lies in two places', () => {
    const seen = new Set<string>();

    expect(kinds([aRecord('1'), aRecord('1')], { seen })).toEqual(['put back', 'seen before']);
    expect(kinds([givenUp('1')], { seen })).toEqual(['seen before']);
  });

  it('when an earlier redrive did, and when one was cut off it is in doubt', () => {
    const redriven = {
      putBack: new Set([recordId(SHARD, '1')]),
      inDoubt: new Set([recordId(SHARD, '2')]),
      contents: new Set<string>(),
    };

    expect(kinds([aRecord('1'), aRecord('2'), aRecord('3')], { redriven })).toEqual([
      'put back before',
      'in doubt',
      'put back',
    ]);
  });

  it('when it came back to quarantine, under another number and with its reason', () => {
    const contents = new Set([contentOf({ partitionKey: event.actor.id, data: Buffer.from(JSON.stringify(event)) })]);
    const redriven = { putBack: new Set([recordId(SHARD, '1')]), inDoubt: new Set<string>(), contents };
    const another = aRecord('4', { data: base64(JSON.stringify(anAccessEvent({ id: 'ev-4' }))) });

    const fates = planRedrive([aRecord('1'), aRecord('2'), givenUp('3', 'none'), another], aContext({ redriven }));

    expect(fates).toMatchObject([
      { kind: 'put back before' },
      { kind: 'came back', id: recordId(SHARD, '2'), reason: 'no case backs the verdict' },
      { kind: 'in doubt' },
      { kind: 'put back' },
    ]);
    expect(kinds([aRecord('2')], { redriven: { ...redriven, inDoubt: new Set([recordId(SHARD, '2')]) } })).toEqual([
      'in doubt',
    ]);
  });
});
