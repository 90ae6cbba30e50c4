import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** A value that is never the same twice in a row, up and down around a middle. */
const about = (middle: number, by: number, digits = 2) => (i: number) =>
  Number((middle + by * Math.sin(2.4 * i + middle)).toFixed(digits));

/** What is told of one message after another on one topic. */
function told(payload: (i: number) => unknown, o: { count?: number; lines?: Line[] } = {}) {
  const { count = 24, lines = [] } = o;
  return titlesOf(
    "site/rig/#",
    [
      ...series("site/rig/state", times(count, payload), 10),
      ...lines,
    ].toSorted((a, b) => a.s - b.s),
  );
}

const [qx, qy, qz] = [about(14.1, 0.2), about(3.4, 0.05), about(44.7, 0.1)];

Deno.test("what moved within narrow bounds, leapt far out of them and is the same to the digit since is told by any name", () => {
  assertTold(
    told((i) => ({ qx: i > 8 ? 48 : qx(i), qz: qz(i) })),
    /"qx" leapt away and stays there: it is 48/,
  );
  const again = (i: number) => i > 8 && i !== 11 ? 48 : qx(i);
  assertTold(told((i) => ({ qx: again(i), mode: i > 8 ? "eco" : "full" })), /"qx" leapt away/);
});

Deno.test("what goes elsewhere as a word turns or a command comes, is loaded or moved is not told", () => {
  const leaps = (i: number) => i > 8 ? 15.2 + i % 2 / 10 : qx(i);
  assertTold(told((i) => ({ qx: i > 8 ? 25 : qx(i) })), /"qx" leapt away/);
  assert.deepEqual(told((i) => ({ qx: leaps(i) })), [], "near");
  assert.deepEqual(told((i) => ({ qx: i > 8 ? 20 : qx(i), mode: i > 8 ? "eco" : "full" })), []);
  const asked = [{ s: 88, topic: "site/rig/set", payload: { qx: 20 } }];
  assert.deepEqual(told((i) => ({ qx: i > 8 ? 20 : qx(i) }), { lines: asked }), []);
  assert.deepEqual(told((i) => ({ load_w: i > 8 ? 48 : qx(i) })), []);
  assert.deepEqual(told((i) => ({ x_position: i > 8 ? 48 : qx(i) })), []);
});

Deno.test("one number alone that falls to exactly 0 is told, and one that falls with others is not", () => {
  assertTold(
    told((i) => ({ qx: i > 8 ? 0 : qx(i), qy: qy(i), qz: qz(i) })),
    /"qx" reads nothing any more: it is 0/,
  );
  assert.deepEqual(
    told((i) => ({ qx: i > 8 ? 0 : qx(i), qy: i > 8 ? 3 : qy(i), qz: qz(i) })),
    [],
  );
  const setBack = (i: number) => ({ setpoint: i > 8 ? 0 : 14, qx: i > 8 ? 0 : qx(i), qz: qz(i) });
  assert.deepEqual(told(setBack), [], "as it was set to");
  assert.deepEqual(told((i) => ({ pump: i > 8 ? 0 : qx(i), qy: qy(i), qz: qz(i) })), []);
});

Deno.test("a number that went with another one and no longer does is told, and one that was switched or goes with it is not", () => {
  const due = about(410, 55, 1);
  const follows = (i: number) => Number((due(i) - 3).toFixed(1));
  assertTold(
    told((i) => ({ want: due(i), gives: i > 6 ? 0 : follows(i) })),
    /"gives" no longer goes with "want": it fell to 0 where about \d+/,
  );
  assertTold(
    told((i) => ({ want: due(i), gives: i > 8 ? 4.1 : Number((due(i) / 50).toFixed(2)) })),
    /"gives" (?:no longer goes with "want"|is stuck|reads)/,
  );
  assert.deepEqual(told((i) => ({ want: due(i), gives: follows(i) })), []);
  assert.deepEqual(told((i) => ({ want: i > 6 ? 0 : due(i), gives: i > 6 ? 0 : follows(i) })), []);
  assert.deepEqual(
    told((i) => ({ want: due(i), gives: i > 6 ? 0 : follows(i), run: i > 6 ? "stopped" : "run" })),
    [],
  );
});

Deno.test("what was quiet and is by turns far above and far below is told by any name, and what goes out or swings is not", () => {
  const ends = [0, 1_023, -3, 0, 0, 1_023];
  const wild = (i: number) => i > 8 ? ends[i % 6] : 688 + i % 3;
  assertTold(told((i) => ({ redox: wild(i), qz: qz(i) })), /"redox" jumps to/);
  const short = (i: number) => i > 2 && i % 2 === 0 ? [21, 170, 0][i % 3] : 46 + i % 2 / 10;
  assertTold(told((i) => ({ distanza: short(i) }), { count: 14 }), /"distanza" jumps to/);
  assert.deepEqual(told((i) => ({ flow: wild(i), qz: qz(i) })), []);
  assert.deepEqual(told((i) => ({ redox: i > 8 ? 688 + 9 * (i % 3) : 688 + i % 3 })), []);
});

Deno.test("what held and is far below nothing since is told by any name, and what has a sign is not", () => {
  const falls = (to: number) => (i: number) => i > 8 ? to - i % 3 : 64 + i % 2;
  assertTold(told((i) => ({ stand: falls(-1038)(i) })), /"stand" is -10\d\d, which it cannot be/);
  assert.deepEqual(told((i) => ({ stand: falls(-70)(i) })), [], "as much the other way");
  assert.deepEqual(told((i) => ({ trend: falls(-1038)(i) })), []);
  assert.deepEqual(told((i) => ({ grid_power: falls(-1038)(i) })), []);
  const sinks = (i: number) => i > 8 ? Math.max(-9, (8 - i) * 1.2) : 0.2 + i % 2 / 50;
  assert.deepEqual(told((i) => ({ stand: sinks(i) })), [], "bit by bit");
  for (const name of ["dZ", "z", "pos_y", "axis_2", "yaw", "steering"]) {
    assert.deepEqual(told((i) => ({ [name]: falls(-1038)(i) })), [], name);
  }
});

