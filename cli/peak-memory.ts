import { readFileSync } from 'node:fs';

const BYTES_A_KIBIBYTE = 1_024;

/**
 * The most memory that this process has held at once, bytes. Linux gives a process as `maxRSS` what its parent held when it started it,
 * where that was more (getrusage(2) counts through execve), but keeps the high-water mark of its own in /proc.
 */
export function peakMemoryBytes(): number {
  return ownHighWaterMark() ?? process.resourceUsage().maxRSS * BYTES_A_KIBIBYTE;
}

/** @returns nothing on systems without /proc */
function ownHighWaterMark(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * BYTES_A_KIBIBYTE;
}
