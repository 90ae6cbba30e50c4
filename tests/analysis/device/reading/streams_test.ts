import assert from "node:assert/strict";
import { beats, diagnosisOf, type Line } from "../support.ts";

/** Titles of what is told above info. */
function titlesOf(lines: readonly Line[]): string[] {
  return diagnosisOf("gateway/up/#", lines, { seconds: 30 }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

/** Two sensors by turns on one topic, each message every second. */
function byTurns(first: (i: number) => unknown, second: (i: number) => unknown): Line[] {
  return Array.from({ length: 24 }, (_, i) => ({
    s: 1 + i,
    topic: "gateway/up",
    payload: i % 2 === 0 ? first(i >> 1) : second(i >> 1),
  }));
}

Deno.test("of several sensors that speak on one topic each is judged by its own values", () => {
  const freezer = (value: (i: number) => number) => (i: number) => ({
    sensor: "freezer",
    value: value(i),
  });
  const hall = (i: number) => ({ sensor: "hall temperature", value: 21 + (i % 3) / 10 });
  assert.deepEqual(titlesOf(byTurns(freezer((i) => -18 - (i % 4) / 10), hall)), []);
  const lost = titlesOf(byTurns(
    (i) => ({ sensor: "outdoor temperature", value: i < 6 ? 12 + (i % 3) / 10 : -127 }),
    hall,
  ));
  assert.match(lost.join(), /-127|outdoor temperature/);
});

Deno.test("a word of trouble about one thing is not over because another thing is well", () => {
  const check = (servicedesc: string, servicestate: string, s: number): Line => ({
    s,
    topic: "gateway/up",
    payload: { hostname: "db01", servicedesc, servicestate },
  });
  const disk = check("disk /var", "CRITICAL", 2);
  assert.match(
    titlesOf([check("load", "OK", 1), disk, check("ssh", "OK", 9)]).join(),
    /servicestate of disk \/var: CRITICAL/,
  );
  const recovered = check("disk /var", "OK", 24);
  assert.deepEqual(titlesOf([check("load", "OK", 1), disk, check("ssh", "OK", 9), recovered]), []);
});

Deno.test("records of a list are known by their names, whatever their order", () => {
  const lines = Array.from({ length: 16 }, (_, i): Line => {
    const air = { name: "Room air", value: i < 8 ? 3.4 + (i % 3) / 10 : -127 };
    const door = { name: "Door air", value: 5 + (i % 4) / 10 };
    return { s: 1 + i, topic: "gateway/up", payload: { ch: i % 2 ? [air, door] : [door, air] } };
  });
  assert.match(titlesOf(lines).join(), /Room air.* -127/);
});

Deno.test("numbers that are written as text are numbers, and versions are none", () => {
  const lines = Array.from({ length: 12 }, (_, i): Line => ({
    s: 1 + i,
    topic: "gateway/up",
    payload: { temperature: i < 6 ? "21.5" : "-127.0", firmware: "1.2" },
  }));
  assert.match(titlesOf(lines).join(), /temperature/);
});

Deno.test("where some numbers are written as text all are, and an empty text is none", () => {
  const lines = Array.from({ length: 8 }, (_, i): Line => ({
    s: 1 + i,
    topic: "gateway/up",
    payload: {
      temp: `2${i % 3}.5`,
      hum: "38.0",
      dir: i % 3 === 0 ? "" : "185",
      energy_total: i === 4 ? "4294967210" : String(88_120 + 4 * i),
    },
  }));
  assert.match(titlesOf(lines).join(), /energy_total/);
  assert.ok(!titlesOf(lines).join().includes("dir"));
});

Deno.test("plain words of trouble are heard in any field that is no name, and in the last sentence of trouble", () => {
  const one = (payload: unknown): string =>
    titlesOf([{ s: 1, topic: "gateway/up", payload }]).join();
  assert.match(one({ serviceoutput: "DISK CRITICAL: 312 MB left on /var" }), /DISK CRITICAL/);
  assert.match(one({ chargingStatus: "CHARGING_STATUS_FAULT" }), /CHARGING_STATUS_FAULT/);
  const sentences = (...texts: string[]) =>
    titlesOf(texts.map((payload, s) => ({ s: s + 1, topic: "gateway/up", payload }))).join();
  assert.match(
    sentences("pump is switched on", "Alarm 1! - Hard limit was hit", "pump is switched off"),
    /Hard limit/,
  );
  for (
    const healthy of [
      { station: "Emergency FM" },
      { song: "Critical Failure" },
      { chargingStatus: "CONNECTION_STATUS_DISCONNECTED" },
      { error_history_1: { message: "Communication error" } },
      { serviceoutput: "DISK OK - no error" },
      { activeText: "Störung" },
      { MotionAlarm: true },
      { lan2: { link: "no" } },
    ]
  ) assert.equal(one(healthy), "", JSON.stringify(healthy));
});

Deno.test("packets of a mesh are told apart by the number of the node that sent them", () => {
  const packet = (from: number, uptime: number) => ({
    from,
    channel: 0,
    payload: { uptime_seconds: uptime, battery_level: 80 },
  });
  const turns = (ridge: (i: number) => number) =>
    diagnosisOf(
      "mesh/#",
      beats({
        topic: "mesh/json/all",
        everyS: 10,
        to: 240,
        payload: (i) =>
          i % 2 === 0 ? packet(2_747_122_183, ridge(i)) : packet(61_883, 600_000 + 10 * i),
      }),
      { seconds: 240 },
    ).findings.map(({ code }) => code);
  assert.deepEqual(turns((i) => 40 + 10 * i), []);
  assert.ok(turns((i) => 40 + 10 * (i % 6)).includes("reboot_loop"));
});

Deno.test("fields that come in another order each time are of one thing, on one topic and in parts", () => {
  const values = (i: number): [string, number][] => [
    ["outdoor_temp", 12 + (i % 3) / 10],
    ["mixed_temp", i < 4 ? 18 + (i % 4) / 10 : -39.99],
    ["return_temp", 22 + (i % 5) / 10],
    ["fan", 1],
    ["damper", 40 + i % 2],
  ];
  const turned = (i: number) => [...values(i).slice(i % 5), ...values(i).slice(0, i % 5)];
  const documents = Array.from({ length: 12 }, (_, i): Line => ({
    s: 1 + 2 * i,
    topic: "gateway/up",
    payload: Object.fromEntries(turned(i)),
  }));
  assert.match(titlesOf(documents).join(), /"mixed_temp" reads nothing any more: it is -39.99/);
  const parts = documents.flatMap(({ s }, i) =>
    turned(i).map(([name, value], n): Line => ({
      s: s + n / 100,
      topic: `gateway/up/${name}`,
      payload: String(value),
    }))
  );
  assert.match(titlesOf(parts).join(), /mixed_temp" reads nothing any more: it is -39.99/);
});
