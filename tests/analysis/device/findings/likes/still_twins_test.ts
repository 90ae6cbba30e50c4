import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** What an inverter measures, another each time. */
const measured = (i: number) => ({
  voltage: 230.1 + ((i * 7) % 5) / 10,
  current: Math.round(100 * (4.21 + ((i * 3) % 7) / 20)) / 100,
  power: 964.3 + ((i * 11) % 13),
  frequency: 49.98 + ((i * 5) % 4) / 100,
  temperature: 38.2 + i / 10,
});

const STILL = measured(3);

/** Two devices of a kind, of which one tells what it is asked for here. */
function twins(
  own: (i: number) => Record<string, unknown>,
  other = measured as typeof own,
): Line[] {
  return times(14, (i): Line[] => [
    { s: 1 + 4 * i, topic: "pv/north/data", payload: own(i) },
    { s: 1.4 + 4 * i, topic: "pv/south/data", payload: other(i) },
  ]).flat();
}

/** The same with a topic for each value. */
function onTopics(lines: readonly Line[]): Line[] {
  return lines.flatMap(({ s, topic, payload }) =>
    Object.entries(payload as object).map(([key, value]) => ({
      s,
      topic: topic.replace("data", key),
      payload: String(value),
    }))
  );
}

Deno.test("a device of which nothing moves is told where the same of another of its kind does, in each form", () => {
  const told = /is stuck at .*, and 4 more with it, while the same of "south" moves/;
  assertTold(titlesOf("north", twins(() => STILL)), told);
  assertTold(titlesOf("north", onTopics(twins(() => STILL))), told);
  assert.deepEqual(titlesOf("south", twins(() => STILL)), []);
});

Deno.test("what rests, says so, moves a little or has no twin that moves does not stand still", () => {
  const sound: Record<string, Line[]> = {
    "it gives nothing": twins(() => ({ ...STILL, power: 0 })),
    "a word says that it rests": twins(() => ({ ...STILL, mode: "standby" })),
    "one of them moves": twins((i) => ({ ...STILL, voltage: measured(i).voltage })),
    "the other stands too": twins(() => STILL, () => STILL),
    "it is another kind": twins(() => STILL, (i) => ({ level: i, weight: 3.2 + i / 10 })),
    "it tells coarse values": twins(
      () => ({ temperature: 21, humidity: 48, pressure: 1_013 }),
      (i) => ({ temperature: 22 + i, humidity: 50 + i, pressure: 1_000 + i }),
    ),
  };
  for (const [why, lines] of Object.entries(sound)) {
    assert.deepEqual(titlesOf("north", lines), [], why);
  }
});

/** Three scales over which one parcel goes after the other. */
const parcels = (weight: (scale: number, i: number) => number, length = [320, 715, 240, 560]) =>
  times(14, (i): Line[] =>
    times(3, (scale) => ({
      s: 1 + 4 * i + scale,
      topic: `dock/scale${scale}/parcel`,
      payload: {
        length_mm: (length[(i + scale) % length.length] ?? 0) + i % 3,
        width_mm: [150, 320, 410][(2 * i + scale) % 3],
        weight_g: weight(scale, i),
      },
    }))).flat();
const weighed = (scale: number, i: number) => [2310, 812, 5407, 9120, 1603][(i + scale) % 5] ?? 0;

Deno.test("a scale that tells the same of each parcel is told where those beside it do not", () => {
  const jams = (scale: number, i: number) => scale === 1 ? 4312 : weighed(scale, i);
  assertTold(
    titlesOf("dock scale1", parcels(jams)),
    /"weight_g" is stuck at 4.?312, while the same of "scale\d", "scale\d" differs each time/,
  );
  assert.deepEqual(titlesOf("dock scale0", parcels(jams)), []);
  // The same thing lies on it, or nothing, or all weigh the same goods.
  assert.deepEqual(
    titlesOf("dock scale1", parcels(jams, [320])).filter((t) => /stuck/.test(t)),
    [],
  );
  assert.deepEqual(titlesOf("dock scale1", parcels((s, i) => s === 1 ? 0 : weighed(s, i))), []);
  assert.deepEqual(titlesOf("dock scale1", parcels(() => 4312)), []);
});

