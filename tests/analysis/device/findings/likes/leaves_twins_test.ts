import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

type Told = Record<string, unknown>;

/** Four devices of a kind, of which `north` tells what it is asked for here. */
function four(own: (i: number) => Told, others: (i: number, at: number) => Told): Line[] {
  return times(14, (i): Line[] => [
    { s: 1 + 4 * i, topic: "hall/north/data", payload: own(i) },
    ...["east", "south", "west"].map((name, at): Line => ({
      s: 1.2 + at / 5 + 4 * i,
      topic: `hall/${name}/data`,
      payload: others(i, at),
    })),
  ]).flat();
}

const about = (value: number, i: number) => Math.round(10 * (value + ((i * 7) % 5) / 10)) / 10;
const oxygen = (i: number) => ({ oxygen: about(20.2, i) });

Deno.test("what falls away from three others that go on together is told, and what falls with them is not", () => {
  const falls = (i: number) => ({ oxygen: i < 5 ? about(20.2, i) : about(6.3, i) });
  assertTold(titlesOf("north", four(falls, oxygen)), /"oxygen" fell from 20.2 to 6.*3 others/);
  assert.deepEqual(titlesOf("east", four(falls, oxygen)).filter((one) => /others/.test(one)), []);
  assert.deepEqual(
    titlesOf("north", four(falls, falls)).filter((title) => /others/.test(title)),
    [],
  );
});

Deno.test("what stays where all were is told, unless it is asked to be there or says so", () => {
  const lamp = (level: number, watts: number, more: Told = {}) => (i: number) => ({
    level: i < 4 ? 0 : level,
    power: about(i < 4 ? 0.1 : watts, i),
    ...more,
  });
  const others = lamp(100, 58);
  assertTold(
    titlesOf("north", four(lamp(100, 0.1), others)),
    /"power" stays at 0.3, while those of 3 others like it went from about 0.* to 58/,
  );
  for (
    const own of [
      lamp(0, 0.1),
      lamp(100, 0.1, { mode: "manual" }),
      lamp(100, 57),
    ]
  ) assert.deepEqual(titlesOf("north", four(own, lamp(100, 58, { mode: "auto" }))), []);
});

Deno.test("what gives nothing from the beginning is told where it says that it runs as the others do", () => {
  const drive = (state: string, flow: number) => (i: number) => ({ state, flow: about(flow, i) });
  const idle = () => ({ state: "running", flow: 0 });
  assertTold(titlesOf("north", four(idle, drive("running", 32))), /"flow" is 0, while those of 3/);
  assert.deepEqual(
    titlesOf("north", four(() => ({ state: "idle", flow: 0 }), drive("on", 32))),
    [],
  );
  assert.deepEqual(
    titlesOf("north", four(() => ({ flow: 0 }), (i) => ({ flow: about(32, i) }))),
    [],
  );
});

Deno.test("what is unlike, or rises alone, is as its place is", () => {
  const air = (base: number) => (i: number) => ({ humidity: about(base, i) });
  const shower = (i: number) => ({ humidity: i < 5 ? about(48, i) : about(95, i) });
  const unlike = (i: number, at: number) => ({ humidity: about(30 + 20 * at, i) });
  for (const lines of [four(shower, air(48)), four((i) => air(i < 5 ? 48 : 12)(i), unlike)]) {
    assert.deepEqual(titlesOf("north", lines).filter((title) => /others like/.test(title)), []);
  }
});

Deno.test("a plug is not held against contacts and thermometers that tell a voltage too, though all are called alike", () => {
  const plug = (i: number) => ({
    power: about(0.1, i),
    energy: 62.9,
    state: "ON",
    voltage: 225 + i % 3,
  });
  const contact = (_i: number, at: number) => ({
    battery: 73 + at,
    contact: true,
    voltage: 2_900 - at,
  });
  assert.deepEqual(titlesOf("north", four(plug, contact)), []);
  const weak = (i: number) => ({ battery: 73, contact: true, voltage: i < 5 ? 2_900 : 900 });
  assertTold(titlesOf("north", four(weak, contact)), /"voltage" fell from 2900 to 900.*3 others/);
});

