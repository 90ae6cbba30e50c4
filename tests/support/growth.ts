import process from "node:process";

/**
 * CPU time of this thread for one run of `work`, in milliseconds: the smallest of some runs. Of this thread, because the
 * process runs other test files at the same time.
 */
export function cpuMs(work: () => unknown, runs = 3): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** What is too short to be compared: rounding, garbage collection, a compiler at work. */
const FLOOR_MS = 4;

/**
 * How many times as long the large input takes as the small one, in CPU time. Twice measured where it looks bad, so that
 * a garbage collection at the wrong moment is no finding.
 */
export function growth(small: () => unknown, large: () => unknown): number {
  const once = () => cpuMs(large, 1) / Math.max(FLOOR_MS, cpuMs(small));
  const first = once();
  return first < 15 ? first : Math.min(first, once(), once());
}
