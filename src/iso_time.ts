/** Milliseconds since the epoch as ISO 8601 in UTC. A time of nonsense is shown as the number it is: it must not make a result fail. */
export function isoTime(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? String(atMs) : date.toISOString();
}
