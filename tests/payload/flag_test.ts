import assert from "node:assert/strict";
import { flagOf } from "../../src/payload/flag.ts";

Deno.test("a flag is up or down however its maker writes it, and all else is no flag", () => {
  for (const up of [true, 1, "true", "True", "ON", "1", " yes "]) assert.equal(flagOf(up), true);
  for (const down of [false, 0, "false", "FALSE", "off", "0", "No"]) {
    assert.equal(flagOf(down), false);
  }
  for (const other of [null, undefined, 2, -1, 0.5, "", "open", "10", "offline", [], {}]) {
    assert.equal(flagOf(other), null, JSON.stringify(other));
  }
});
