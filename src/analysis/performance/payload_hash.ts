/** FNV-1a over the payload; of long ones the length, the first and the last 64 bytes. Never 0. */
export function hashOf(payload: Uint8Array): number {
  const { length } = payload;
  let hash = 0x811c9dc5 ^ length;
  const head = length > 128 ? 64 : length;
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ payload[i]!, 0x01000193);
  if (length > 128) {
    for (let i = length - 64; i < length; i++) hash = Math.imul(hash ^ payload[i]!, 0x01000193);
  }
  return hash === 0 ? 1 : hash;
}
