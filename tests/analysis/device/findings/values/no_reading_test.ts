import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** Three sensors of one make below one gateway, by what each tells. */
const sensors = (told: readonly ((i: number) => object)[]): Line[] =>
  times(30, (i) => ({
    s: 1 + 3 * i,
    topic: `mesh/${["attic", "cellar", "porch"][i % 3]}`,
    payload: { battery: 91, linkquality: 120 + i % 9, ...told[i % 3]?.(i) },
  }));

const reads = (i: number) => ({ temperature: 19 + i % 5 / 10, humidity: 48 + i % 3 });
const half = (i: number) => ({ ...reads(i), temperature: null });

Deno.test("a value that is always null is told where all others with the same fields have it", () => {
  const NULL = /"temperature" reads nothing: it is always null/;
  assertTold(titlesOf("cellar", sensors([reads, half, reads])), NULL);
});

Deno.test("a value that another of its make lacks as well, or that no other document holds, is an option", () => {
  assert.deepEqual(titlesOf("cellar", sensors([reads, half, half])), []);
  const contact = (i: number) => ({ ...half(i), contact: true });
  assert.deepEqual(titlesOf("cellar", sensors([reads, contact, reads])), []);
});

Deno.test("the state of a thing that is always undefined is told, and what was not asked for yet is not", () => {
  const lock = (told: object): Line[] =>
    times(6, (i) => ({ s: 2 + 8 * i, topic: "hub/cellar/json", payload: { auth_id: 0, ...told } }));
  assertTold(
    titlesOf("cellar", lock({ lock_state: "undefined", trigger: "undefined" })),
    /"lock_state" reads nothing: it is always undefined/,
  );
  assert.deepEqual(
    titlesOf("cellar", lock({ lock_state: "locked", last_lock_action: "undefined" })),
    [],
  );
  assert.deepEqual(titlesOf("cellar", lock({ lock_state: "locked", door_state: "unknown" })), []);
});

Deno.test("flags that are always null are told where all others with the same fields tell them, and one that is not known yet is not", () => {
  const flags = { occupancy: false, tamper: false };
  const lost = { occupancy: null, tamper: null };
  const NULL = /"occupancy" reads nothing: it is always null, and 1 more likewise/;
  const mesh = (own: object) => sensors([() => flags, () => own, () => flags]);
  assertTold(titlesOf("cellar", mesh(lost)), NULL);
  assert.deepEqual(titlesOf("cellar", mesh({ ...flags, tamper: null })), []);
  assert.deepEqual(titlesOf("cellar", sensors([() => flags, () => lost, () => lost])), []);
});

