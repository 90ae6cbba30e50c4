import assert from "node:assert/strict";
import { series, titlesOf } from "../../support.ts";

const speeds = (told: readonly (number | string)[]) =>
  titlesOf(
    "belt 4",
    series("plant/belt-4/telemetry", told.map((speed, i) => ({ speed, load: 40 + Math.sin(i) }))),
  );
const numbers = (count: number) => Array.from({ length: count }, (_, i) => 1.2 + i / 100);

Deno.test("a number that was a text for a while and is a number again is of mixed types", () => {
  const told = [...numbers(8), ...numbers(8).map((speed) => `${speed} m/s`)];
  for (const back of [1, 4, 8]) {
    assert.deepEqual(speeds([...told, ...numbers(back)]), [
      `"speed" is sometimes number, sometimes string`,
    ]);
  }
});

Deno.test("a word in the place of a number for a while is no other type of it", () => {
  const told = [...numbers(8), ...numbers(8).map(() => "calibrating"), ...numbers(4)];
  assert.deepEqual(speeds(told), []);
});

Deno.test("what is told of a guest goes with them, and what is told of a probe is missed", () => {
  const told = (kind: string, leaves: readonly string[] = []) =>
    titlesOf("node 7", [
      ...series(
        "radio/node-7/status",
        Array.from({ length: 14 }, (_, i) => ({
          [kind]: {
            attic_1: { level: 20 + i % 4, flow: 3.5 },
            ...(i < 7 ? { cellar_2: { level: 30 + i % 3, flow: 4.5 } } : {}),
          },
        })),
      ),
      ...leaves.map((topic) => ({ s: 24, topic, payload: {} })),
    ]);
  const CHANGED = ['The payload of "radio/node-7/status" changed its structure'];
  assert.deepEqual(told("probes"), CHANGED);
  assert.deepEqual(told("clients"), []);
  assert.deepEqual(told("probes", ["radio/node-7/probe/cellar_2/disconnected"]), []);
  assert.deepEqual(told("probes", ["radio/node-7/probe/attic_1/disconnected"]), CHANGED);
});

Deno.test("an entry of a list that is worked off is not missed; one of a list that lost it once is", () => {
  const told = (lengths: readonly number[]) =>
    titlesOf(
      "cart 9",
      series(
        "hall/cart-9/state",
        lengths.map((length, i) => ({
          x: 3.5 + i,
          stops: Array.from({ length }, (_, k) => ({ at: 10.5 + 2 * k + i / 4, bay: `B${k}` })),
        })),
      ),
    );
  assert.deepEqual(told([3, 3, 2, 2, 2, 2, 2, 1, 1, 0, 0, 0]), []);
  assert.deepEqual(told([3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2]), [
    'The payload of "hall/cart-9/state" changed its structure',
  ]);
});
