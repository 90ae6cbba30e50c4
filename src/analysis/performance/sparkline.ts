const BLOCKS = "▁▂▃▄▅▆▇█";

/** A line of block characters, one per value, from zero (lowest block) to the greatest value. */
export function sparkline(values: readonly number[]): string {
  let greatest = 0;
  for (const value of values) if (value > greatest) greatest = value;
  let line = "";
  for (const value of values) {
    const height = greatest > 0 && value > 0
      ? Math.max(1, Math.round((value / greatest) * (BLOCKS.length - 1)))
      : 0;
    line += BLOCKS[Math.min(height, BLOCKS.length - 1)];
  }
  return line;
}
