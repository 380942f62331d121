/** Where a command writes: replaced in tests. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTTY?: boolean;
  /** Replaces the line that the cursor is in; only a terminal can. */
  readonly redraw?: (line: string) => void;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
}

const WIDTH = 30;
/** A terminal is redrawn ten times a second at most; a log file gets a line every tenth. */
const REDRAW_MS = 100;

/**
 * A progress bar on a terminal, a line every ten percent elsewhere.
 *
 * @param now milliseconds, from any start
 */
export function progressBar(
  output: Output,
  label: string,
  now: () => number,
): { update: (share: number, note?: string) => void; done: () => void } {
  const redraw = output.redraw ?? ((line: string) => output.write(`\r\u001b[K${line}`));
  let drawnAt = -Infinity;
  let tenth = 0;
  return {
    update: (share, note = '') => {
      if (!output.isTTY) {
        if (Math.floor(share * 10) <= tenth) return;
        tenth = Math.floor(share * 10);
        output.write(`${label} ${tenth * 10}% ${note}\n`);
        return;
      }
      if (now() - drawnAt < REDRAW_MS && share < 1) return;
      drawnAt = now();
      const filled = Math.round(WIDTH * Math.min(1, share));
      redraw(`${label} ${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${Math.floor(share * 100)}% ${note}`);
    },
    done: () => {
      if (output.isTTY) redraw('');
    },
  };
}
