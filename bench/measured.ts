/** How long a question takes, in time and in processor time of the thread, and how long it holds the event loop. */
import process from "node:process";

/** The head of the table whose lines {@linkcode measured} prints. */
export function measuredHead(title: string): string {
  return `\n${title.padEnd(46)}     ms  CPU ms  held ms  held CPU ms  answer`;
}

/**
 * Runs it several times and prints the medians, and the longest time in which nothing else could run: by the clock, and in
 * processor time, which is the same on a busy machine.
 */
export async function measured(
  name: string,
  rounds: number,
  run: () => Promise<string>,
): Promise<void> {
  const times: number[] = [];
  const cpuTimes: number[] = [];
  const held = { ms: 0, cpuMs: 0 };
  let answer = "";
  for (let i = 0; i < rounds; i++) {
    let last = { at: performance.now(), cpu: cpuMs() };
    const tick = () => {
      const now = { at: performance.now(), cpu: cpuMs() };
      held.ms = Math.max(held.ms, now.at - last.at);
      held.cpuMs = Math.max(held.cpuMs, now.cpu - last.cpu);
      last = now;
    };
    const ticker = setInterval(tick, 0);
    const began = last;
    answer = await run();
    times.push(performance.now() - began.at);
    cpuTimes.push(cpuMs() - began.cpu);
    clearInterval(ticker);
    tick();
  }
  const median = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1];
  const columns = [median(times), median(cpuTimes), held.ms, held.cpuMs] as const;
  const widths = [7, 8, 9, 13];
  console.log(
    name.padEnd(46) +
      columns.map((value, i) => value.toFixed(0).padStart(widths[i])).join("") + `  ${answer}`,
  );
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
