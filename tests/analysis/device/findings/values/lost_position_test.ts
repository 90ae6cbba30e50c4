import { findingsOf, START_MS, times } from "../../support.ts";
import assert from "node:assert/strict";

const VANS = ["v1", "v2", "v3"];

/** What is told of the first of some vehicles that each tell a document every 3 seconds. */
const toldOf = (make: (id: string, i: number) => unknown, { vans = VANS, count = 14 } = {}) =>
  findingsOf(
    "v1",
    vans.flatMap((id, n) =>
      times(
        count,
        (i) => ({ s: 1 + 3 * i + 0.7 * n, topic: `fleet/${id}/pos`, payload: make(id, i) }),
      )
    ).sort((a, b) => a.s - b.s),
  ).map(({ title }) => title).filter((title) => /position/.test(title)).join("; ");

const away = (i: number) => ({ lat: 54.6801 + i / 1000, lon: 25.2801 + i / 500 });

Deno.test("a receiver that knows no place while its vehicle moves and the others know theirs is told", () => {
  // Teltonika by the numbers of its list, both coordinates in one text.
  const teltonika = (id: string, i: number, moves = 1) => {
    const { lat, lon } = id === "v1" ? { lat: 0, lon: 0 } : away(i);
    const latlng = `${lat.toFixed(6)},${lon.toFixed(6)}`;
    return {
      state: { reported: { 239: 1, 240: moves, latlng, sat: id === "v1" ? 0 : 11, sp: 0 } },
    };
  };
  assert.match(toldOf(teltonika), /finds no position: "state.reported.latlng" is 0.000000,0.0000/);
  assert.equal(toldOf((id, i) => teltonika(id, i, 0)), "");
  // Traccar's own names, and a speed that a vehicle's bus tells.
  const traccar = (id: string, i: number) => ({
    ...(id === "v1" ? { lat: 0, lon: 0 } : away(i)),
    attributes: { motion: true },
    sat: id === "v1" ? 0 : 9,
  });
  assert.match(toldOf(traccar), /finds no position: "lat" is 0 in all of 14 messages, though/);
  const alone = (_: string, i: number) => ({ gps: "0.0;0.0", sats: 0, can_speed: 40 + i % 7 });
  assert.match(toldOf(alone, { vans: ["v1"], count: 30 }), /finds no position: "gps"/);
});

Deno.test("a receiver that was just switched on, or finds its place in the end, is not told", () => {
  const starts = (_: string, i: number) => ({
    ...(i < 14 ? { lat: 0, lon: 0 } : away(i)),
    sats: i < 14 ? 0 : 8,
    moving: true,
  });
  assert.equal(toldOf(starts, { vans: ["v1"], count: 14 }), "");
  assert.equal(toldOf(starts, { vans: ["v1"], count: 30 }), "");
  // What only has the fields of a place and detects motion receives nothing.
  const detector = (_: string, i: number) => ({ lat: 0, lon: 0, motion: true, lux: 20 + i % 3 });
  assert.equal(toldOf(detector, { vans: ["v1"], count: 30 }), "");
});

Deno.test("a place that is told as one text and goes to nothing is lost", () => {
  const lost = (_: string, i: number) => ({
    latlng: i < 10 ? `54.${680 + i},25.28${i}` : "0.000000,0.000000",
    speed: 40 + i % 5,
  });
  assert.match(toldOf(lost, { vans: ["v1"], count: 24 }), /finds no position any more: "latlng"/);
});

Deno.test("a fix that is sent again and again with a speed and the time at which it was found is told", () => {
  const atS = START_MS / 1_000;
  const fix = (more: (i: number) => object) =>
    toldOf((_, i) => ({
      lat: 47.3912,
      lon: 8.0517,
      vel: 3,
      tst: atS - 200,
      created_at: atS + 1 + 3 * i,
      ...more(i),
    }), { vans: ["v1"] });
  assert.match(
    fix(() => ({})),
    /position is stuck: "lat" is 47.3912 in all of .* though "vel" is 3/,
  );
  assert.equal(fix(() => ({ vel: 0 })), "", "it stands");
  assert.equal(fix(() => ({ motion: false })), "", "it is parked, and tells the last that it knew");
  assert.equal(fix((i) => ({ tst: atS + 3 * i })), "", "it is found anew");
  assert.equal(fix(() => ({ tst: atS - 20 })), "", "it was found a moment ago");
});

Deno.test("a receiver that tells 0/0 beside two that know their place is told, at rest too; one that tells none is not", () => {
  const buoy = (nowhere: unknown) => (id: string, i: number) => ({
    temperature: 9 + i % 3 / 10,
    gps: id === "v1" ? nowhere : { latitude: 54.18 + i / 1000, longitude: 7.88, altitude: 1 },
  });
  const zero = { latitude: 0, longitude: 0, altitude: 0 };
  assert.match(toldOf(buoy(zero)), /finds no position: "gps.latitude" is 0 in all of 14 messages$/);
  assert.equal(toldOf(buoy({ latitude: null, longitude: null, altitude: null })), "");
  assert.equal(toldOf(buoy(zero), { vans: ["v1", "v2"] }), "");
});
