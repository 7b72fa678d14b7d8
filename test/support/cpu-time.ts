/** Milliseconds of processor time that something takes: unlike the clock on the wall it does not count other programs. */
export const cpuTime = (run: () => unknown): number => {
  const before = process.cpuUsage();
  run();
  const {user, system} = process.cpuUsage(before);
  return (user + system) / 1000;
};
