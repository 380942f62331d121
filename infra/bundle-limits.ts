/**
 * Every cold start reads and compiles a bundle whole; `detect` speaks to four services, those that tell people to two. `ingest` and
 * `receive` read every format, and no person waits for them.
 */
const KIBIBYTES: { readonly [name: string]: number } = {
  detect: 450,
  assess: 350,
  notify: 350,
  ingest: 500,
  receive: 500,
};
const OTHERS = 450;

/** The most bytes that a function's bundle may have, without what lies beside it. @param name the folder below `functions/` */
export const bundleLimit = (name: string): number => 1024 * (KIBIBYTES[name] ?? OTHERS);
