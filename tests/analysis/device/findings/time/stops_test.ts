import assert from "node:assert/strict";
import {
  assertTold,
  beats,
  diagnosisOf,
  type Line,
  START_MS,
  times,
  titlesOf,
} from "../../support.ts";

/** What is told above info of a device that is listened to for a minute, by code. */
function told(lines: readonly Line[], seconds = 60): string[] {
  return diagnosisOf("unit 7", [...lines].sort((a, b) => a.s - b.s), { seconds }).findings
    .filter(({ severity }) => severity !== "info").map(({ code, title }) => `${code} ${title}`);
}

const noise = (i: number) => 20 + [0.3, -0.2, 0.1, 0.4, -0.3][i % 5];

/** One topic every 5 seconds, up to a time. */
const each = (leaf: string, to: number, payload: (i: number) => unknown) =>
  beats({ topic: `x/unit7/${leaf}`, everyS: 5, to, payload });

Deno.test("a topic that kept its beat and falls silent beside others is told; a move that came to rest is not", () => {
  const others = [...each("hum", 60, (i) => String(50 + i % 2)), ...each("co2", 60, () => "612")];
  const silent = /^stale_heartbeat "x\/unit7\/\w+" fell silent while the device goes on$/;
  for (
    const ended of [
      each("temp", 30, (i) => String(noise(i))),
      each("fan", 20, () => "400"),
      each("box", 20, (i) => ({ t: noise(i), rpm: 400 + i })),
    ]
  ) {
    assert.match(told([...others, ...ended]).join("; "), silent);
  }
  const moving = beats({ topic: "x/unit7/lux", everyS: 5, to: 60, payload: (i) => `${300 + i}` });
  assert.deepEqual(told([...moving, ...each("position", 20, (i) => String(10 * i))]), []);
  // So short a silence is a late message.
  assert.deepEqual(told([...others, ...each("fan", 45, () => "400")]), []);
});

Deno.test("a figure that moved by many of its last digits falls silent where one beside it tells the same; a steady or switched one rests", () => {
  // each at a time of its own: what comes at once is one message
  const others = ["co2", "hum", "lux", "temp"].flatMap((leaf, from) =>
    beats({
      topic: `x/unit7/${leaf}`,
      everyS: 5,
      from: 2 + from,
      to: 60,
      payload: (i) => leaf === "co2" ? "612" : String(20 + i),
    })
  );
  const heard = (values: readonly number[], beside = others) =>
    told([...beside, ...each("power", 30, (i) => String(values[i]))]);
  const fine = [140.25, 143.5, 147.25, 151.5, 146.25, 141.5, 137.25, 132.75];
  assert.match(heard(fine).join("; "), /"x\/unit7\/power" fell silent/);
  assert.deepEqual(heard(fine.map((_, i) => (1_401 + i) / 10)), []);
  assert.deepEqual(heard(fine.map((value, i) => i < 5 ? value : 0)), []);
  assert.deepEqual(heard(fine, others.slice(12)), []);
});

Deno.test("a field of a few messages that is there no more, or null, is told; a mark on what is sent again is not", () => {
  const heard = (field: (i: number) => object) =>
    told(each("all", 60, (i) => ({ t: noise(i), h: 50 + i % 3, ...field(i) })));
  const drift = ['schema_drift The payload of "x/unit7/all" changed its structure'];
  assert.deepEqual(heard((i) => i < 3 ? { wind: 3 + i } : {}), drift);
  assert.match(heard((i) => ({ wind: i < 3 ? 3 + i : null })).join("; "), /changed its structure/);
  assert.deepEqual(heard((i) => i < 3 ? { retransmit: "enable" } : {}), []);
  assert.deepEqual(heard((i) => i < 2 ? { wind: 3 + i } : {}), []);
});

Deno.test("a topic that becomes six times slower is told by two intervals; one late message is not", () => {
  const fast = beats({
    topic: "x/unit7/all",
    everyS: 2,
    to: 20,
    payload: (i) => ({ t: noise(i) }),
  });
  const at = (...times: number[]): Line[] =>
    times.map((s, i) => ({ s, topic: "x/unit7/all", payload: { t: noise(i) } }));
  assert.match(told([...fast, ...at(31, 43, 55)]).join(), /^rate_change "x\/unit7\/all" became 6/);
  assert.deepEqual(told([...fast, ...at(31, 33, 35, 37, 39)], 40), []);
});

Deno.test("a charger, a host and a tag that fall silent are told; a car and a lamp rest", () => {
  const heard = (name: string) =>
    told(
      beats({ topic: `x/${name}/unit7/all`, everyS: 1, to: 20, payload: (i) => ({ t: noise(i) }) }),
    );
  for (const name of ["wallbox", "hosts", "tags", "app"]) {
    assert.match(heard(name).join(), /^stale_heartbeat The device went silent/, name);
  }
  for (const name of ["car", "lamp", "tv"]) assert.deepEqual(heard(name), [], name);
});

