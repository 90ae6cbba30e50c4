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

/** Reads what {@linkcode encodeCounts} packed, by rising number of the topic; what is cut off is left out. */
export function eachCount(
  bytes: Uint8Array,
  visit: (topicId: number, messages: number) => void,
): void {
  let topicId = 0;
  let isTopic = true;
  for (let at = 0, value = 0, factor = 1; at < bytes.length; at++) {
    const byte = bytes[at];
    value += (byte & 0x7f) * factor;
    factor *= 0x80;
    if (byte >= 0x80) continue;
    if (isTopic) topicId += value;
    else visit(topicId, value);
    isTopic = !isTopic;
    value = 0;
    factor = 1;
  }
}

/** How many messages of one topic there are. */
export function countOf(bytes: Uint8Array, topicId: number): number {
  let found = 0;
  eachCount(bytes, (id, messages) => {
    if (id === topicId) found = messages;
  });
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
