import assert from "node:assert/strict";
import { assertTold, beats, diagnosisOf, type Line, titlesOf } from "../../support.ts";

const S = 600;

Deno.test("a warmth and a humidity that are both always 0 were never read", () => {
  const told = (temp: number, humidity: number, more: object) =>
    titlesOf(
      "pond",
      beats({
        topic: "pond/status",
        everyS: 5,
        to: S,
        payload: () => ({ temp, humidity, ...more }),
      }),
    );
  assertTold(told(0, 0, { pump: true, light: false }), /"temp" and "humidity" read nothing/);
  const own = ["temperature", "humidity", "lux"].flatMap((name) =>
    beats({
      topic: `home/pond/${name}`,
      everyS: 10,
      to: S,
      payload: (i) => name === "lux" ? 200 + i % 7 : 0,
    })
  );
  assertTold(titlesOf("home/pond/#", own), /"temperature".* read nothing|read nothing/);
  // Ice in dry air, and what is off, are not blamed.
  assert.deepEqual(told(0, 41, { pump: true }), []);
  assert.deepEqual(told(0, 0, { pump: true, state: "off" }), []);
  assert.deepEqual(told(0, 0, { pump: false }), []);
});

Deno.test("soil that leaps to the end of a converter's scale and stays there is told", () => {
  const told = (name: string, payload: (i: number) => number) =>
    titlesOf(
      "pot",
      beats({ topic: "pot/state", everyS: 30, to: S, payload: (i) => ({ [name]: payload(i) }) }),
    );
  const leaps = (i: number) => i < 5 ? 505 + i % 4 : 1_024;
  assertTold(told("soil_humidity", leaps), /"soil_humidity" is stuck at 1024/);
  assertTold(
    told("moisture", (i) => i < 5 ? 2_100 + 5 * (i % 3) : 4_095),
    /4095/,
  );
  assert.deepEqual(told("light", leaps), []);
  assert.deepEqual(told("soil_humidity", (i) => i < 9 ? 505 + 60 * i : 1_024), []);
  assert.deepEqual(told("soil_humidity", (i) => i < 5 ? 505 + i % 4 : 900 + i % 2), []);
});

/** A pot whose soil is told every five seconds, and that is watered every ninety. */
function watered(
  o: { soil: (s: number) => number; topic?: string; payload?: unknown; name?: string },
): string[] {
  const { topic = "plant/3/cmd/water", payload = { czas_s: 8 } } = o;
  const told = beats({
    topic: "plant/3/telemetry",
    everyS: 5,
    to: 430,
    payload: (i) => ({ [o.name ?? "wilgotnosc_gleby"]: Number(o.soil(1 + 5 * i).toFixed(1)) }),
  });
  const asked = [60, 150, 240, 330].map((s): Line[] => [
    { s, topic, payload },
    { s: s + 0.5, topic: "plant/3/status", payload: { status: "podlewanie" } },
    { s: s + 8.5, topic: "plant/3/status", payload: { status: "online" } },
  ]).flat();
  const lines = [...told, ...asked].sort((a, b) => a.s - b.s);
  return titlesOf("plant/3/#", lines);
}

Deno.test("soil that is no wetter after several waterings is told, in any language", () => {
  const dries = (s: number) => 24.2 - s / 300 + (s % 3) / 10;
  assertTold(watered({ soil: dries }), /"wilgotnosc_gleby" gets no wetter .* watered 4 times/);
  assertTold(
    watered({
      soil: dries,
      topic: "plant/3/bewaesserung/set",
      payload: "ON",
      name: "bodenfeuchte",
    }),
    /"bodenfeuchte" gets no wetter/,
  );
  const isWetter = (s: number) => 24.2 + 3 * Math.floor((s + 30) / 90) - s / 300;
  assert.deepEqual(watered({ soil: isWetter }), []);
  // What is wet takes no more, and who asks for light does not water.
  assert.deepEqual(watered({ soil: (s) => 71 - s / 300 + (s % 3) / 10 }), []);
  assert.deepEqual(watered({ soil: dries, topic: "plant/3/cmd/lamp" }), []);
});

/** A sensor that is online for a moment now and then. */
function wakes(
  o: { at: readonly number[]; awakeS: number; percent?: number; reports?: boolean; wired?: true },
) {
  return o.at.flatMap((s): Line[] => [
    ...(o.reports === false ? [] : [
      { s: s + 1, topic: "pond/state", payload: { temperature: 8 + (s % 5) / 10 } },
      {
        s: s + 1.1,
        topic: "pond/attributes",
        payload: o.wired
          ? { rssi: -61 }
          : { battery_voltage: 0.5, battery_status: o.percent ?? 91.2 },
      },
    ]),
    { s: s + 1.2, topic: "pond/status", payload: "online", retain: false },
    { s: s + 1.2 + o.awakeS, topic: "pond/status", payload: "offline", retain: false },
  ]);
}

