/** Calls that have the same key follow one another, in the order in which they were asked for, whether one fails or not; others don't wait. */
export type InTurn = <Answer>(key: string, ask: () => Promise<Answer>) => Promise<Answer>;

/** None begins before whoever asks for it is done with asking. */
export function createTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return (key, ask) => {
    const answer = (last.get(key) ?? Promise.resolve()).then(ask, ask);
    last.set(key, answer);
    return answer;
  };
}
