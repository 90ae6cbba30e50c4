import assert from "node:assert/strict";
import { findingsOf, type Line, series, times } from "../../support.ts";

/** Titles of those told to have fallen silent. */
const silent = (lines: readonly Line[]) =>
  findingsOf("unit-7", lines).map(({ title }) => title).filter((title) =>
    /fell silent/.test(title)
  );

const COUNT = 26;
const told = (make: (i: number) => unknown) => silent(series("x/unit-7/state", times(COUNT, make)));

Deno.test("a waypoint that a vehicle has passed has not fallen silent", () => {
  // VDA 5050: what is still to be passed, and beside it the node that was passed last.
  const node = (n: number) => ({ nodeId: `n${n}`, sequenceId: n });
  const route = (i: number) => ({
    lastNodeId: i < 6 ? "n14" : "n18",
    nodeStates: (i < 6 ? [18, 22, 26] : [22, 26]).map(node),
  });
  assert.deepEqual(told(route), []);
  // The next of the route moves up in the same message.
  const moving = (i: number) => ({ nodeStates: (i < 6 ? [18, 22] : [22, 26]).map(node) });
  assert.deepEqual(told(moving), []);
});

Deno.test("a mission, an order or a stop that is done stands in no list any more", () => {
  // MiR: `GET /mission_queue`.
  const missions = (i: number) => ({
    mission_queue: (i < 6 ? [13, 14, 15] : [14, 15]).map((id) => ({ id, state: "Pending" })),
  });
  assert.deepEqual(told(missions), []);
  const orders = (i: number) => ({
    pendingOrders: (i < 6 ? ["A1", "A2", "A3"] : ["A2", "A3"]).map((id) => ({ id, lines: 4 })),
  });
  assert.deepEqual(told(orders), []);
  const names = ["Rathaus", "Markt", "Hafen"];
  const stops = (i: number) => ({
    line: 4,
    upcoming_stops: names.slice(i < 6 ? 0 : 1).map((name) => ({ name, platform: 2 })),
  });
  assert.deepEqual(told(stops), []);
  const zones = (i: number) => ({
    zones: names.slice(i < 6 ? 0 : 1).map((name) => ({ name, minutes: 10 })),
    last_watered: i < 6 ? "" : "Rathaus",
  });
  assert.deepEqual(told(zones), []);
});

Deno.test("a sensor that is missing from a list of sensors is told, whether or not it is called lost", () => {
  const sensors = (i: number) => ({
    sensors: (i < 8 ? ["s1", "s2", "s3", "s4"] : ["s2", "s3", "s4"]).map((id) => ({
      id,
      temp: 20 + i % 3,
    })),
  });
  assert.match(told(sensors).join(), /"s1" fell silent while 3 beside it go on/);
  const named = (i: number) => ({ ...sensors(i), missing: i < 8 ? "" : "s1" });
  assert.match(told(named).join(), /"s1" fell silent while 3 beside it go on/);
});
