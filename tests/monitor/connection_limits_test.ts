import assert from "node:assert/strict";
import { Strangers } from "../../src/monitor/connection_limits.ts";

interface Connection {
  readonly name: string;
}

Deno.test("the oldest connection of an address gives way to its newest, and other addresses keep theirs", () => {
  const strangers = new Strangers<Connection>({ perAddress: 2, inAll: 10 });
  const [a, b, c, other] = ["a", "b", "c", "other"].map((name) => ({ name }));
  assert.ok(a && b && c && other);
  assert.equal(strangers.add(a, "1"), null);
  assert.equal(strangers.add(other, "2"), null);
  assert.equal(strangers.add(b, "1"), null);
  assert.equal(strangers.add(c, "1"), a);
  assert.deepEqual(strangers.all(), [other, b, c]);
});

Deno.test("where there are too many in all, the address with most of them gives way", () => {
  const strangers = new Strangers<Connection>({ perAddress: 10, inAll: 4 });
  const many = ["a", "b", "c"].map((name) => ({ name }));
  const lone = { name: "lone" };
  strangers.add(lone, "1");
  for (const one of many) strangers.add(one, "2");
  assert.equal(strangers.add({ name: "new" }, "3"), many[0]);
  assert.equal(strangers.size, 4);
  assert.ok(strangers.all().includes(lone));
});

Deno.test("who was let through or has left does not count, and is never told to leave", () => {
  const strangers = new Strangers<Connection>({ perAddress: 1, inAll: 1 });
  const known = { name: "known" };
  strangers.add(known, "1");
  strangers.delete(known);
  strangers.delete(known);
  assert.equal(strangers.add({ name: "new" }, "1"), null);
  assert.equal(strangers.size, 1);
});
