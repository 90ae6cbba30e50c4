import assert from "node:assert/strict";
import { hashPayload } from "../../src/payload/payload_hash.ts";

Deno.test("equal payloads have equal hashes wherever they lie, and one changed byte changes it", () => {
  for (const length of [0, 1, 3, 64, 300, 5000]) {
    const buffer = new Uint8Array(length + 8);
    const payload = buffer.subarray(3, 3 + length).map((_, i) => i * 7);
    buffer.set(payload, 3);
    const hash = hashPayload(payload);
    assert.equal(hashPayload(buffer.subarray(3, 3 + length)), hash);
    assert(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 30);
    for (let i = 0; i < length; i += 97) {
      const changed = payload.slice();
      changed[i] ^= 1;
      assert.notEqual(hashPayload(changed), hash);
    }
  }
  assert.notEqual(hashPayload(new Uint8Array(1)), hashPayload(new Uint8Array(2)));
});
