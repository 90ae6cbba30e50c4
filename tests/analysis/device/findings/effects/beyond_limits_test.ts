import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

interface Site {
  /** Told once, kept by the broker. */
  set: Record<string, unknown>;
  /** What each tells, by its topic. */
  tell: Record<string, (i: number) => unknown>;
  messages?: number;
}

function told(device: string, { set, tell, messages = 14 }: Site): string[] {
  const kept = Object.entries(set).map(([topic, payload]): Line => ({
    s: 0,
    topic,
    payload,
    retain: true,
  }));
  const live = Object.entries(tell).flatMap(([topic, payload], n) =>
    times(messages, (i): Line => ({ s: 1 + 0.5 * n + 4 * i, topic, payload: payload(i) }))
  );
  return titlesOf(device, [...kept, ...live].sort((a, b) => a.s - b.s));
}

const round = (value: number) => Math.round(value * 100) / 100;
/** To and fro by some steps of the last digit. */
const around = (value: number, i: number) => round(value + 0.1 * ((7 * i) % 5 - 2));
const rises = (from: number, step: number) => (i: number) =>
  round(from + step * i + 0.03 * (i % 3));

const PAST = /its limit/;

/** Three tunnels whose limits are told below each, of which the second gets hot. */
const tunnels = (own: (i: number) => object, others: (i: number) => object): Site => ({
  set: Object.fromEntries(
    [1, 2, 3].map((n) => [`farm/tunnel${n}/thresholds`, { temp_min: 12, temp_max: 38 }]),
  ),
  tell: {
    "farm/tunnel1/values": others,
    "farm/tunnel2/values": own,
    "farm/tunnel3/values": others,
  },
});
const mild = (i: number) => ({ temperature: around(29, i), humidity: 57, vent_percent: 40 });

Deno.test("what passes the limit set for it and stays beyond is told, wherever and in whatever language it is set", () => {
  assertTold(
    told(
      "tunnel2",
      tunnels((i) => ({
        temperature: rises(36, 0.7)(i),
        humidity: 41,
        vent_percent: 0,
      }), mild),
    ),
    /"temperature" is 45\.\d+, above its limit: "temp_max" is 38/,
  );
  const one = (device: string, set: Site["set"], topic: string, payload: (i: number) => unknown) =>
    assertTold(told(device, { set, tell: { [topic]: payload } }), PAST);
  one(
    "tank2",
    { "site/tank2/config": { level_minimum: 40, level_maximum: 95, mode: "automatic" } },
    "site/tank2/state",
    (i) => ({ level: rises(92, 1.2)(i), pump: "ON", flow_l_min: around(32, i) }),
  );
  one(
    "kessel",
    { "haus/kessel/einstellungen": { druck_min: 1.2, druck_max: 2.5 } },
    "haus/kessel/messwerte",
    (i) => ({ druck: rises(1.5, -0.06)(i), pumpe: "an" }),
  );
  one(
    "basin 3",
    { "farm/basin3/limits/oxygen_min": "5" },
    "farm/basin3/oxygen",
    (i) => String(rises(6.2, -0.25)(i)),
  );
  one(
    "pool",
    { "house/pool/limits": { ph: { min: 6.8, max: 7.6 }, orp: { min: 650, max: 800 } } },
    "house/pool/water",
    (i) => ({ ph: rises(7.4, 0.07)(i), orp: 700 + i % 4, dosing: "off" }),
  );
  one(
    "станок",
    { "цех/станок/пределы": { температура_макс: 70 } },
    "цех/станок/данные",
    (i) => ({ температура: rises(62, 1.5)(i), обороты: 1400 + i % 3 }),
  );
});

Deno.test("limits that are set for all that stands beside them hold for each, also those whose side no word says", () => {
  const set = { "plant/limits": { bearing_prealarm: 75, bearing_trip: 85, oil_max: 65 } };
  const unit = (bearing: (i: number) => number) => (i: number) => ({
    power_kw: around(45, i),
    rpm: around(750, i),
    bearing: bearing(i),
    oil: around(47, i),
  });
  const tell = {
    "plant/unit1/values": unit((i) => around(58, i)),
    "plant/unit2/values": unit(rises(68, 1.7)),
  };
  assertTold(told("unit2", { set, tell }), /"bearing" is 90\.\d+, above its limit/);
  assert.deepEqual(told("unit1", { set, tell }), []);
  const store = (from: number, step: number) => (i: number) => ({
    temperature: rises(from, step)(i),
    humidity: around(92, i),
    compressor: "runs",
    mode: "cooling",
  });
  const stores: Site = {
    set: { "store/limits": { upper_limit: 4, lower_limit: -1 } },
    tell: {
      "store/room1/values": store(1.4, 0),
      "store/room2/values": store(2.4, 0.5),
      "store/room3/values": store(1.9, 0),
    },
  };
  assertTold(told("room2", stores), PAST);
  assert.deepEqual(told("room1", stores), []);
});

