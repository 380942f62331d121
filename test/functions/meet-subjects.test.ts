import { describe, expect, it } from 'vitest';
import { createTurns } from '../../functions/detect/in-turn.ts';
import { meetInRuns } from '../../functions/detect/meet-subjects.ts';
import type { LinkEntry } from '../../shared/pipeline/links.ts';

const entry = (actorId: string, time: number): LinkEntry => ({ actorId, time, eventId: `ev-${time}` });

/** Says what it was asked, and has met nobody. */
function listeningStore() {
  const asked: string[] = [];
  const meet = meetInRuns(
    {
      meet: async (subject, kind, { actorId, time }) => {
        asked.push(`${subject} ${kind} ${actorId} ${time}`);
        return [];
      },
    },
    createTurns(),
  );
  return { asked, meet };
}

describe('accesses to subjects', () => {
  it('are told of once a run, the last of it, in order', async () => {
    const { asked, meet } = listeningStore();

    await Promise.all([
      meet('us-1', 'read', entry('e-1', 1)),
      meet('us-2', 'read', entry('e-1', 2)),
      meet('us-1', 'read', entry('e-1', 3)),
      meet('us-1', 'refused', entry('e-1', 4)),
      meet('us-1', 'refused', entry('e-2', 5)),
      meet('us-1', 'refused', entry('e-2', 6)),
    ]);

    expect(asked.filter((question) => question.startsWith('us-1'))).toEqual([
      'us-1 read e-1 3',
      'us-1 refused e-1 4',
      'us-1 refused e-2 6',
    ]);
    expect(asked).toContain('us-2 read e-1 2');
  });

  it('that come when a run was told of begin another', async () => {
    const { asked, meet } = listeningStore();

    await meet('us-1', 'read', entry('e-1', 1));
    await meet('us-1', 'read', entry('e-1', 2));

    expect(asked).toEqual(['us-1 read e-1 1', 'us-1 read e-1 2']);
  });
});