/** The first so many of three turbines, of which `unit2` tells what it is asked for here. */
function units(count: number, own: Told, more: Partial<Record<string, Told>> = {}): Line[] {
  return times(
    14,
    (i): Line[] =>
      ["unit1", "unit2", "unit3"].slice(0, count).map((name, n): Line => ({
        s: 1 + n / 3 + 3 * i,
        topic: `hydro/${name}/values`,
        payload: {
          state: "running",
          guide_vane_pct: about(70, i + n),
          rpm: about(500, i + n),
          power_kw: about(184, i + n),
          ...name === "unit2" ? own : more[name],
        },
      })),
  ).flat();
}

Deno.test("what gives nothing at all is told beside one or two as well where it is driven as they are", () => {
  const dead = { power_kw: 0 };
  assertTold(titlesOf("unit2", units(3, dead)), /"power_kw" is 0, while those of 2 others like it/);
  assertTold(titlesOf("unit2", units(2, dead)), /"power_kw" is 0, while that of another/);
  const sound: Record<string, Line[]> = {
    "its vane is shut": units(3, { ...dead, guide_vane_pct: 0 }),
    "it turns slower": units(3, { ...dead, rpm: 120 }),
    "it says that it stands by": units(3, { ...dead, state: "standby" }),
    "it gives a little": units(2, { power_kw: 3 }),
    "nothing tells how it is driven": units(3, {
      ...dead,
      state: "ok",
      guide_vane_pct: null,
      rpm: null,
    }, { unit1: { rpm: null }, unit3: { rpm: null } }),
    "one of the others gives nothing too": units(3, dead, { unit3: dead }),
  };
  for (const [why, lines] of Object.entries(sound)) {
    assert.deepEqual(titlesOf("unit2", lines).filter((one) => /like it/.test(one)), [], why);
  }
});

Deno.test("a pump that was started and brings nothing is told beside one that runs as fast and brings much", () => {
  const topics = (pump: string, tell: (i: number) => Told) => (i: number) =>
    Object.entries(tell(i)).map(([key, value], n): Line => ({
      s: 1 + n / 10 + 3 * i + (pump === "pump1" ? 0.5 : 0),
      topic: `works/${pump}/${key}`,
      payload: String(value),
    }));
  const one = topics("pump1", (i) => ({ frequency_hz: about(47, i), flow_m3h: about(41, i) }));
  const started = (hz: number, s = 8) => {
    const other = topics("pump2", (i) => ({
      frequency_hz: 3 * i < s ? 0 : about(hz, i),
      flow_m3h: 0,
    }));
    return [
      { s: 0, topic: "works/pump2/state", payload: "stopped", retain: true },
      { s, topic: "works/pump2/state", payload: "running" },
      ...times(17, (i) => [...one(i), ...other(i)]).flat(),
    ].sort((a, b) => a.s - b.s);
  };
  assertTold(titlesOf("pump2", started(47.6)), /flow_m3h" is 0, while that of another/);
  assert.deepEqual(titlesOf("pump2", started(24)), []);
  assert.deepEqual(titlesOf("pump2", started(47.6, 40)), []);
});

Deno.test("one of three that says it runs, draws otherwise than the others and gives nothing is told, one that starts or does another work is not", () => {
  /** Three heat pumps, of which the second tells what it is asked for here. */
  const three = (own: (i: number) => Told): Line[] =>
    times(14, (i): Line[] => [
      { s: 1 + 4 * i, topic: "plant/hp2/data", payload: own(i) },
      ...["hp1", "hp3"].map((name, at): Line => ({
        s: 1.4 + at / 5 + 4 * i,
        topic: `plant/${name}/data`,
        payload: { compressor: "running", current: about(9.2, i), heat_kW: about(11.1, i) },
      })),
    ]).flat();
  const idles = (i: number) => ({ compressor: "running", current: about(3, i), heat_kW: 0 });
  const NOTHING = /"heat_kW" is 0, while those of 2 others like it/;
  assertTold(titlesOf("hp2", three(idles)), NOTHING);
  for (
    const own of [
      (i: number) => ({ ...idles(i), current: 0 }),
      (i: number) => ({ ...idles(i), current: about(9.1, i) }),
      (i: number) => ({ ...idles(i), compressor: "defrost" }),
      (i: number) => ({ ...idles(i), compressor: i < 3 ? "stopped" : "running" }),
      (i: number) => ({ current: about(3, i), heat_kW: 0 }),
    ]
  ) assert.doesNotMatch(titlesOf("hp2", three(own)).join(), NOTHING);
});
