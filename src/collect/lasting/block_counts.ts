/** How many messages of which topics a block holds: pairs of numbers, seven bits a byte. Pure. */

/** Packs counts by topic number. */
export function encodeCounts(counts: ReadonlyMap<number, number>): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const [topicId, messages] of [...counts].sort(([a], [b]) => a - b)) {
    push(bytes, topicId - before);
    push(bytes, messages);
    before = topicId;
  }
  return Uint8Array.from(bytes);
}

/** Unpacks what {@linkcode encodeCounts} packed; what is cut off is left out. */
export function decodeCounts(bytes: Uint8Array | undefined): [topicId: number, messages: number][] {
  const found: [number, number][] = [];
  if (bytes === undefined) return found;
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length; factor *= 0x80) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  let topicId = 0;
  while (at < bytes.length) {
    topicId += next();
    found.push([topicId, next()]);
  }
  return found;
}

function push(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