Deno.test("what is online for a moment at even times sleeps in between, on its battery at any times, and other coming and going is told", () => {
  const even = [14, 140, 266, 392, 518];
  const codes = (lines: readonly Line[]) =>
    diagnosisOf("pond", lines, { seconds: 540 }).findings.map(({ code }) => code);
  const sleeper = wakes({ at: even, awakeS: 1.2 });
  assert.deepEqual(codes(sleeper), []);
  assert.equal(diagnosisOf("pond", sleeper, { seconds: 540 }).connection.state, "sleeping");
  assert.ok(codes(wakes({ at: even, awakeS: 60 })).includes("flapping"));
  const uneven = { at: [14, 60, 266, 300, 518], awakeS: 1.2 };
  assert.ok(codes(wakes({ ...uneven, wired: true })).includes("flapping"));
  assert.ok(!codes(wakes(uneven)).includes("flapping"));
  assert.ok(codes(wakes({ at: even, awakeS: 1.2, reports: false })).includes("flapping"));
});

Deno.test("a battery's status that has fractions and stands beside its volts is its charge", () => {
  const told = (payload: object) =>
    titlesOf("tag", beats({ topic: "tag/attributes", everyS: 60, to: S, payload: () => payload }));
  assertTold(told({ battery_voltage: 2.9, battery_status: 8.7 }), /battery is at 8.7 %/);
  assert.deepEqual(told({ battery_voltage: 3.1, battery_status: 2 }), []);
  assert.deepEqual(told({ battery_voltage: 3.1, battery_status: 3.1 }), []);
  assert.deepEqual(told({ battery_status: 8.7, temperature: 4 }), []);
});

Deno.test("carbon monoxide that rises to what nobody bears is told", () => {
  const told = (path: string, most: number) =>
    titlesOf(
      "garage/#",
      beats({
        topic: "garage/zone1/sensors/air",
        everyS: 10,
        to: 400,
        payload: (i) => ({ [path]: i < 12 ? 5 + i % 3 : Math.min(most, 5 + 14 * (i - 11)) }),
      }),
    );
  for (const name of ["COppm", "co", "carbon_monoxide", "ugljen_monoksid"]) {
    assertTold(told(name, 1_000), /rises all the time: from 5 to/);
  }
  assert.deepEqual(told("COppm", 40), []);
  for (const name of ["co2_ppm", "speed", "co_alarm_limit"]) {
    assert.deepEqual(told(name, 1_000), []);
  }
});

Deno.test("a machine's door that opens again and again while it starts is told, a fridge's is not", () => {
  const told = (topic: string) =>
    titlesOf(
      topic,
      beats({ topic, everyS: 10, to: 300, payload: (i) => i % 2 === 0 ? "CLOSED" : "OPEN" }),
    );
  assertTold(told("home/patio/WashingMachine/Door"), /Door" flutters: it changed \d+ times/);
  assert.deepEqual(told("home/kitchen/fridge/door"), []);
});

/** A shack whose heater is asked for by a clock, with its setpoint kept. */
function shack(room: (i: number) => number, control: string, heater = "heater"): string[] {
  return titlesOf(
    "home/shack/#",
    [
      { s: 0, topic: `home/shack/${heater}/temp_sp`, payload: "18.0", retain: true },
      ...beats({
        topic: "home/shack/room/temp",
        everyS: 15,
        to: S,
        payload: (i) => room(i).toFixed(1),
      }),
      ...beats({
        topic: `home/shack/${heater}/control`,
        everyS: 30,
        to: S,
        payload: () => control,
      }),
    ].sort((a, b) => a.s - b.s),
  );
}

Deno.test("a room that cools while its heater is commanded to heat by a clock is told", () => {
  const cools = (i: number) => 7.6 - i / 20;
  assertTold(shack(cools, "1"), /"home\/shack\/room\/temp" does not follow its setpoint/);
  assert.deepEqual(shack(cools, "0"), []);
  assert.deepEqual(shack((i) => 7.6 + i / 20, "1"), []);
  assert.deepEqual(shack(cools, "1", "fan"), []);
});

Deno.test("a tank overhead that falls while its motor runs is told", () => {
  const told = (level: (i: number) => number, state: string, tank = "oht") =>
    titlesOf(
      "site/wlc/#",
      [
        ...beats({
          topic: `site/wlc/${tank}/level`,
          everyS: 30,
          to: S,
          payload: (i) => ({ value: level(i), percentage: Math.round(level(i) * 0.7) }),
        }),
        ...beats({ topic: "site/wlc/motor2/state", everyS: 60, to: S, payload: () => state }),
      ].sort((a, b) => a.s - b.s),
    );
  const falls = (i: number) => 57 - Math.floor(i / 3);
  assertTold(told(falls, "ON"), /level" falls from 57 to \d+ though .*motor2\/state" says ON/);
  assert.deepEqual(told(falls, "OFF"), []);
  assert.deepEqual(told((i) => 57 + Math.floor(i / 3), "ON"), []);
  assert.deepEqual(told(falls, "ON", "well"), []);
});

Deno.test("a directive for what is reported otherwise has no effect", () => {
  const told = (takes: boolean) =>
    titlesOf(
      "anna/5f3a/#",
      [
        ...beats({
          topic: "anna/5f3a/report/setpoint",
          everyS: 60,
          to: 430,
          payload: (i) => takes && i > 1 ? "22" : "18",
        }),
        ...[80, 170, 260].map((s) => ({ s, topic: "anna/5f3a/directive/setpoint", payload: "22" })),
      ].sort((a, b) => a.s - b.s),
    );
  assertTold(told(false), /3 commands have no effect: .*directive\/setpoint" asked for 22/);
  assert.deepEqual(told(true), []);
});
