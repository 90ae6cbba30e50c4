import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

const isSecond = (i: number) => i % 2 === 1;
const warmth = (i: number) => isSecond(i) ? 3.9 - (i > 8 ? 0.1 : 0) : 21.5 + (i > 8 ? 0.1 : 0);
const air = (i: number) => ({ temperature: warmth(i), humidity: isSecond(i) ? 86 : 41 });

Deno.test("two sensors on one topic are told where no message says which, also with a topic for each value", () => {
  const told =
    /"(garden\/thermo\/)?temperature" jumps to and fro between about 3\.\d+ and 21\.\d+: two sensors/;
  const lines = series("garden/thermo/data", times(16, air));
  assertTold(titlesOf("garden/#", lines), told);
  const apart = lines.flatMap(({ s }, i): Line[] =>
    Object.entries({ id: isSecond(i) ? 183 : 47, ...air(i) }).map(([key, value], n) => ({
      s: s + n / 50,
      topic: `garden/thermo/${key}`,
      payload: String(value),
    }))
  );
  assertTold(titlesOf("garden/thermo/#", apart), told);
});

Deno.test("messages that say which sensor it is, one that is heated by turns and one alone are no mixture", () => {
  const sound: Record<string, unknown[]> = {
    "an id": times(16, (i) => ({ id: isSecond(i) ? 183 : 47, ...air(i) })),
    "a place": times(16, (i) => ({ where: isSecond(i) ? "out" : "in", ...air(i) })),
    "heated": times(16, (i) => ({ flow_temperature: warmth(i), on: !isSecond(i) })),
    "near each other": times(16, (i) => ({ temperature: 21 + i % 2, humidity: 41 + i % 2 })),
  };
  for (const [why, payloads] of Object.entries(sound)) {
    const titles = titlesOf("garden/#", series("garden/thermo/data", payloads));
    assert.equal(titles.some((title) => /to and fro/.test(title)), false, why);
  }
});

const toAndFro = (titles: readonly string[]) => titles.some((title) => /to and fro/.test(title));
const swinging = (i: number) => isSecond(i) ? 38.2 + (i % 3) / 10 : 22.4 + (i % 5) / 10;

Deno.test("one measured number that swings far with each message is told, whatever it is of", () => {
  const told: Record<string, Line[]> = {
    temperature: series(
      "hall/node7",
      times(16, (i) => ({ temperature: swinging(i), co2: 600 + i })),
    ),
    Druck: series("halle/kessel/Druck", times(16, swinging)),
    tank_level: series("farm/tank", times(16, (i) => ({ tank_level: swinging(i), fw: "1.2" }))),
  };
  for (const [name, lines] of Object.entries(told)) {
    const titles = titlesOf(`${lines[0]?.topic.split("/")[0]}/#`, lines);
    assert.equal(toAndFro(titles), true, name);
  }
});

Deno.test("what a port, a machine's strokes, a switch or a command goes with may swing with each message", () => {
  const own = (fields: (i: number) => object): Line[] =>
    series("hall/node7", times(18, (i) => ({ temperature: swinging(i), ...fields(i) })));
  const sound: Record<string, Line[]> = {
    "ports by turns": own((i) => ({ fPort: isSecond(i) ? 4 : i % 3 })),
    "a field of one kind only": own((i) => isSecond(i) ? { probe: swinging(i) } : {}),
    "a valve that opens and closes": own((i) => ({ valve: i % 4 < 2 ? "open" : "closed" })),
    "a ram that goes along": own((i) => ({ ram: isSecond(i) ? 300 + i % 3 : 12 + i % 4 })),
    "two exact steps": series("hall/node7", times(18, (i) => ({ level: isSecond(i) ? 80 : 20 }))),
    "a relay on a topic beside it": own(() => ({})).flatMap((line, i): Line[] => [
      line,
      { s: line.s + 0.01, topic: "hall/node7/relay", payload: isSecond(i) ? "1" : "0" },
    ]),
    "it is asked by turns": own(() => ({})).flatMap((line, i): Line[] => [
      { s: line.s - 0.1, topic: "hall/node7/set", payload: isSecond(i) ? "60" : "20" },
      line,
    ]),
  };
  for (const [why, lines] of Object.entries(sound)) {
    assert.equal(toAndFro(titlesOf("hall/#", lines)), false, why);
  }
});

Deno.test("a warmth that is at three levels or more by turns is told, and not where an order or what it is of goes along", () => {
  const levels = [0, 601.6, 128, 24.1];
  const at = (i: number) => Number(((levels[i % 4] ?? 0) + (i % 3) / 10).toFixed(1));
  const told = (fields: (i: number) => object) =>
    titlesOf("hall/#", series("hall/unit", times(24, (i) => ({ fan: 38, ...fields(i) }))));
  assertTold(
    told((i) => ({ outdoor_temp: at(i), extract_temp: at(i) - 0.4 })),
    /_temp" jumps to and fro between about 0\.1, 24\.2, 128\.1 and 601\.7/,
  );
  const three = (i: number) => [-40, 22, 85][i % 3] ?? 0;
  assertTold(told((i) => ({ temperature: three(i) })), /to and fro between about -40, 22 and 85/);
  const sound: ((i: number) => object)[] = [
    (i) => ({ probe: i % 4, temperature: at(i) }),
    (i) => ({ temperature: three(i), phase: ["cold", "rest", "hot"][i % 3] }),
    (i) => ({ nozzle_temp: at(i) }),
    (i) => ({ temperature: [18, 41, 62][i % 3] }),
  ];
  for (const [n, fields] of sound.entries()) assert.equal(toAndFro(told(fields)), false, `${n}`);
});

Deno.test("two stations on one topic are told where all is told as texts, and what rain each had says of none which it is", () => {
  const station = (i: number, more: object = {}) => ({
    outTemp_C: (isSecond(i) ? 11.6 + (i % 5) / 50 : 24.9 + (i % 3) / 50).toFixed(4),
    outHumidity: (isSecond(i) ? 71 + (i % 3) / 5 : 38 - (i % 3) / 5).toFixed(1),
    dayRain_mm: isSecond(i) ? "0.0" : "14.2",
    ...more,
  });
  const titles = (more: (i: number) => object) =>
    titlesOf("weather/#", series("weather/loop", times(20, (i) => station(i, more(i))), 2));
  assertTold(titles(() => ({})), /"outTemp_C" jumps to and fro .*: two sensors share its topic/);
  for (const which of ["channel", "station"]) {
    assert.equal(toAndFro(titles((i) => ({ [which]: isSecond(i) ? "2" : "1" }))), false, which);
  }
});
