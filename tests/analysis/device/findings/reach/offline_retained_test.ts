import assert from "node:assert/strict";
import { beats, diagnosisOf, type Line } from "../../support.ts";

const STALE = /^The retained ".*" says offline, but the device is live/;

/** A retained word of a program, and what stands below its tree until a time; what is told above info in two minutes. */
function told(
  asked: string,
  o: { will: string; word: string; values: readonly string[]; to?: number },
): string[] {
  const lines: Line[] = [
    { s: 0, topic: o.will, payload: o.word, retain: true },
    ...o.values.flatMap((topic) =>
      beats({ topic, everyS: 10, to: o.to ?? 119, payload: (i) => 410.2 + (i % 4) / 10 })
    ),
  ];
  return diagnosisOf(asked, lines.sort((a, b) => a.s - b.s), { seconds: 120 }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a program's last will that stays retained while all of its tree goes on is told, asked by a device or by the tree", () => {
  const roof = "116491208834/0/power";
  const trees: readonly (readonly [asked: string, will: string, word: string, values: string])[] = [
    ["116491208834", "solar/dtu/status", "offline", `solar/${roof}`],
    ["solar/#", "solar/dtu/status", "offline", `solar/${roof}`],
    ["site/west/#", "site/west/dtu/status", "offline", `site/west/${roof}`],
    ["shed-west-01", "ahoy/mqtt", "not connected", "ahoy/shed-west-01/ch0/P_AC"],
    ["octoPrint/#", "octoPrint/mqtt", "disconnected", "octoPrint/temperature/tool0"],
    ["0x00158d0001a2b3c4", "z2m/bridge/state", "offline", "z2m/0x00158d0001a2b3c4"],
    ["shed-5C02", "rfx/bridge/status", "offline", "rfx/devices/shed-5C02"],
    ["ferry-island", "bridges/ferry-island/state", "0", "ferry-island/engine/rpm"],
  ];
  for (const [asked, will, word, topic] of trees) {
    const titles = told(asked, { will, word, values: [topic] });
    assert.ok(titles.some((title) => STALE.test(title)), `${asked}: ${titles.join()}`);
    assert.deepEqual(told(asked, { will, word: "online", values: [topic] }), [], asked);
  }
});

Deno.test("a tree that falls silent, has only the rest of a queue, or is a place of many is not said to refute it", () => {
  const will = "solar/dtu/status";
  const values = ["solar/116491208834/0/power"];
  const isStale = (titles: readonly string[]) => titles.some((title) => STALE.test(title));
  for (const asked of ["116491208834", "solar/116491208834/#"]) {
    assert.ok(!isStale(told(asked, { will, word: "offline", values, to: 35 })), asked);
  }
  const others = { word: "offline", values: ["kitchen/lamp-07/power"] };
  assert.ok(!isStale(told("kitchen/#", { ...others, will: "kitchen/system/status" })));
  assert.ok(!isStale(told("lamp-07", { ...others, will: "kitchen/status" })));
  // What stands there may be anything else.
  assert.deepEqual(told("lamp-07", { ...others, word: "off", will: "kitchen/mqtt" }), []);
});

Deno.test("values that are told together below a will refute it as one value does", () => {
  const values = ["temperature", "humidity", "co2"].map((name) => `farm/house3/climate/${name}`);
  for (const [name, word] of [["connection", "disconnected"], ["polaczenie", "rozłączony"]]) {
    const will = `farm/house3/climate/${name}`;
    const titles = told("house3 climate", { will, word: word ?? "", values });
    assert.ok(titles.some((title) => STALE.test(title)), titles.join());
  }
});
