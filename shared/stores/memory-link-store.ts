import type { Access } from '../model/access.ts';
import { createLinkMemory } from '../pipeline/link-memory.ts';
import { type LinkEntry, remembered } from '../pipeline/links.ts';
import { createLinkStore } from './create-link-store.ts';
import type { LinkMark } from './link-marks.ts';
import type { FoundLink, Joined, LinkLog, LinkStore, RefusalStore } from './link-ports.ts';
import { hourOf, timeKey } from './link-times.ts';

/** Links in memory, for tests. @param now epoch milliseconds */
export function createMemoryLinkStore(
  now: () => number = Date.now,
  log: LinkLog = createMemoryLinkLog(now),
): LinkStore {
  const { meetDevice } = createLinkMemory();
  return createLinkStore({
    refusals: createMemoryRefusalStore(),
    log,
    meetDevice: async (deviceId, user) => meetDevice(deviceId, user),
    now,
  });
}

/** Who was refused which user, in memory. */
export function createMemoryRefusalStore(): RefusalStore {
  const refused = new Map<string, readonly LinkEntry[]>();
  return {
    note: async (subject, entries) => {
      refused.set(subject, entries.reduce(remembered, refused.get(subject) ?? []));
    },
    before: async (subjects) => new Map(subjects.map((subject) => [subject, refused.get(subject) ?? []])),
  };
}

/** What links leave for whoever joins them late, in memory. @param now epoch milliseconds */
export function createMemoryLinkLog(now: () => number): LinkLog {
  const refusals = new Map<string, readonly Access[]>();
  const looks = new Map<string, { readonly hour: number; readonly marks: readonly LinkMark[] }>();
  const found = new Map<string, Map<string, FoundLink>>();
  let written = 0;
  let joined: Joined | undefined;
  const newKey = () => `${timeKey(now())}#${(written++).toString(16).padStart(8, '0')}`;
  const within = <Item>(items: ReadonlyMap<string, Item>, from: number, to: number) =>
    [...items].filter(([key]) => key >= timeKey(from) && key <= timeKey(to)).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    noteLooks: async (marks) => {
      for (const [hour, ofHour] of Map.groupBy(marks, ({ time }) => hourOf(time)))
        looks.set(newKey(), { hour, marks: ofHour });
    },
    noteRefusals: async (accesses) => void refusals.set(newKey(), accesses),
    refusals: async function* (from, to) {
      for (const [key, accesses] of within(refusals, from, to))
        for (const [place, access] of accesses.entries()) yield { key, place, access };
    },
    looks: async function* (hour, from, to) {
      for (const [key, noted] of within(looks, from, to))
        if (noted.hour === hour) for (const [place, mark] of noted.marks.entries()) yield { key, place, mark };
    },
    refusalsOf: async (key) => refusals.get(key) ?? [],
    looksOf: async (hour, key) => {
      const noted = looks.get(key);
      return noted?.hour === hour ? noted.marks : [];
    },
    found: async (actorId) => [...(found.get(actorId)?.values() ?? [])],
    noteFound: async (actorId, links) => {
      const known = found.get(actorId) ?? new Map<string, FoundLink>();
      found.set(actorId, known);
      for (const one of links) known.set(`${one.time} ${one.link.subject}`, one);
    },
    joined: async () => joined,
    noteJoined: async (noted) => {
      joined = noted;
    },
  };
}
