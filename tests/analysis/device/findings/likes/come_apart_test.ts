import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** The titles of what a thing is blamed for that tells each of these documents on one topic. */
function told(payloads: readonly unknown[], everyS = 10): string[] {
  return titlesOf("plant/unit7/#", series("plant/unit7/state", payloads, everyS));
}

const tenths = (value: number) => Math.round(value * 10) / 10;

Deno.test("what waits and grows is told where nothing takes it, or at many times what it was", () => {
  assertTold(
    told(times(12, (i) => ({ messages: 40 + 31 * i, consumers: i < 2 ? 3 : 0, memory: 81 }))),
    /"messages" rose from 102 to 381, and "consumers" is 0/,
  );
  assertTold(
    told(times(14, (i) => ({ outbox: 3 + 5 * i, sent: 812 }))),
    /"outbox" rose/,
  );
  const apart = times(10, (i): Line[] => [
    { s: 1 + 10 * i, topic: "jobs/mail/pending", payload: String(12 + 4 * i) },
    { s: 2 + 10 * i, topic: "jobs/mail/workers", payload: "0" },
  ]).flat();
  assertTold(titlesOf("jobs/mail/#", apart), /"jobs\/mail\/pending" rose.*workers" is 0/);
});

Deno.test("what waits and is taken, or is only counted, is well", () => {
  const healthy: readonly ((i: number) => unknown)[] = [
    (i) => ({ messages: 40 + 31 * i, consumers: 3 }),
    (i) => ({ messages: 40 + 31 * i, uptime_s: 100 + 10 * i }),
    (i) => ({ pending: i % 4, workers: 0 }),
    (i) => ({ queue_size: i < 6 ? 4 * i : 20 - 2 * (i - 6), workers: 2 }),
    (i) => ({ pending: 100 + i, done: 4 * i }),
  ];
  for (const payload of healthy) assert.deepEqual(told(times(13, payload)), [], `${payload}`);
});

Deno.test("a charge that falls though it is said to be charging is told, and one that waits is not", () => {
  const charging = (payload: (i: number) => unknown) => told(times(14, payload), 30);
  assertTold(
    charging((i) => ({
      battery: { soc: tenths(44 - 0.6 * i), charging: true },
    })),
    /falls though it is said to be charging: "battery.soc" went from 44 to 36.2/,
  );
  assertTold(
    charging((i) => ({ battery_level: 60 - i, status: "charging" })),
    /falls though it is said to be charging/,
  );
  assert.deepEqual(
    charging((i) => ({
      battery: { soc: tenths(44 - 0.6 * i), charging: false },
    })),
    [],
  );
  assert.deepEqual(
    charging((i) => ({
      battery: { soc: tenths(44 - 0.1 * i), charging: true },
    })),
    [],
  );
  assert.deepEqual(
    charging((i) => ({ battery: { soc: tenths(44 - 0.6 * i), charging_enabled: true } })),
    [],
  );
});

Deno.test("one of several alike that gets hot while the others are as ever is told", () => {
  const motors = (hot: (i: number) => number, rest: (i: number) => number) =>
    told(times(20, (i) => ({
      motors: Object.fromEntries([
        "hip",
        "knee",
        "ankle",
        "wrist",
      ].map((name, n) => [
        name,
        { temp: name === "knee" ? hot(i) : rest(i) + n, load: 40 + i % 3 },
      ])),
    })));
  assertTold(
    motors((i) => 40 + 2.5 * i, (i) => 34 + i % 2),
    /"motors.knee.temp" rises all the time: from 40 to 87.5, and 3 of its kind/,
  );
  assert.deepEqual(motors((i) => 40 + i, (i) => 34 + i % 2), []);
  assert.deepEqual(motors((i) => 40 + 2.5 * i, (i) => 38 + 2 * i), []);
});

Deno.test("what moved as fast as is asked and stands though it is still asked is told", () => {
  const sick: readonly ((i: number) => unknown)[] = [
    (i) => ({ target_rpm: 1_500, actual_rpm: i < 5 ? 1_490 + i : 0 }),
    (i) => ({
      wheel: { speed_cmd: 0.8, speed: i < 5 ? 0.79 : 0 },
    }),
    (i) => ({
      axis: {
        velocity: { setpoint: 120, actual: i < 5 ? 119 + i % 2 : 0 },
      },
    }),
  ];
  for (const payload of sick) {
    assertTold(told(times(16, payload)), /fell from about .* to 0 and stays there, though/);
  }
  const healthy: readonly ((i: number) => unknown)[] = [
    // Asked for less, switched, or a limit that it never reached.
    (i) => ({ target_rpm: i < 5 ? 1_500 : 0, actual_rpm: i < 5 ? 1_490 + i : 0 }),
    (i) => ({
      target_rpm: 1_500,
      state: i < 5 ? "running" : "paused",
      actual_rpm: i < 5 ? 1_490 : 0,
    }),
    (i) => ({ set_speed: 130, speed: i < 5 ? 50 + i : 0 }),
    (i) => ({ engine_running: true, speed: i < 5 ? 50 + i : 0 }),
  ];
  for (const payload of healthy) assert.deepEqual(told(times(16, payload)), [], `${payload}`);
});

Deno.test("a wire of three that carries nothing while the others take over is told", () => {
  const clamp = (rest: number, unit = "A") =>
    told(times(12, (i) => ({
      channel1: tenths((i < 5 ? 18 : rest) + i % 3 / 10),
      channel2: i < 5 ? 18.4 : 0,
      channel3: tenths((i < 5 ? 18.2 : rest) + i % 2 / 10),
      unit,
    })));
  assertTold(clamp(31), /"channel2" fell from about 18.4 to nothing, and those beside it go on/);
  assert.deepEqual(clamp(18.1), []);
  assert.deepEqual(clamp(31, "pcs"), []);
  assertTold(
    told(times(12, (i) => ({
      current_a: i < 5 ? 8.1 : 13.9,
      current_b: i < 5 ? 8.2 : 0,
      current_c: (i < 5 ? 8 : 14) + i % 2 / 10,
    }))),
    /"current_b" fell/,
  );
});

Deno.test("a cell that loses while the fullest holds runs away from the others", () => {
  const cells = (least: (i: number) => number, most: (i: number) => number) =>
    told(times(16, (i) => ({ min_cell_mv: least(i), max_cell_mv: most(i), current: -41 + i % 2 })));
  assertTold(
    cells((i) => 3_180 - 24 * i, (i) => 3_288 - i % 3),
    /A cell runs away from the others: "min_cell_mv" is 2844, "max_cell_mv" 3287/,
  );
  assert.deepEqual(cells((i) => 3_280 - i, (i) => 3_288 - i), []);
  assert.deepEqual(cells((i) => 3_340 + i, (i) => 3_360 + 18 * i), []);
});

Deno.test("an echo that is lost is told, and a tank that is filled or a car that comes is not", () => {
  const depth = [
    23.2,
    23.6,
    22.8,
    23.3,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  assertTold(
    told(depth.map((depth) => ({ depth, temp: 26.7 }))),
    /"depth" reads nothing any more/,
  );
  const far = [
    41.1,
    41.3,
    41.2,
    41.4,
    41.1,
    1148.3,
    1147.9,
    0,
    1148.3,
    0,
    1148.3,
    1146.2,
    1148.3,
  ];
  assertTold(
    told(far.map((distance) => ({ distance }))),
    /"distance" jumps to 1148.3/,
  );
  const healthy = [
    [
      180.2,
      180.4,
      180.1,
      180.3,
      180.2,
      60.1,
      41.2,
      41.3,
      41.2,
      41.3,
    ],
    [
      41.1,
      41.3,
      41.2,
      41.4,
      41.1,
      250.3,
      250.9,
      251.2,
      250.3,
      250.1,
    ],
  ];
  for (const values of healthy) {
    assert.deepEqual(
      told(values.map((distance) => ({ distance }))),
      [],
    );
  }
});

Deno.test("a heater that is on beside a warmth that falls, each on a topic of its own, is told", () => {
  const lines = (fall: number): Line[] => [
    { s: 0, topic: "brewer/set_temp/state", payload: "93.0", retain: true },
    { s: 0, topic: "brewer/7/heater/state", payload: "ON", retain: true },
    { s: 0, topic: "brewer/7/set_temp/state", payload: "93.0", retain: true },
    ...series("brewer/7/current_temp/state", times(40, (i) => tenths(60 - fall * i).toFixed(1)), 5),
  ];
  assertTold(
    titlesOf("brewer/7/#", lines(0.6)),
    /"brewer\/7\/current_temp\/state" falls from 60 .*heater\/state" says ON, and 93 is wanted/,
  );
  assert.deepEqual(titlesOf("brewer/7/#", lines(-0.6)), []);
});

Deno.test("a place that stands in a trip is stuck", () => {
  const lines = times(14, (i) => ({
    inTrip: true,
    latitudeDeg: -31.94698 + 0.005 * Math.min(i, 3),
    longitudeDeg: 115.86479 + 0.003 * Math.min(i, 3),
    speedKmph: 63,
  }));
  assertTold(told(lines), /Its position is stuck.*"speedKmph" is 63/);
});

Deno.test("a place in a plane that stands while its vehicle drives is stuck, and one that waits or turns is not", () => {
  const truck = (
    o: { stands: number; speed?: (i: number) => number; turn?: number; paused?: boolean },
  ) =>
    told(
      times(24, (i) => ({
        driving: true,
        paused: o.paused ?? false,
        agvPosition: {
          x: Math.round(16_736 + 4_400 * Math.min(i, o.stands)) / 1_000,
          y: Math.round(8_221 - 3 * Math.min(i, o.stands)) / 1_000,
          theta: 0.012 + (o.turn ?? 0) * i,
        },
        ...o.speed === undefined ? {} : { velocity: { vx: o.speed(i), vy: 0, omega: 0 } },
      })),
      4,
    );
  const drives = (i: number) => tenths(1 + (i % 4) / 10);
  assertTold(truck({ stands: 6, speed: drives }), /Its position is stuck.*velocity\.vx" is 1\.3/);
  assertTold(truck({ stands: 6 }), /Its position is stuck.*driving" is true/);
  assert.deepEqual(truck({ stands: 24, speed: drives }), []);
  assert.deepEqual(truck({ stands: 6, speed: (i) => i <= 6 ? drives(i) : 0 }), []);
  assert.deepEqual(truck({ stands: 6, turn: 0.02 }), []);
  assert.deepEqual(truck({ stands: 6, paused: true }), []);
});

Deno.test("a lead battery that goes down to where it is empty is told", () => {
  const battery = (step: number) =>
    told(
      times(10, (i) => ({ bat: Math.round(100 * (11.35 - step * i)) / 100, level: 1.4 })),
      60,
    );
  assertTold(battery(0.07), /The battery runs empty: "bat" fell to 10.72 V/);
  assert.deepEqual(battery(0.02), []);
  const flight = times(10, (i) => ({ vbat: Math.round(1135 - 7 * i) / 100, altitude: 40 }));
  assert.deepEqual(told(flight, 60), []);
});