Deno.test("a number that rose with each message from far away and begins anew is told by any name, and a clock, a period or what is paid out is not", () => {
  const value = (from: number, step: number) => (i: number) =>
    Number((i < 10 ? from + i * step : (i - 9) * step).toFixed(3));
  assertTold(
    told((i) => ({ id: 7, value: value(92_011.6, 0.24)(i) })),
    /The total .* fell from 92014 to 0\.24/,
  );
  assert.deepEqual(told((i) => ({ id: 7, value: value(92_010, 10)(i) })), [], "seconds");
  assert.deepEqual(told((i) => ({ pending_balance: value(4_194.2, 0.24)(i) })), []);
  assert.deepEqual(told((i) => ({ id: 7, value: value(1.2, 0.24)(i) })), [], "from nothing");
  assert.deepEqual(
    told((i) => ({ value: Number((i < 10 ? 92_011 + i * 0.24 : i * 7.3).toFixed(2)) })),
    [],
    "at another pace",
  );
  // Noon is 360 messages of ten seconds later.
  const hour = times(
    24,
    (i) => ({ ...series("site/rig/state", [value(92_011.6, 0.24)(i)])[0], s: 3_500 + 10 * i }),
  );
  assert.deepEqual(titlesOf("site/rig/#", hour as Line[]), [], "with the hour");
});

Deno.test("a volume that is counted and misread for a moment is told, and one that is turned down is not", () => {
  const volume = (i: number) => i === 11 ? 4_840 : 48_392 + i;
  const lines = (of: (i: number) => number) => series("home/water/volumen", times(24, of), 10);
  assertTold(
    titlesOf("home/water/#", lines(volume)),
    /"home\/water\/volumen" fell from 48402 to 4840/,
  );
  assert.deepEqual(
    titlesOf("home/radio/#", series("home/radio/volume", times(24, (i) => i === 11 ? 2 : 34), 10)),
    [],
  );
});

Deno.test("what went with the time and stands is told, and what was paused or came to its end is not", () => {
  const position = (i: number) => Math.min(20 + 10 * i, 111);
  assertTold(
    told((i) => ({ state: "playing", duration: 284, position: position(i), beat: i })),
    /"position" is stuck at 111/,
  );
  assert.deepEqual(
    told((i) => ({
      state: i > 9 ? "paused" : "playing",
      duration: 284,
      position: position(i),
      beat: i,
    })),
    [],
  );
  assert.deepEqual(
    told((i) => ({ state: "playing", duration: 111, position: position(i), beat: i })),
    [],
  );
  assert.deepEqual(told((i) => ({ x_position: position(i), beat: i })), [], "an axis");
});

Deno.test("a room that is at exactly 0 while it is cooled is told, and one that is not is not", () => {
  const room = (mode: string) =>
    told((i) => ({ mode, current_temperature: 0, outdoor_temperature: 33 + i % 2 }));
  assertTold(room("cool"), /"current_temperature" is stuck at 0/);
  assert.deepEqual(room("off"), []);
});

Deno.test("a part whose numbers fall to 0 as its word turns to trouble is told, and one that was switched off is not", () => {
  const lines = (word: string) => (i: number) => ({
    line1_status: "SHOWTIME",
    line1_rate: 41.98,
    line1_snr: about(9.7, 0.1, 1)(i),
    line2_status: i > 7 ? word : "SHOWTIME",
    line2_rate: i > 7 ? 0 : 40.67,
    line2_snr: i > 7 ? 0 : about(8.8, 0.1, 1)(i),
  });
  assertTold(told(lines("DOWN")), /A part is down: "line2_status" went from SHOWTIME to DOWN/);
  assert.deepEqual(told(lines("STANDBY")), []);
  const asked = [{ s: 78, topic: "site/rig/cmd", payload: { line: 2 } }];
  assert.ok(told(lines("DOWN"), { lines: asked }).every((title) => !/A part is down/.test(title)));
});

Deno.test("a tag's battery that is told in millivolts and is nearly empty is told, and a fresh one is not", () => {
  const tags = (volts: number) =>
    told((i) => ({ tag: "a", battery_vol: volts - 8 * i }), { count: 16 });
  assertTold(tags(2_124), /The battery is nearly empty: "battery_vol"/);
  assert.deepEqual(told((i) => ({ tag: "a", battery_vol: 3_012 - i % 4 }), { count: 16 }), []);
});

Deno.test("an echo over a cistern that is elsewhere for a message and comes back is told; one that fills or sees what passes is not", () => {
  const told = (tree: string, values: readonly number[]) =>
    titlesOf(
      `${tree}/#`,
      series(`${tree}/SENSOR`, values.map((Distance) => ({ SR04: { Distance } }))),
    );
  const leaps = times(14, (i) => i % 3 === 2 ? 41.2 + i % 4 / 10 : 122.3 + i % 3 / 10);
  assertTold(told("tele/cistern", leaps), /"SR04.Distance" jumps to 41/);
  assertTold(told("tele/oil-tank", leaps), /"SR04.Distance" jumps to 41/);
  assert.deepEqual(told("tele/cistern", times(14, (i) => 122.3 - 4 * i)), []);
  assert.deepEqual(told("tele/parking-bay", leaps), []);
});