Deno.test("what a device on Venus OS has no sensor of is null rightly, a sensor of it that is null is not", () => {
  const told = (service: string, voltage = "Dc/0/Voltage") =>
    titlesOf(
      `N/d83add917c2e/${service}/#`,
      times(8, (i): Line[] => [
        {
          s: 1 + 4 * i,
          topic: `N/d83add917c2e/${service}/${voltage}`,
          payload: { value: 26 + i / 100 },
        },
        {
          s: 2 + 4 * i,
          topic: `N/d83add917c2e/${service}/${
            service.startsWith("temp") ? "" : "Dc/0/"
          }Temperature`,
          payload: { value: null },
        },
      ]).flat(),
    );
  assert.deepEqual(told("battery/288"), []);
  assert.deepEqual(told("solarcharger/279"), []);
  assertTold(told("temperature/24", "BatteryVoltage"), /Temperature" reads nothing/);
});

Deno.test("a meter that tells no number of its own and 0 in all is told beside one that tells both", () => {
  const meters = (id: string, figures: object, other = "0a01484c59"): Line[] =>
    times(8, (i) => [
      { s: 1 + 5 * i, topic: "tele/stair/SENSOR", payload: { SML: { Meter_id: id, ...figures } } },
      {
        s: 2 + 5 * i,
        topic: "tele/pump/SENSOR",
        payload: {
          SML: { Meter_id: other, Total_in: 18_220 + i / 50, Total_out: 0, Power: 1_495 + i },
        },
      },
    ]).flat();
  const none = { Total_in: 0, Total_out: 0, Power: 0 };
  assertTold(
    titlesOf("stair", meters("", none)),
    /reads nothing: "SML.Meter_id" is empty and all 3/,
  );
  assert.deepEqual(titlesOf("stair", meters("0a01", none)), [], "it is new");
  assert.deepEqual(titlesOf("stair", meters("", { ...none, Total_in: 12.4 })), []);
  assert.deepEqual(titlesOf("stair", meters("", none, "")), []);
});

Deno.test("a probe of several that is not plugged in reads nothing rightly, one that is plugged in does not", () => {
  const grill = (isIn: boolean) =>
    titlesOf(
      "smoker",
      times(8, (i): Line => ({
        s: 2 + 4 * i,
        topic: "terrace/smoker/state",
        payload: {
          probes: [
            { probe: 1, temperature: 61 + i / 10, target_temperature: 94, connected: true },
            ...[2, 3, 4].map((probe) => ({
              probe,
              temperature: null,
              minimum_temperature: null,
              connected: isIn,
            })),
          ],
        },
      })),
    );
  assert.deepEqual(grill(false), []);
  assertTold(grill(true), /reads nothing: it is always null/);
});

Deno.test("a meter whose own number is 0 with all that it counts was never read, and one that is new has a number", () => {
  const zeroes = Object.fromEntries(
    ["Total_in", "Total_out", "Pp", "Pm", "V_L1", "V_L2", "V_L3", "I_L1"].map((name) => [name, 0]),
  );
  const told = (fields: object) =>
    titlesOf("stair", series("tele/stair/SENSOR", times(7, () => ({ "": fields }))));
  assertTold(
    told({ Meter_number: 0, ...zeroes }),
    /reads nothing: "\.?Meter_number" is 0 and all 9/,
  );
  assert.deepEqual(told({ Meter_number: 4711, ...zeroes }), []);
  assert.deepEqual(told({ Meter_number: 0, ...zeroes, V_L1: 231 }), []);
  assert.deepEqual(told(zeroes), []);
  const { Total_in: _, ...inverter } = zeroes;
  assert.deepEqual(told({ Serial_number: 0, ...inverter, Pac: 0 }), [], "an inverter at night");
});

Deno.test("what is null until it is there, or in one state of its device alone, is none that fails now and then", () => {
  const tunnel = (told: (i: number) => object): Line[] =>
    times(20, (i) => ({ s: 1 + 3 * i, topic: "store/tunnel2/data", payload: told(i) }));
  const goods = (isIn: boolean, i: number) => ({
    temp_air: -20 + i % 4,
    temp_goods: isIn ? 9 : null,
  });
  const NULL = /"temp_goods" reads nothing/;
  assert.deepEqual(titlesOf("tunnel2", tunnel((i) => goods(i >= 8, i))), []);
  const resting = (i: number) => i % 7 < 3;
  assert.deepEqual(
    titlesOf(
      "tunnel2",
      tunnel((i) => ({ ...goods(!resting(i), i), state: resting(i) ? "empty" : "loaded" })),
    ),
    [],
  );
  assertTold(
    titlesOf("tunnel2", tunnel((i) => ({ ...goods(i % 5 !== 3, i), state: "loaded" }))),
    NULL,
  );
  assertTold(titlesOf("tunnel2", tunnel((i) => goods(i < 3 || i > 6, i))), NULL);
});

Deno.test("a part for readings that is always empty is told, by its name or because another of its make fills it", () => {
  const EMPTY = /reads nothing: it is empty/;
  const inverter = (name: string, part: object): Line[] =>
    series(
      `solar/${name}/state`,
      times(6, (i) => ({ heap: 20_100 + 7 * i, rssi: -61, version: "1.7", ...part })),
    );
  assertTold(titlesOf("roof", inverter("roof", { LiveData: {} })), EMPTY);
  const filled = inverter("barn", { data: { power: 410, voltage: 231 } });
  assertTold(
    titlesOf("roof", [...inverter("roof", { data: {} }), ...filled].sort((a, b) => a.s - b.s)),
    EMPTY,
  );
  assertTold(titlesOf("roof", series("solar/roof/state", times(6, () => ({})), 5)), EMPTY);
});

Deno.test("a part that may be empty, and a sign of life or a question with nothing in it, is no trouble", () => {
  const gateway = (payload: (i: number) => object, level = "state") =>
    titlesOf("hall", series(`gateways/hall/${level}`, times(6, payload), 5));
  assert.deepEqual(gateway((i) => ({ uptime: 90 + 5 * i, attributes: {}, sensors: {} })), []);
  assert.deepEqual(gateway(() => ({}), "heartbeat"), []);
  assert.deepEqual(gateway(() => ({}), "keepalive"), []);
});

Deno.test("an inverter whose registers of the panels stand for none sleeps; one that tells of some does not", () => {
  const NONE = -2147483648;
  const inverter = (told: object) =>
    titlesOf(
      "roof",
      times(8, (i) => ({
        s: 1 + 5 * i,
        topic: "sun/roof/modbus",
        payload: {
          ac_power_w: NONE,
          dc_power_a_w: NONE,
          dc_power_b_w: NONE,
          internal_temperature: NONE,
          grid_voltage_l1: 4294967295,
          total_yield_wh: 88120231,
          ...told,
        },
      })),
    );
  assert.deepEqual(inverter({}), []);
  assertTold(inverter({ dc_power_a_w: 812 }), /ac_power_w" is stuck at -2147483648/);
  assertTold(inverter({ total_yield_wh: NONE }), /is stuck at -2147483648/);
});

Deno.test("a value whose topic is only numbered is what the unit beside it says", () => {
  const room = (val: number) =>
    titlesOf(
      "knx/status/2/1/11",
      times(6, (i) => ({
        s: 1 + 6 * i,
        topic: "knx/status/2/1/11",
        payload: { val, dpt: "9.001", unit: "°C" },
      })),
    );
  assertTold(room(670760.96), /is stuck at 670760/);
  assert.deepEqual(room(21.2), []);
});
