import assert from "node:assert/strict";
import { assertTold, beats, type Line, series, times, titlesOf } from "../../support.ts";

/** A robot's topics of one value each, of which its charge is told time and again. */
const robot = (said: Record<string, string>, charge: (i: number) => number): Line[] => [
  ...Object.entries(said).map(([name, payload]): Line => ({
    s: 0,
    topic: `garden/mower/${name}`,
    payload,
    retain: true,
  })),
  ...series("garden/mower/battery_level", times(14, (i) => String(charge(i))), 5),
];

Deno.test("a robot at its dock that is not charged and whose battery falls is told in whatever words it says so", () => {
  const all: Record<string, string>[] = [
    { state: "Home", error: "No error", charging: "false", blade_time: "39012" },
    { status: "docked", battery_status: "discharging" },
    { activity: "PARKED_IN_CS", batteryCharging: "0" },
    { status: "in der Ladestation", charging: "off" },
  ];
  for (const said of all) {
    assertTold(titlesOf("mower", robot(said, (i) => 41 - i)), /not charged at its dock/);
  }
});

Deno.test("a robot that is full, that works, that is charged or that does not say, is not blamed for its dock", () => {
  const healthy: [Record<string, string>, (i: number) => number][] = [
    [{ state: "Home", charging: "false" }, (i) => 100 - i],
    [{ state: "Mowing", charging: "false" }, (i) => 61 - i],
    [{ state: "Home", charging: "true" }, (i) => 41 + i],
    [{ state: "Home" }, (i) => 61 - i],
    [{ state: "Home", charging: "false" }, (i) => 41 - i % 2],
  ];
  for (const [said, charge] of healthy) {
    assert.deepEqual(titlesOf("mower", robot(said, charge)), [], JSON.stringify(said));
  }
});

/** Runs of a station, each told when it begins and when it ends. */
const runs = (end: (i: number) => object, begin: object = { state: 1, duration: 300 }): Line[] =>
  times(3, (i): Line[] => [
    { s: 2 + 20 * i, topic: "sprinkler/station/4", payload: begin },
    { s: 12 + 20 * i, topic: "sprinkler/station/4", payload: { ...begin, ...end(i) } },
  ]).flat();

Deno.test("a station that tells after each of its runs that nothing flowed is told", () => {
  for (const flow of [{ flow: 0 }, { volume: 0 }, { liters: 0 }, { durchfluss: 0 }]) {
    assertTold(
      titlesOf("station 4", runs(() => ({ state: 0, ...flow }))),
      /ran 3 times without water/,
    );
  }
});

Deno.test("a station with water, one that rests, and one whose flow is that of now are not blamed", () => {
  const healthy = [
    runs((i) => ({ state: 0, flow: 9.8 + i })),
    runs((i) => ({ state: 0, flow: i === 1 ? 0 : 9.8 })),
    runs(() => ({ state: 0, flow: 0 }), { state: 0, duration: 300 }),
    runs(() => ({ state: 0 })),
    series("sprinkler/station/4", times(6, () => ({ state: 0, duration: 300, flow: 0 })), 9),
  ];
  for (const lines of healthy) assert.deepEqual(titlesOf("station 4", lines), []);
});

Deno.test("a tap whose gateway says upward that its water is cut off is told, and a cutoff that is set is not", () => {
  const taps = (own: object) =>
    titlesOf("up_cmd", series("linktap/up_cmd", times(6, () => ({ battery: 92, ...own })), 9));
  assertTold(taps({ is_cutoff: true, is_leak: false }), /"is_cutoff" is true/);
  assertTold(taps({ is_leak: true }), /"is_leak" is true/);
  assert.deepEqual(taps({ is_cutoff: false }), []);
  assert.deepEqual(taps({ cutoff: true }), []);
});

/** Messages of an electric meter, each with its time. */
const meter = (own: (i: number) => object, o: { stands?: boolean; count?: number } = {}) =>
  titlesOf(
    "house",
    series(
      "tele/house/SENSOR",
      times(o.count ?? 16, (i) => ({
        Time: new Date(Date.UTC(2026, 0, 2, 12, 0, o.stands ? 0 : 1 + 4 * i)).toISOString(),
        SML: own(i),
      })),
      4,
    ),
  );
const STILL = {
  total_in: 9_312.4471,
  power: 731.28,
  power_l1: 207.13,
  power_l2: 361.46,
  power_l3: 162.69,
};

Deno.test("a meter of a house that tells the same to the last digit while its time goes on is told", () => {
  assertTold(meter(() => STILL), /"SML\.power" is stuck at 731\.28/);
  assertTold(
    meter(() => ({ E_in: 9_312.4471, P: 731.28, P1: 207.13, P2: 361.46, P3: 162.69 })),
    /stuck at 731\.28/,
  );
});

Deno.test("a meter that moves, that is told again with its old time, that is coarse or draws nothing is no still one", () => {
  assert.deepEqual(meter((i) => ({ ...STILL, power_l1: 207.13 + i / 10 })), []);
  assert.deepEqual(
    meter(() => STILL, { stands: true }).filter((title) => title.startsWith("Nothing")),
    [],
  );
  assert.deepEqual(
    meter(() => ({ total_in: 9_312, power: 731, power_l1: 207, power_l2: 361, power_l3: 163 })),
    [],
  );
  assert.deepEqual(
    meter(() => ({ ...STILL, power: 0, power_l1: 0, power_l2: 0, power_l3: 0 })),
    [],
  );
  assert.deepEqual(meter(() => STILL, { count: 9 }), []);
});

