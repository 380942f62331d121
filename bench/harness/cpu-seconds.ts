/** Seconds of processors that something takes, whatever else the machine does meanwhile; the garbage collector's threads count. */
export function cpuSecondsOf(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
