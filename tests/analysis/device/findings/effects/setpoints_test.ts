import assert from "node:assert/strict";
import {
  assertTold,
  beats,
  diagnosisOf,
  type Line,
  times,
  titlesOf as toldOf,
} from "../../support.ts";

const S = 400;

/** The titles of what a device is blamed for. */
function titlesOf(id: string, everyS: number, payload: (i: number) => unknown): string[] {
  const lines = beats({ topic: `plant/${id}/state`, everyS, to: S, payload });
  return diagnosisOf(`plant/${id}/#`, lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

const tenths = (value: number) => Math.round(value * 10) / 10;

Deno.test("what gets colder though its controller gives all it has does not follow its setpoint", () => {
  const [title = ""] = titlesOf("boiler", 10, (i) => ({
    Setpoint: 105,
    Input: tenths(70 - 0.4 * i),
    Output: 100,
  }));
  assert.match(
    title,
    /"Input" does not follow its setpoint.*"Setpoint" is 105 while "Output" is 100/,
  );
});

Deno.test("a duty of 10 bits is full at 1023", () => {
  const coolsAt = (pwm: number) =>
    titlesOf("mash", 10, (i) => ({ setpoint: 64, temperature: tenths(58.6 - 0.1 * i), pwm }));
  assert.match(coolsAt(1_023)[0] ?? "", /"temperature" does not follow.*while "pwm" is 1023/);
  assert.deepEqual(coolsAt(512), []);
});

Deno.test("what stays cold though its controller gives all it has does not follow its setpoint", () => {
  const [title = ""] = titlesOf("kiln", 10, (i) => ({
    setpoint: 900,
    temperature: tenths(24 + (i % 3) / 10),
    duty: 100,
  }));
  assert.match(title, /"temperature" does not follow its setpoint/);
});

Deno.test("what was held at its setpoint under any name and leaves it for good does not follow it", () => {
  const [title = ""] = titlesOf("smoker", 15, (i) => ({
    set: 225,
    grill: i < 6 ? 225 + i % 3 : 222 - 7 * (i - 6),
    ambient: 70,
  }));
  assert.match(title, /"grill" does not follow its setpoint.*where it was held/);
});

Deno.test("a pressure whose pump runs and that leaves its setpoint does not follow it", () => {
  const [title = ""] = titlesOf("pump", 15, (i) => ({
    pressure_setpoint: 4,
    pressure: i < 6 ? 4 : Math.max(0.5, 4 - 0.2 * (i - 5)),
    speed_pct: 96,
  }));
  assert.match(title, /"pressure" does not follow its setpoint/);
});

Deno.test("what is heated up, dips for a moment, or was switched off follows its setpoint", () => {
  const healthy: Record<string, (i: number) => unknown> = {
    heats: (i) => ({ setpoint: 98, temp: tenths(Math.min(98, 22 + 2.2 * i)), output: 100 }),
    dips: (i) => ({ setpoint: 98, temp: i > 10 && i < 18 ? 82 + i : 98, output: i > 10 ? 100 : 9 }),
    ended: (i) => ({
      set: 200,
      temp: i < 8 ? 200 : 200 - 6 * (i - 7),
      state: i < 8 ? "baking" : "finished",
    }),
    rests: (i) => ({
      target_flow: 35,
      flow_temp: tenths(i < 8 ? 35 : 35 - 0.6 * (i - 7)),
      power: i < 8 ? 1450 + i : 0,
    }),
    window: (i) => ({ target: 21, temperature: tenths(i < 6 ? 21 : Math.max(17, 22 - i / 5)) }),
    fridge: (i) => ({
      set: 4,
      temperature: i < 6 ? 4 : Math.min(8, i / 2 + 1.5),
      compressor: true,
    }),
    car: (i) => ({ target_soc: 80, soc: i < 5 ? 80 : 85 - i, speed: 60 + i % 5 }),
  };
  for (const [id, payload] of Object.entries(healthy)) {
    assert.deepEqual(titlesOf(id, 15, payload), [], id);
  }
});

Deno.test("what stays cold beside its like that warms to its own setpoint does not follow", () => {
  const printer = (bed: (i: number) => number) => {
    const of = (part: string, payload: (i: number) => unknown) =>
      beats({ topic: `printer/temperature/${part}`, everyS: 10, to: S, payload });
    const lines = [
      ...of("tool0", (i) => ({ actual: Math.min(170, 30 + 10 * i) + (i % 3) / 10, target: 170 })),
      ...of("bed", (i) => ({ actual: tenths(bed(i)), target: 60 })),
    ].sort((a, b) => a.s - b.s);
    return diagnosisOf("printer/#", lines, { seconds: S }).findings
      .filter(({ severity }) => severity !== "info").map(({ title }) => title);
  };
  assert.match(
    printer((i) => 21.4 + (i % 3) / 10)[0] ?? "",
    /"actual" does not follow its setpoint.*"printer\/temperature\/tool0" reached its own/,
  );
  assert.deepEqual(printer((i) => Math.min(60, 21.4 + i) + (i % 3) / 10), []);
});

Deno.test("what is far colder than it shall be, whatever it is, and no warmer for minutes is told", () => {
  const restsAt = (temp: number, heater: string) =>
    titlesOf("cabin", 10, (i) => ({ target_temp: 65, temp: tenths(temp + (i % 3) / 10), heater }));
  assert.match(restsAt(21, "ON")[0] ?? "", /"temp" does not follow its setpoint.*no warmer/);
  assert.deepEqual(restsAt(21, "OFF"), [], "it is off");
  assert.deepEqual(restsAt(40, "ON"), [], "it is not far off");
});

/** Held at its setpoint for some messages, and colder with each since then. */
const leaves = (i: number) => tenths(45 - Math.max(0, i - 12));

Deno.test("what leaves its setpoint while it is heated is told, whatever else goes on and off beside it", () => {
  const [title = ""] = titlesOf("vat", 10, (i) => ({
    target_temperature: 45,
    current_temperature: leaves(i),
    heating: true,
    lag_bytes: i % 3 === 0 ? 0 : 512 * (i % 7),
  }));
  assert.match(title, /"current_temperature" does not follow its setpoint/);
});

Deno.test("what leaves its setpoint as a door is opened is well, and what is back soon too", () => {
  const well = [
    (i: number) => ({ current_temperature: leaves(i), door: i < 12 ? "closed" : "open" }),
    (i: number) => ({ current_temperature: i > 12 && i < 18 ? 36 : 45 }),
    (i: number) => ({
      current_temperature: leaves(i),
      heating: i < 12,
      pump_speed: i < 12 ? 40 : 0,
    }),
  ];
  for (const payload of well) {
    const told = titlesOf("vat", 10, (i) => ({
      target_temperature: 45,
      heating: true,
      ...payload(i),
    }));
    assert.deepEqual(told.filter((title) => title.includes("setpoint")), []);
  }
});

Deno.test("what goes the more away from its setpoint the more is given for it is told, and not what comes back or was set anew", () => {
  const told = (own: (i: number) => object, more = (i: number) => Math.min(100, 60 + 5 * i)) =>
    titlesOf("basin", 20, (i) => ({
      o2_soll: 2,
      o2_ist: Math.max(0.1, tenths(1.8 - 0.2 * i)),
      geblaese_prozent: more(i),
      ...own(i),
    }));
  assert.match(
    told(() => ({}))[0] ?? "",
    /"o2_ist" does not follow.*"geblaese_prozent" rose to 100/,
  );
  assert.match(
    titlesOf("line", 20, (i) => ({
      pressure_setpoint: 6,
      pressure: Math.max(1, tenths(5.8 - 0.4 * i)),
      pump_output: Math.min(100, 40 + 8 * i),
    }))[0] ?? "",
    /"pressure" does not follow/,
  );
  // More air is wanted, and it comes.
  assert.deepEqual(told((i) => ({ o2_ist: tenths(1.8 - 0.15 * (i < 9 ? i : 18 - i)) })), []);
  assert.deepEqual(told((i) => ({ o2_soll: i < 6 ? 1.8 : 4 })), []);
  // At night it has little to do.
  assert.deepEqual(told(() => ({}), (i) => Math.max(20, 60 - 4 * i)), []);
});

/** Three of a kind, each with its setpoint in a document that was kept, of which the second tells what it is asked for here. */
const three = (own: (i: number) => object, like: (i: number) => object): Line[] => [
  ...["tank1", "tank2", "tank3"].map((name): Line => ({
    ...{ s: 0, topic: `dairy/${name}/info`, retain: true },
    payload: { name, setpoint: 4 },
  })),
  ...times(15, (i): Line[] =>
    ["tank2", "tank1", "tank3"].map((name, at) => ({
      s: 1 + 3 * i + at / 5,
      topic: `dairy/${name}`,
      payload: at === 0 ? own(i) : like(i),
    }))).flat(),
];
const cooled = (i: number) => ({
  temperature: tenths(4.4 + i / 2),
  cooling: "running",
  lid: "closed",
});
const holds = (i: number) => ({
  ...{ temperature: tenths(3.8 + i % 3 / 10), cooling: i % 3 > 0 ? "running" : "pause" },
  lid: "closed",
});

Deno.test("what gets warmer while its cooling runs is told soon where others of its kind hold their cold, and what is filled, open or as they are is not", () => {
  const WARM = /"temperature" rises from 4.4 to .* though "cooling" says running/;
  assertTold(toldOf("tank2", three(cooled, holds)), WARM);
  const freezer = (i: number) => ({ ...cooled(i), temperature: tenths(-21 + i / 2) });
  assertTold(
    toldOf(
      "tank2",
      three(freezer, (i) => ({ ...holds(i), temperature: -21 })).filter(({ s }) => s > 0),
    ),
    /"temperature" rises from -21 .* and -21 is held by its like/,
  );
  for (
    const [own, like] of [
      [(i: number) => ({ ...cooled(i), content_l: 900 + 80 * i }), holds],
      [(i: number) => ({ ...cooled(i), lid: "open" }), holds],
      [(i: number) => ({ ...cooled(i), cooling: "pause" }), holds],
      [(i: number) => ({ ...cooled(i), cooling: "defrost" }), holds],
      [cooled, cooled],
    ]
  ) assert.deepEqual(toldOf("tank2", three(own, like)), []);
});

Deno.test("what cools though its valve opens all the way is told where others of its kind hold the same, and what a setback or a window cools is not", () => {
  const houses = (own: (i: number) => Record<string, number>): Line[] =>
    times(
      11,
      (i): Line[] =>
        ["house2", "house1", "house3"].flatMap((name, at): Line[] =>
          Object.entries(at === 0 ? own(i) : { air: 19.5 + i % 2 / 10, shunt_proc: 42 + i % 4 })
            .map((
              [leaf, value],
              j,
            ) => ({
              s: 1 + 5 * i + at / 5 + j / 50,
              topic: `glass/${name}/${leaf}`,
              payload: `${value}`,
            }))
        ),
    ).flat().concat(["house1", "house2", "house3"].map((name): Line => ({
      ...{ s: 0, topic: `glass/${name}/setpoint`, payload: "19.5", retain: true },
    }))).sort((a, b) => a.s - b.s);
  const falls = (i: number) => tenths(19.3 - 0.8 * Math.max(0, i - 1));
  const opens = (i: number) => Math.min(100, 48 + 9 * i);
  const COLD = /"glass\/house2\/air" does not follow.*"glass\/house2\/shunt_proc" rose to 100/;
  assertTold(toldOf("house2", houses((i) => ({ air: falls(i), shunt_proc: opens(i) }))), COLD);
  for (
    const own of [
      (i: number) => ({ air: falls(i), shunt_proc: Math.max(0, 48 - 9 * i) }),
      (i: number) => ({ air: tenths(19.3 - i / 10), shunt_proc: opens(i) }),
      (i: number) => ({ air: falls(i), shunt_proc: opens(i), setpoint: i < 2 ? 19.5 : 8 }),
    ]
  ) assert.doesNotMatch(toldOf("house2", houses(own)).join(), COLD);
});

Deno.test("a nozzle that is no warmer though its target is far above it is told, one that warms or has no target is not", () => {
  const printer = (target: number, warm: (i: number) => number) =>
    titlesOf("printer-4", 20, (i) => ({
      nozzle_temper: warm(i),
      nozzle_target_temper: target,
    }));
  const cold = (i: number) => 26 + 0.2 * Math.sin(i);
  assertTold(printer(220, cold), /"nozzle_temper" does not follow its setpoint: .* got no warmer/);
  assert.deepEqual(printer(0, cold), []);
  assert.deepEqual(printer(220, (i) => Math.min(220 + Math.sin(i), 26 + 2 * i)), []);
});
