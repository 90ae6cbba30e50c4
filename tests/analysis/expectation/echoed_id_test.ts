import assert from "node:assert/strict";
import { echoedIds, strangeId } from "../../../src/analysis/expectation/echoed_id.ts";
import type { JsonValue } from "../../../src/payload/payload.ts";

function strange(request: JsonValue, reply: JsonValue): string | null {
  return strangeId(echoedIds(request), reply)?.path.join(".") ?? null;
}

Deno.test("an id that a reply repeats with another value marks it as another's, whatever the id is called", () => {
  for (
    const name of [
      "transaction",
      "id",
      "token",
      "requestId",
      "request_id",
      "correlation-id",
      "clientToken",
    ]
  ) {
    assert.equal(strange({ [name]: "a" }, { [name]: "b", ok: true }), name);
    assert.equal(strange({ [name]: "a" }, { [name]: "a", ok: true }), null);
    assert.equal(strange({ [name]: "a" }, { ok: true }), null, "left out, it says nothing");
  }
  assert.equal(
    strange({ print: { sequence_id: "7" } }, { print: { sequence_id: "8" } }),
    "print.sequence_id",
  );
});

Deno.test("the same id as text is the same, and a device's own id is none of the request's", () => {
  assert.equal(strange({ id: 7 }, { id: "7" }), null);
  assert.equal(strange({ id: 7 }, { id: "pump-3" }), null);
  assert.equal(strange({ id: 1, params: { id: 0 } }, { id: 1, params: { id: 9 } }), null);
  assert.equal(strange({ id: 1 }, { id: null, error: "cannot parse" }), null);
  assert.equal(
    strange({ id: Number("12345678901234567890") }, { id: 12345678901234567000 + 5000 }),
    null,
  );
  for (const value of [null, 5, "text", [1], [{ id: 2 }]] as JsonValue[]) {
    assert.equal(strange({ id: 1 }, value), null);
    assert.deepEqual(echoedIds(value), []);
  }
});