const presence = (own: (i: number) => object, everyS: number, count = 90) =>
  titlesOf(
    "Study Radar",
    beats({
      topic: "zigbee2mqtt/Study Radar",
      everyS,
      to: everyS * count,
      payload: (i) => ({
        presence: false,
        illuminance: 412,
        linkquality: 98 + i * 7 % 9,
        ...own(i),
      }),
    }),
  );

Deno.test("a Zigbee device that tells the same state several times a second is told as a storm", () => {
  assertTold(presence(() => ({}), 0.23), /A storm: the same message .* every 0\.23 s/);
  assertTold(
    presence((i) => ({ last_seen: new Date(1.767e12 + 300 * i).toISOString() }), 0.31),
    /A storm/,
  );
});

/** A sensor that speaks every few seconds, and then a few times a second for a while. */
const quickens = (slow: (i: number) => unknown, quick: (i: number) => unknown, everyS = 0.2) =>
  titlesOf("unit", [
    ...beats({ topic: "site/unit/state", everyS: 4, to: 30, payload: slow }),
    ...beats({ topic: "site/unit/state", everyS, from: 32, to: 32 + 60 * everyS, payload: quick }),
  ]).filter((title) => /storm/i.test(title));

Deno.test("what was told at an even pace and then tells the same several times a second is a storm of whatever system", () => {
  assertTold(quickens((i) => String(20 + i), () => "28.5"), /A storm: the same message .* 0\.2 s/);
  assertTold(
    quickens(
      (i) => ({ door: "closed", seq: i, rssi: -70 - i % 3 }),
      (i) => ({ door: "closed", seq: 9 + i, rssi: -70 - i % 3 }),
      0.4,
    ),
    /A storm: the same message/,
  );
});

Deno.test("a shutter on its way, a fast sampler, readings that were kept, and a quicker beat of a second are no storm", () => {
  assert.deepEqual(quickens(() => ({ pos: 0 }), (i) => ({ pos: i })), []);
  assert.deepEqual(quickens(() => "1", () => "1", 1.2), []);
  const at = (s: number) => new Date(1.767e12 + 1_000 * s).toISOString();
  assert.deepEqual(
    quickens((i) => ({ temp: 4.1, time: at(4 * i) }), (i) => ({ temp: 4.1, time: at(40 + 4 * i) })),
    [],
  );
  const moves = [
    ...beats({ topic: "site/blind/state", everyS: 4, to: 30, payload: () => "stopped" }),
    ...beats({
      topic: "site/blind/state",
      everyS: 0.25,
      from: 32,
      to: 44,
      payload: () => "opening",
    }),
    ...beats({ topic: "site/blind/state", everyS: 4, from: 48, to: 70, payload: () => "stopped" }),
  ];
  assert.deepEqual(titlesOf("blind", moves).filter((title) => /storm/i.test(title)), []);
});

Deno.test("a knob that is turned, a report every few seconds and a wired board that is polled fast are no storm", () => {
  assert.deepEqual(presence((i) => ({ brightness: i }), 0.23), []);
  assert.deepEqual(presence(() => ({}), 5, 20), []);
  const board = beats({
    topic: "plc/door",
    everyS: 0.2,
    to: 20,
    payload: () => ({ closed: true, position: 0 }),
  });
  assert.deepEqual(titlesOf("plc/door", board).filter((title) => /storm/i.test(title)), []);
});

/** A node whose humidity is told by `humidity` up to a message and is the same since, beside what goes on. */
const node = (
  o: { humidity: (i: number) => number; until: number; beside?: (i: number) => object },
) =>
  series(
    "farm/row3/telemetry",
    times(24, (i) => ({
      humidity: o.humidity(Math.min(i, o.until)),
      temperature: 27.5 + (i * 7 % 13) / 10,
      ph: 6.88 + (i * 3 % 17) / 100,
      ...o.beside?.(i),
    })),
    15,
  );

Deno.test("what stops on its way to the digit, while others beside it go on, is stuck, whatever turns then", () => {
  const onItsWay = (i: number) => 31.64 - 1.07 * i - (i % 3) / 10;
  const upAndDown = (i: number) => 57.2 + (i * 5 % 7) / 10;
  const told = [
    node({ humidity: onItsWay, until: 7 }),
    node({
      humidity: upAndDown,
      until: 9,
      beside: (i) => ({ state: i < 9 ? "idle" : "watering" }),
    }),
  ];
  for (const lines of told) assertTold(titlesOf("row3", lines), /"humidity" is stuck/);
});

Deno.test("what comes to rest little by little, at a round number, or with all beside it, is not stuck", () => {
  const healthy = [
    node({ humidity: (i) => Number((31.64 + 8 * (1 - 0.6 ** i)).toFixed(2)), until: 9 }),
    node({ humidity: (i) => i < 9 ? 51.64 + 5.37 * i : 100, until: 9 }),
    node({
      humidity: (i) => 57.2 + (i * 5 % 7) / 10,
      until: 9,
      beside: (i) => ({ state: i < 9 ? "running" : "idle", power: i < 9 ? 71 + i % 3 : 0 }),
    }),
  ];
  for (const lines of healthy) assert.deepEqual(titlesOf("row3", lines), []);
});