Deno.test("what tells a progress has no more to tell when it is done, and has before", () => {
  const heard = (share: (i: number) => number) => {
    const job = { topic: "x/unit7/progress", everyS: 5, to: 31 };
    return told(
      [
        ...beats({ ...job, payload: (i) => ({ file: "part.gcode", progress: share(i) }) }),
        ...beats({ topic: "x/unit7/bed", everyS: 5, to: 115, payload: (i) => ({ t: noise(i) }) }),
      ].sort((a, b) => a.s - b.s),
      120,
    );
  };
  assert.deepEqual(heard((i) => 95 + i), []);
  assert.match(heard((i) => 45 + i).join(), /"x\/unit7\/progress" fell silent/);
});

Deno.test("what is unavailable last reads nothing any more; what comes back in time does", () => {
  const heard = (last: (i: number) => string) =>
    told(
      beats({
        topic: "x/unit7/attic_temperature/state",
        everyS: 10,
        to: 130,
        payload: (i) => i < 9 ? String(20 + noise(i)) : last(i),
      }).filter(({ s }) => s < 95),
      200,
    ).join();
  assert.match(heard(() => "unavailable"), /attic_temperature\/state" reads nothing any more/);
  assert.doesNotMatch(heard((i) => String(20 + noise(i))), /reads nothing/);
});

Deno.test("an interval of as many minutes as its messages are apart is announced in minutes", () => {
  const heard = (seconds: number) =>
    told(
      beats({
        topic: "x/unit7/monitor",
        everyS: 60,
        from: 10,
        to: 320,
        payload: (i) => ({ info: { temp: noise(i), free_mb: 797 + noise(i), report_interval: 1 } }),
      }),
      seconds,
    );
  assert.deepEqual(heard(320), []);
  assert.match(heard(900).join(), /stale_heartbeat/);
});

Deno.test("what is moved has nothing more to tell where it arrived, and before it does has", () => {
  const heard = (to: number) => {
    const moves = beats({
      topic: "x/unit7/LEVEL",
      everyS: 5,
      to: 60,
      payload: (i) => ({ ts: START_MS + 5_000 * i, v: to + (11 - i) * 9, s: 0 }),
    });
    return told([
      ...moves,
      ...beats({ topic: "x/unit7/color", everyS: 5, to: 60, payload: () => "#40FF10" }),
    ], 240).join();
  };
  assert.equal(heard(0), "");
  assert.match(heard(17), /went silent/);
});

Deno.test("silence after a gateway said that the device does not answer is told once, and after another error twice", () => {
  const heard = (name: string, value: unknown) =>
    told([
      ...beats({ topic: "x/unit7/power", everyS: 3, to: 20, payload: (i) => String(noise(i)) }),
      { s: 20, topic: `x/unit7/${name}`, payload: String(value) },
    ]).join("; ");
  for (const name of ["ModbusCommunicationFailed", "comm_error", "no_response"]) {
    assert.doesNotMatch(heard(name, 1), /went silent/, name);
  }
  for (const name of ["ModbusCommunicationFailed", "comm_error"]) {
    assert.match(heard(name, 0), /went silent/, name);
  }
  assert.match(heard("over_temperature", 1), /went silent/);
});

Deno.test("what says that a message holds changes leaves out what is as it was; one that is said to be whole does not", () => {
  const heard = (kind: string) =>
    told(each("all", 60, (i) => ({
      MessageType: i < 4 ? "ua-keyframe" : kind,
      h: 50 + i % 3,
      ...(i < 4 ? { t: noise(i) } : {}),
    })));
  assert.deepEqual(heard("ua-deltaframe"), []);
  assert.deepEqual(heard("delta"), []);
  assert.match(heard("ua-keyframe").join(), /^schema_drift/);
});

Deno.test("what goes on under a name that begins alike has moved on, and is not silent", () => {
  const tram = (i: number): Line => ({
    s: 1 + 1.5 * i,
    topic: `hfp/journey/tram/0040/00512/1009/stop/${i < 20 ? "60;24/19" : "60;24/22"}`,
    payload: {
      veh: 512,
      spd: i < 6 || i > 19 ? 7 + i % 3 : 0,
      lat: 60.17 + (i < 6 ? i : i < 20 ? 6 : i) / 1e4,
    },
  });
  assert.deepEqual(titlesOf("00512", times(32, tram)), []);
});

Deno.test("a device whose values end is not silent while its own beat goes on, and is once that ends too", () => {
  const heater = (beats: number): Line[] =>
    [
      ...times(5, (i): Line => ({ s: 1 + 4 * i, topic: "van/heater/status", payload: `${5 - i}` })),
      ...times(beats, (i): Line => ({ s: 2 + 4 * i, topic: "van/heater/alive", payload: "ON" })),
      { s: 42, topic: "van/tank/fresh", payload: "71" },
    ].sort((a, b) => a.s - b.s);
  assert.deepEqual(titlesOf("heater", heater(10)), []);
  assertTold(titlesOf("heater", heater(6)), /went silent/);
});
