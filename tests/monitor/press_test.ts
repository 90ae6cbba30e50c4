/** What waits while a finger or a mouse is pressed. */
import assert from "node:assert/strict";
import { Press } from "../../src/monitor/page/press.js";
import { until } from "./support.ts";

Deno.test("news wait for the release, come in their order, and never longer than a click lasts", async () => {
  const press = new Press();
  const told: number[] = [];
  press.tell(() => told.push(1));
  press.begin();
  press.tell(() => told.push(2));
  press.tell(() => told.push(3));
  assert.deepEqual([told, press.isOn], [[1], true]);
  press.end();
  press.tell(() => told.push(4));
  assert.deepEqual(told, [1], "the click itself is still to come");
  await until(() => !press.isOn);
  press.tell(() => told.push(5));
  assert.deepEqual(told, [1, 2, 3, 4, 5]);
  press.begin();
  press.tell(() => told.push(6));
  await until(() => told.length === 6);
  assert.equal(press.isOn, false);
});
