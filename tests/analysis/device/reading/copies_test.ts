import assert from "node:assert/strict";
import { assertTold, type Line, series, START_MS, times, titlesOf } from "../support.ts";

/** Each line a second time, 60 ms later. */
function twice(lines: readonly Line[]): Line[] {
  return lines.flatMap((line) => [line, { ...line, s: line.s + 0.06 }]);
}

Deno.test("messages that come twice at once are told, however long and alike those between are", () => {
  const sick: Record<string, Line[]> = {
    "values that rest": series("cellar/sensor/flow/state", times(10, () => "0"), 30),
    "values that move": series("hall/temperature", times(10, (i) => String(20 + i / 10)), 30),
    "documents": series("plc/tank", times(9, (i) => ({ level: 41 + i % 2, pump: true })), 3),
  };
  for (const [what, lines] of Object.entries(sick)) {
    const filter = `${lines[0]?.topic.split("/")[0]}/#`;
    assertTold(titlesOf(filter, twice(lines)), /come more than once|comes twice/);
    assert.deepEqual(titlesOf(filter, lines), [], what);
  }
});

Deno.test("a device that tells each of its values by itself tells some of them again", () => {
  const bursts = times(8, (i) => 1 + i * 6).flatMap((s, i): Line[] =>
    [
      { temperature: 21 + i / 10, humidity: 55 - (i - 1) / 4, pressure: 1013.2 },
      { temperature: 21 + i / 10, humidity: 55 - i / 4, pressure: 1013.2 },
      { temperature: 21 + i / 10, humidity: 55 - i / 4, pressure: 1013.2 },
    ].map((payload, n) => ({ s: s + 0.06 * n, topic: "zigbee2mqtt/bath", payload }))
  );
  assert.deepEqual(titlesOf("bath", bursts), []);
});

Deno.test("messages that come many times at once are told, the few repeats of a radio are not", () => {
  const uplinks = (copies: number, counted: boolean) =>
    times(6, (i) => i).flatMap((i) =>
      times(copies, (n): Line => ({
        s: 5 + 30 * i + 0.09 * n,
        topic: "net/up/24e1",
        payload: { ...(counted && { fCnt: 4_410 + i }), total_in: 18_211 + 4 * i },
      }))
    );
  assertTold(titlesOf("net/#", uplinks(9, true)), /comes 9 times within 0.72 s/);
  assertTold(titlesOf("net/#", uplinks(9, false)), /comes 9 times/);
  assert.deepEqual(titlesOf("net/#", uplinks(5, false)), []);
  assert.deepEqual(titlesOf("net/#", uplinks(1, true)), []);
});

Deno.test("a packet that comes again and again with the times at which it was passed on is told, and one that is heard by several ways is not", () => {
  const packets = (rssi: (copy: number) => number) =>
    Array.from({ length: 40 }, (_, i) => ({
      s: 1 + 6 * Math.floor(i / 8) + 0.015 * (i % 8),
      topic: "mesh/abc/packets",
      payload: {
        timestamp: new Date(START_MS + 1_000 + 6_000 * Math.floor(i / 8) + 15 * (i % 8))
          .toISOString(),
        raw: `15020A153C7DF146A3BD${Math.floor(i / 8)}`,
        RSSI: rssi(i % 8),
      },
    }));
  assert.match(
    titlesOf("mesh/#", packets(() => -92)).join(),
    /Each message of "mesh\/abc\/packets" comes 8 times within/,
  );
  assert.deepEqual(titlesOf("mesh/#", packets((copy) => -92 + copy)), []);
});

Deno.test("what a radio sends twice comes twice from its receiver, and is no copy", () => {
  const heard = (more: object) =>
    titlesOf(
      "hall/#",
      twice(series(
        "hall/events",
        times(9, (i) => ({ model: "EMT7110", id: 62_772, power_W: 60 + i, ...more })),
        4,
      )),
    );
  assert.deepEqual(heard({ mic: "CHECKSUM" }), []);
  assertTold(heard({}), /come more than once|comes twice/);
});

Deno.test("what is told once a command came and again when it is done is no copy, and what comes twice by itself is", () => {
  const lines = (isSent: boolean) =>
    times(5, (i): Line[] => {
      const payload = { setpoint: 16 + i, battery: 38 };
      const s = 5 + 9 * i;
      return [
        ...isSent ? [{ s: s - 0.9, topic: "hall/trv/set", payload: { setpoint: 16 + i } }] : [],
        { s, topic: "hall/trv", payload },
        { s: s + 1.3, topic: "hall/trv", payload },
      ];
    }).flat();
  assert.deepEqual(titlesOf("hall/#", lines(true)), []);
  assertTold(titlesOf("hall/#", lines(false)), /comes twice, the copy 1.3 s later/);
});
