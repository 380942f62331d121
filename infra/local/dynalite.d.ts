/** The part of dynalite 4 that the local stack uses; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Milliseconds a table stays in each state on its way; 500 by default. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  /** An HTTP server that isn't listening yet; its data lives in memory unless a path is given, which is left out here. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
