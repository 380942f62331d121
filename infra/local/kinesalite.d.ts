/** The part of kinesalite 3 that the local stack uses; the package has no types of its own. */
declare module 'kinesalite' {
  import type { Server } from 'node:http';

  interface KinesaliteOptions {
    /** Milliseconds a stream stays in each state on its way; 500 by default. */
    readonly createStreamMs?: number;
    readonly deleteStreamMs?: number;
    readonly updateStreamMs?: number;
    /** Open shards that all streams together may have; 10 by default. */
    readonly shardLimit?: number;
  }

  /** An HTTP server that isn't listening yet; its data lives in memory unless a path is given, which is left out here. */
  export default function kinesalite(options?: KinesaliteOptions): Server;
}
