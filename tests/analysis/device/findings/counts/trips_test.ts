import assert from "node:assert/strict";
import { assertTold, type Line, series, titlesOf } from "../../support.ts";

/** A count that is told as it changes, beside the current, which goes on. */
const counted = (topic: string, before: unknown, counts: readonly unknown[]): Line[] => [
  { s: 0, topic: `evse-7/${topic}`, payload: before, retain: true },
  ...counts.map((payload, i) => ({ s: 30.2 + i * 40, topic: `evse-7/${topic}`, payload })),
  ...series("evse-7/amp", Array.from({ length: 20 }, (_, i) => String(15_980 + i * 7 % 40)), 10),
];

Deno.test("a count of ground faults or trips that rises while it is heard is told, and one that stands is not", () => {
  for (
    const name of [
      "gfcicount",
      "nognd_count",
      "stuck_relay_count",
      "ground_fault_count",
      "rcd_trips",
      "overcurrentTrips",
      "arcFaultCounter",
    ]
  ) {
    assertTold(titlesOf("evse-7", counted(name, "3", ["4", "5", "6"])), /trips again.* 3 to 6/);
    assertTold(titlesOf("evse-7", counted(name, "3", ["4"])), /A protection trips: .* 3 to 4/);
    assert.deepEqual(titlesOf("evse-7", counted(name, "3", ["3", "3"])), []);
    assert.deepEqual(titlesOf("evse-7", counted(name, "3", ["0"])), []);
  }
});

Deno.test("the trips of a breaker are no journeys, and a leakage that is measured is no count", () => {
  const trips = (topic: string, more: object) =>
    titlesOf(
      topic.split("/")[0] ?? "",
      series(topic, [3, 3, 4, 4, 4, 5, 5].map((trip_count, i) => ({ trip_count, ...more, t: i }))),
    );
  assertTold(trips("feeder-2/breaker", { closed: true }), /A protection trips/);
  assert.deepEqual(trips("van-12/status", { odometer: 81_230, ignition: true }), []);
  assert.deepEqual(trips("van-12/charger", { odometer: 81_230, ignition: true }), []);
  const leakage = [3, 3, 4, 5, 5, 6, 6].map((leakage_current) => ({ leakage_current }));
  assert.ok(!titlesOf("rcm", series("rcm/data", leakage)).some((one) => /trips/.test(one)));
});

Deno.test("what was switched off because of a fault is told while it is off, and not once it is on again or by hand", () => {
  const told = (reason: object, relay: unknown, later: object = {}) =>
    titlesOf("pitch-4", [
      ...series("pitch-4/up", Array.from({ length: 10 }, (_, i) => ({ kwh: 310.2 + i / 10 }))),
      { s: 101, topic: "pitch-4/up", payload: { relayStatus: relay } },
      { s: 102, topic: "pitch-4/up", payload: reason },
      { s: 104, topic: "pitch-4/up", payload: { kwh: 311.2, ...later } },
    ]);
  const off = /switched off to protect it/;
  assertTold(told({ switchOffReason: "Due to too high current limit" }, "OPEN"), off);
  assertTold(told({ trip_cause: "Overload" }, false), off);
  assertTold(told({ disconnectReason: "power limit exceeded" }, "off"), off);
  for (
    const titles of [
      told({ switchOffReason: "By control from the network" }, "OPEN"),
      told({ switchOffReason: "Due to too high current limit" }, "CLOSED"),
      told({ switchOffReason: "Overload" }, "OPEN", { relayStatus: "CLOSED" }),
      told({ last_trip_reason: "Overload" }, "OPEN"),
    ]
  ) assert.ok(!titles.some((one) => off.test(one)), titles.join());
});
