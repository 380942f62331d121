import type { LinkStore } from '../../shared/stores/link-ports.ts';

/** Answers one question about links. @param ask asks a store that knows */
export type Answer = <Found>(question: string, ask: (links: LinkStore) => Promise<Found>) => Promise<Found>;

/** A link store whose every question, written out, goes through one function. */
export const answeredLinks = (answer: Answer): LinkStore => ({
  meet: (...asked) => answer(JSON.stringify(['meet', ...asked]), (links) => links.meet(...asked)),
  late: (...asked) => answer(JSON.stringify(['late', ...asked]), (links) => links.late(...asked)),
  meetDevice: (...asked) => answer(JSON.stringify(['meetDevice', ...asked]), (links) => links.meetDevice(...asked)),
});