Deno.test("what is to be warm and gets too cold is told where it is heated, or others like it are kept warm", () => {
  const brooders = (own: (i: number) => object): Site => ({
    set: Object.fromEntries(
      [1, 2, 3].map((n) => [`coop/brooder${n}/settings`, { min: 30, max: 36, day: 4 }]),
    ),
    tell: {
      "coop/brooder1/data": (i) => ({ temperature: around(33, i), heating_percent: 42 + i % 3 }),
      "coop/brooder2/data": own,
      "coop/brooder3/data": (i) => ({ temperature: around(33, i), heating_percent: 44 + i % 3 }),
    },
  });
  const cools = rises(31.8, -0.6);
  assertTold(
    told("brooder2", brooders((i) => ({ temperature: cools(i), heating_percent: 100 }))),
    // Of the two that can be told the heating is nearer to what is wrong.
    /its limit|falls from .* though "heating_percent" says 100/,
  );
  assert.deepEqual(
    told("brooder2", brooders((i) => ({ temperature: cools(i), heating_percent: 0 }))),
    [],
  );
});

Deno.test("nothing is told where something answers, where all are beyond, or where a word says that it is as it is to be", () => {
  const hot = rises(36, 0.7);
  const wells: Record<string, [string, Site]> = {
    "the pump stops at its limit": ["tank1", {
      set: { "site/tank1/config": { level_minimum: 40, level_maximum: 95 } },
      tell: {
        "site/tank1/state": (i) => ({
          level: i < 4 ? 92 + i : round(96.4 - 0.1 * i),
          pump: i < 4 ? "ON" : "OFF",
        }),
      },
    }],
    "the vent opens": [
      "tunnel2",
      tunnels((i) => ({
        temperature: i < 8 ? hot(i) : 41.6,
        humidity: 41,
        vent_percent: i < 5 ? 20 : 90,
      }), mild),
    ],
    "the vents stand open already": [
      "tunnel2",
      tunnels((i) => ({ temperature: hot(i), vent_percent: 100 }), mild),
    ],
    "the sun is on all of them": [
      "tunnel2",
      tunnels((i) => ({ temperature: hot(i), vent_percent: 0 }), (i) => ({
        temperature: hot(i + 1),
        vent_percent: 0,
      })),
    ],
    "it is by hand": [
      "tunnel2",
      tunnels((i) => ({ temperature: hot(i), vent_percent: 0, mode: "manual" }), mild),
    ],
    "its alarm is switched off": ["cellar", {
      set: { "house/cellar/limits": { temperature_max: 18, enabled: false } },
      tell: { "house/cellar/air": (i) => ({ temperature: rises(16.5, 0.4)(i), humidity: 61 }) },
    }],
    "its door stands open": ["cold room", {
      set: { "shop/cold_room/limits": { temperature_max: 6 } },
      tell: {
        "shop/cold_room/values": (i) => ({ temperature: rises(4, 0.4)(i), door: "open" }),
      },
    }],
    "it is made hot against germs": ["boiler", {
      set: { "house/boiler/config": { temperature_min: 45, temperature_max: 60 } },
      tell: {
        "house/boiler/state": (i) => ({ temperature: rises(57, 1)(i), mode: "legionella cycle" }),
      },
    }],
    "its oven is off": ["oven 2", {
      set: { "bakery/oven2/settings": { temperature_min: 180, temperature_max: 260 } },
      tell: {
        "bakery/oven2/state": (i) => ({ temperature: rises(190, -4)(i), state: "off" }),
      },
    }],
    "it is the most of the day so far": ["garden", {
      set: {},
      tell: {
        "garden/weather": (i) => ({ temperature: rises(20, 0.3)(i), temp_max: 21, temp_min: 9 }),
      },
    }],
    "it is just at it": ["room", {
      set: { "house/room/limits": { temperature_min: 18, temperature_max: 24 } },
      tell: { "house/room/air": (i) => ({ temperature: rises(23.6, 0.05)(i) }) },
    }],
    "it turns back by itself": ["room", {
      set: { "house/room/limits": { temperature_min: 18, temperature_max: 24 } },
      tell: {
        "house/room/air": (i) => ({ temperature: round(23 + 2.6 * Math.sin(i / 4.2)) }),
      },
    }],
    "another thing's limit is meant": ["pump", {
      set: { "site/pump/config": { soc_max: 80, speed_max: 40, motor_temp_max: 60 } },
      tell: {
        "site/pump/state": (i) => ({ soc: 78 + i, speed: 38 + i, board_temp: rises(55, 1)(i) }),
      },
    }],
  };
  for (const [why, [device, site]] of Object.entries(wells)) {
    assert.deepEqual(told(device, site).filter((title) => PAST.test(title)), [], why);
  }
});
