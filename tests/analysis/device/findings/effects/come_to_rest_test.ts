import assert from "node:assert/strict";
import { assertTold, diagnosisOf, type Line, times, titlesOf } from "../../support.ts";

/** A fan whose speed is told with each beat until it stands, while what it cools goes on being told. */
function fan(o: {
  /** The value of the last of its messages. */
  last: number;
  /** What is said of it beside, and when. */
  switched: readonly { s: number; payload: unknown }[];
  write: (rpm: number, s: number) => unknown;
}): Line[] {
  const beats = times(10, (i) => 3 + i * 10);
  return [
    { s: 0, topic: "printer/fan/speed", payload: o.write(1, 0), retain: true },
    ...o.switched.map((one) => ({ topic: "printer/fan/speed", ...one })),
    ...beats.map((s, i) => ({
      s,
      topic: "printer/fan/rpm",
      payload: o.write(i === 9 ? o.last : 8_200 + (i % 3) * 9, s),
    })),
    ...times(30, (i) => 3.1 + i * 10).map((s, i) => ({
      s,
      topic: "printer/bed/temperature",
      payload: o.write(61 - i / 3, s),
    })),
  ].sort((a, b) => a.s - b.s);
}

const plain = (value: number) => value;
const stamped = (value: number, s: number) => ({ eventtime: 41_300 + s, value });

Deno.test("what went to nothing as it was switched off has come to rest, in a bare value and in one with its time", () => {
  for (const write of [plain, stamped]) {
    const off = { s: 85, payload: write(0, 85) };
    assert.deepEqual(titlesOf("printer", fan({ last: 0, switched: [off], write })), []);
  }
});

Deno.test("what falls silent is told where nothing was switched off, or where it still ran", () => {
  const SILENT = /fell silent/;
  for (const write of [plain, stamped]) {
    assertTold(titlesOf("printer", fan({ last: 0, switched: [], write })), SILENT);
    const on = { s: 85, payload: write(1, 85) };
    assertTold(titlesOf("printer", fan({ last: 0, switched: [on], write })), SILENT);
    const off = { s: 85, payload: write(0, 85) };
    assertTold(titlesOf("printer", fan({ last: 8_190, switched: [off], write })), SILENT);
  }
});

/** An inverter below its gateway, which goes on; what it feeds, one message after another, and what it says of its reach at last. */
function inverter(watts: readonly number[], reach: readonly Line[]): Line[] {
  return [
    ...reach,
    ...watts.flatMap((power, i) => [
      { s: 3 + i * 15, topic: "roof/114182/0/power", payload: String(power) },
      { s: 3.1 + i * 15, topic: "roof/114182/0/yieldday", payload: "1873" },
    ]),
    ...times(26, (i) => ({ s: 4 + i * 15, topic: "roof/dtu/uptime", payload: 41_000 + i * 15 })),
  ].sort((a, b) => a.s - b.s);
}

Deno.test("an inverter that feeds less and less, then nothing, and says that it is not reached has gone to sleep", () => {
  const dusk = [8.6, 7.8, 8.1, 5.4, 4.3, 2.1, 0.7, 0, 0, 0];
  const gone = { s: 200, topic: "roof/114182/status/reachable", payload: "0" };
  for (const asked of ["114182", "roof/#"]) {
    assert.deepEqual(titlesOf(asked, inverter(dusk, [gone])), [], asked);
    const noon = [412, 418, 407, 411, 415, 409, 413, 410, 411, 412];
    assertTold(titlesOf(asked, inverter(noon, [gone])), /silent/);
    assertTold(
      titlesOf(asked, inverter([412, 418, 407, 411, 415, 0, 0, 0, 0, 0], [gone])),
      /silent/,
    );
  }
});

/** A service on a bus whose topics are all emptied when it leaves, while another goes on; what it told until then. */
const leaving = (service: string, power: (i: number) => number): Line[] => {
  const paths = ["Ac/Power", "Ac/L1/Power", "Ac/L2/Power"];
  return [
    ...times(10, (i) =>
      paths.map((path) => ({
        s: 1 + 3 * i,
        topic: `N/7a1c/${service}/20/${path}`,
        payload: { value: power(i) },
      }))).flat(),
    ...paths.map((path) => ({ s: 31, topic: `N/7a1c/${service}/20/${path}`, payload: "" })),
    ...times(
      30,
      (i) => ({ s: 2 + 3 * i, topic: "N/7a1c/system/0/Load", payload: { value: 410 + i } }),
    ),
  ].sort((a, b) => a.s - b.s);
};

Deno.test("what is emptied as a whole was taken away: no fault after dusk, and else a silence and no sensor that fails", () => {
  const dusk = (i: number) => Math.max(0, 40 - 6 * i);
  assert.deepEqual(titlesOf("N/7a1c/pvinverter/20/#", leaving("pvinverter", dusk)), []);
  const titles = titlesOf("N/7a1c/grid/20/#", leaving("grid", (i) => 400 + i % 4));
  assert.match(titles.join(), /went silent/);
  assert.doesNotMatch(titles.join(), /reads nothing/);
});

Deno.test("a blind that came to where it was asked to, or that its remote moved, rests, and one that stops on the way is told", () => {
  const blind = (
    asked: unknown,
    places: readonly number[],
    beside: (i: number) => object = () => ({}),
  ) =>
    diagnosisOf("loft blind", [
      {
        s: 0,
        topic: "zigbee2mqtt/Loft blind/availability",
        payload: { state: "online" },
        retain: true,
      },
      ...asked === null ? [] : [{ s: 6, topic: "zigbee2mqtt/Loft blind/set", payload: asked }],
      ...places.map((position, i) => ({
        s: 7 + i * 2.5,
        topic: "zigbee2mqtt/Loft blind",
        payload: { battery: 64, state: "OPEN", position, linkquality: 41 + i % 2, ...beside(i) },
      })),
    ]).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  const SILENT = /went silent/;
  const down = [88, 69, 47, 35];
  assert.deepEqual(blind({ position: 35 }, down), []);
  assert.deepEqual(blind({ position: 36 }, down), []);
  assert.deepEqual(blind(null, down), []);
  assert.deepEqual(blind({ state: "CLOSE" }, [88, 52, 21, 0]), []);
  assertTold(blind({ position: 10 }, down), SILENT);
  assertTold(blind(null, down, (i) => ({ power: 12 + i })), SILENT);
});

Deno.test("what said that it moves, and last that it does not, has nothing more to tell; what still moves has", () => {
  /** A screen that closes within half a minute, in a house whose climate goes on being told. */
  const house = (moves: string, last: string): Line[] =>
    [
      ...times(9, (i): Line => ({
        s: 9 + 3 * i,
        topic: "farm/house2/screen",
        payload: { percent: 20 + 9 * i, movement: i < 8 ? moves : last, fault: "none" },
      })),
      ...times(40, (i): Line => ({
        s: 1 + 5 * i,
        topic: "farm/house2/climate",
        payload: { temperature: 17 + (i % 5) / 10, humidity: 84 - (i % 3) },
      })),
    ].sort((a, b) => a.s - b.s);
  assert.deepEqual(titlesOf("house2", house("closing", "closed")), []);
  assert.deepEqual(titlesOf("house2", house("sluit", "gesloten")), []);
  assertTold(titlesOf("house2", house("closing", "closing")), /fell silent/);
});