/** A cold room whose warmth and evaporator swing as its compressor goes on and off. */
const swings = (n: number) => (i: number) => {
  const turn = Math.sin((i + 2 * n) / 1.7);
  return {
    temperature: Math.round(100 * (1.5 + 0.5 * turn)) / 100,
    evaporator: Math.round(100 * (-5.5 + 2 * turn)) / 100,
    door: "closed",
  };
};

function rooms(own: (i: number) => object, others = swings as (n: number) => typeof own): Line[] {
  return times(14, (i): Line[] =>
    [2, 3, 4].map((n): Line => ({
      s: n / 3 + 4 * i,
      topic: `shop/room${n}/values`,
      payload: (n === 2 ? own : others(n))(i),
    }))).flat();
}

Deno.test("one warmth that stands to the digit is told where those of two others and its own evaporator swing", () => {
  const stuck = (i: number) => ({ ...swings(2)(i), temperature: 1.37 });
  assertTold(
    titlesOf("room2", rooms(stuck)),
    /"temperature" is stuck at 1.37, while "evaporator" beside it and the same of "room3"/,
  );
  assert.deepEqual(titlesOf("room3", rooms(stuck)), []);
  const sound: Record<string, Line[]> = {
    "the others stand too": rooms(stuck, () => (i) => ({ ...swings(3)(i), temperature: 1.37 })),
    "nothing else of it moves": rooms(() => ({ temperature: 1.37, evaporator: -4.2 })),
    "it tells whole degrees": rooms((i) => ({ ...swings(2)(i), temperature: 1 })),
    "the others move by the last digit": rooms(
      stuck,
      () => (i) => ({ ...swings(3)(i), temperature: 1.37 + (i % 2) / 100 }),
    ),
    "it is out of use": rooms((i) => ({ ...stuck(i), mode: "standby" })),
  };
  for (const [why, lines] of Object.entries(sound)) {
    assert.deepEqual(titlesOf("room2", lines), [], why);
  }
});

/** A plant's sensor that tells the same again and again beside two others. */
function plants(own: (i: number) => Record<string, unknown>, others = 2): Line[] {
  const usual = (i: number, n: number) => ({
    light: 1_920 - 37 * i - 9 * n - i % 3,
    moisture: 27 + n,
    temperature: (228 - i - n) / 10,
    conductivity: 388 + ((i * 3 + n) % 5),
    battery: 88,
  });
  return times(10, (i): Line[] => [
    { s: 12 + 60 * i, topic: "miflora/ficus", payload: { ...usual(0, 3), ...own(i) } },
    ...times(others, (n) => ({
      ...{ s: 18 + 60 * i + 6 * n, topic: `miflora/plant${n}`, payload: usual(i, n) },
    })),
  ]).flat();
}

Deno.test("beside two others that move coarser numbers show as well that all of them stand", () => {
  const told = /"light" is stuck at 1893, and 2 more with it, while the same of "plant0" moves/;
  assertTold(titlesOf("ficus", plants(() => ({}))), told);
  assert.deepEqual(titlesOf("ficus", plants(() => ({}), 1)), []);
  const sound: Record<string, Line[]> = {
    "its light moves": plants((i) => ({ light: 1_893 - i })),
    "its warmth moves": plants((i) => ({ temperature: 22.5 + (i % 2) / 10 })),
    "it stands in the dark": plants(() => ({ light: 0 })),
    "its light is told coarsely": plants(() => ({ light: 120 })),
  };
  for (const [why, lines] of Object.entries(sound)) {
    assert.deepEqual(titlesOf("ficus", lines), [], why);
  }
});
