import assert from "node:assert/strict";
import { assertTold, type Line, series, START_MS, times, titlesOf } from "../../support.ts";

const RESTARTS = /restarts again and again/;

/** A charger that tells the milliseconds since it started, and how often it did. */
function charger(rbt: readonly number[], rbc: readonly number[], topic: (key: string) => string) {
  const lines: Line[] = rbt.flatMap((ms, i) => [
    { s: 1 + i * 15, topic: topic("rbt"), payload: String(ms) },
    { s: 1.2 + i * 15, topic: topic("eto"), payload: String(4_711_000 + i * 44) },
  ]);
  return [
    ...lines,
    ...rbc.map((count, i) => ({ s: 46 + i * 60, topic: topic("rbc"), payload: String(count) })),
  ].sort((a, b) => a.s - b.s);
}

Deno.test("a charger's milliseconds since its start that begin anew, and its count of starts, are told", () => {
  const again = times(12, (i) => (i < 3 ? 6_123_000 : 4_210) + (i < 3 ? i : (i - 3) % 4) * 15_000);
  const on = times(12, (i) => 6_123_000 + i * 15_000);
  for (
    const topic of [
      (key: string) => `go-eCharger/214877/${key}`,
      (key: string) => `wattpilot/properties/${key}/state`,
    ]
  ) {
    const asked = topic("").split("/").slice(0, 2).join("/") + "/#";
    assertTold(titlesOf(asked, charger(again, [], topic)), RESTARTS);
    assertTold(titlesOf(asked, charger(on, [112, 113, 114], topic)), RESTARTS);
    assert.deepEqual(titlesOf(asked, charger(on, [112, 112, 112], topic)), []);
  }
});

const EUI = "24e124707c481005";
const up = (fCnt: number, i: number): Line => ({
  s: 10 + i * 33,
  topic: `milesight/uplink/${EUI}`,
  payload: { deviceName: "AM307 Studio", devEUI: EUI, fCnt, rxInfo: [{ rssi: -70 }], temp: 21.3 },
});
const join = (s: number): Line => ({
  s,
  topic: `milesight/join/${EUI}`,
  payload: { deviceName: "AM307 Studio", devEUI: EUI, devAddr: "06b8f820" },
});

Deno.test("a device that joins anew and counts its frames anew is told, asked by its name or its topics", () => {
  const frames = [4_118, 4_119, 4_120, 0, 1, 0, 1, 2, 0, 1, 2, 3].map(up);
  for (const asked of ["AM307 Studio", EUI, "milesight/#"]) {
    assertTold(titlesOf(asked, frames), RESTARTS);
    const joins = [join(105), join(171), join(270)];
    const steady = times(12, (i) => up(4_118 + i, i));
    assertTold(
      titlesOf(asked, [...steady, ...joins].sort((a, b) => a.s - b.s)),
      /joins its network again and again/,
    );
    assert.deepEqual(titlesOf(asked, steady), []);
    assert.deepEqual(titlesOf(asked, [join(5), ...steady]), []);
  }
});

Deno.test("a count of a gateway that speaks of several devices is no count of the one that was asked for", () => {
  const lines = series(
    "gw/uplink",
    times(12, (i) => ({ name: i % 2 ? "door" : "roof", seq: i % 4, temp: 20 + i / 10 })),
    10,
  );
  assert.ok(!titlesOf("door", lines).some((one) => RESTARTS.test(one)));
});

/** Joins and frames of a device of The Things Stack, each join under another session and address. */
const ttsJoin = (i: number): Line => ({
  s: 5 + i * 60,
  topic: "v3/farm@ttn/devices/hay-probe/join",
  payload: {
    end_device_ids: {
      device_id: "hay-probe",
      dev_eui: "70B3D57ED0051A2B",
      dev_addr: `260B66D${i}`,
    },
    join_accept: { session_key_id: `AYx55070${i}Q==` },
  },
});
const ttsUp = (s: number, { address, count }: { address: string; count: number }): Line => ({
  s,
  topic: "v3/farm@ttn/devices/hay-probe/up",
  payload: {
    end_device_ids: { device_id: "hay-probe", dev_eui: "70B3D57ED0051A2B", dev_addr: address },
    uplink_message: {
      f_cnt: count,
      decoded_payload: { core_temp: 31.6 },
      rx_metadata: [{ rssi: -99 }],
    },
  },
});

Deno.test("a device that joins anew each minute is told by its joins, or by the addresses and counts of its frames", () => {
  const joins = /joins its network again and again: \d times/;
  const frames = times(
    10,
    (i) => ttsUp(17 + i * 30, { address: `260B66D${Math.floor(i / 2)}`, count: i % 2 }),
  );
  const all = [...times(5, ttsJoin), ...frames].sort((a, b) => a.s - b.s);
  for (const lines of [all, frames]) {
    const told = titlesOf("hay-probe", lines).filter((one) => joins.test(one));
    assert.equal(told.length, 1, told.join("; "));
  }
  // One join after weeks, and a network that gives another address and counts on.
  const once = times(
    10,
    (i) =>
      ttsUp(
        17 + i * 30,
        i < 4 ? { address: "260B0001", count: 4_118 + i } : { address: "260B0002", count: i - 4 },
      ),
  );
  const moved = times(
    10,
    (i) => ttsUp(17 + i * 30, { address: `260B66D${Math.floor(i / 2)}`, count: 4_118 + i }),
  );
  for (const lines of [once, moved]) assert.deepEqual(titlesOf("hay-probe", lines), []);
});

Deno.test("a topic of boots that says false is of no restart, in whatever form; one that tells of each is", () => {
  const boots = (payload: (i: number) => unknown) =>
    titlesOf(
      "iron/#",
      times(12, (i): Line => ({
        s: 1 + 40 * i,
        topic: i % 2 ? "iron/2/POWER" : "iron/2/BOOT",
        payload: i % 2 ? { val: i, ts: 1_767_355_200_000 + 40_000 * i } : payload(i),
      })),
    );
  const ts = (i: number) => 1_767_355_200_000 + 40_000 * i;
  const none: ((i: number) => unknown)[] = [
    (i) => ({ val: false, ts: ts(i), hm: { device: "OEQ0912345" } }),
    (i) => ({ v: false, ts: ts(i), s: 0 }),
    (i) => ({ value: "OFF", time: ts(i), unit: "" }),
    (i) => ({ boot: false, ts: ts(i) }),
    (i) => ({ data: { value: 0 }, ts: ts(i) }),
    (i) => ({ type: "BOOT", value: false, ts: ts(i) }),
    () => "false",
  ];
  for (const payload of none) assert.deepEqual(boots(payload), []);
  assertTold(boots((i) => ({ ip: "10.0.0.7", ts: ts(i), heap: 40_000 + i })), RESTARTS);
  assertTold(boots((i) => ({ v: 1, reason: "power on", ts: ts(i) })), RESTARTS);
});

/** What a beacon counted when a gateway told of it, one message after another. */
const beacon = (counts: readonly number[]): Line[] =>
  series(
    "ruuvi/gw1/c1d2e3f4a5b6",
    counts.map((measurementSequenceNumber, i) => ({
      measurementSequenceNumber,
      temperature: -18.2 + (i % 3) / 100,
      voltage: 1.78,
    })),
    9.4,
  );

Deno.test("a count that goes on faster than it is heard and begins anew again and again tells of restarts", () => {
  const asked = "c1d2e3f4a5b6";
  const from = (first: number, count: number) => times(count, (i) => first + 4 * i);
  assertTold(
    titlesOf(asked, beacon([...from(29_118, 9), ...from(1, 6), ...from(2, 5), ...from(1, 6)])),
    RESTARTS,
  );
  for (
    const counts of [
      from(29_118, 26),
      // It goes round once, and a number of few bits again and again.
      [...from(65_500, 9), ...from(2, 14)],
      [...from(200, 14), ...from(1, 64), ...from(2, 64), ...from(0, 9)],
      // Two beacons by turns.
      times(26, (i) => i % 2 ? 4 * i : 29_000 + 4 * i),
    ]
  ) {
    assert.ok(!titlesOf(asked, beacon(counts)).some((one) => RESTARTS.test(one)));
  }
});

Deno.test("how long a battery would last is no time since a start, and its voltage gives way to a test of it", () => {
  const ups = (runtime: (i: number) => number, volts: (i: number) => number) =>
    titlesOf(
      "nut/study/#",
      times(13, (i): Line[] =>
        Object.entries({
          "ups.status": i === 2 ? "OL DISCHRG" : "OL",
          "battery.runtime": runtime(i),
          "battery.voltage": volts(i),
        }).map(([leaf, value], n) => ({
          s: 5 + 15 * i + n / 10,
          topic: `nut/study/${leaf}`,
          payload: String(value),
        }))).flat(),
    );
  const lasts = [1702, 1702, 1652, 1649, 1653, 1665, 1669, 1678, 1687, 1685, 1701, 1706, 1704];
  const even = (i: number) => 13.6 + (i % 3) / 10;
  assert.deepEqual(ups((i) => lasts[i] ?? 0, (i) => i === 2 ? 12.6 : even(i)), []);
  assertTold(
    ups((i) => lasts[i] ?? 0, (i) => i === 5 ? 29.4 : even(i)),
    /"nut\/study\/battery\.voltage" jumps to 29\.4/,
  );
});

Deno.test("a time of the last start that moves along with the clock is an age, and no start", () => {
  const iso = (s: number) => new Date(START_MS + s * 1_000).toISOString();
  const lines = (startedAt: (s: number) => number) =>
    times(4, (i): Line => ({
      s: 10 + i * 60,
      topic: "farm/gateway_4/state",
      payload: { online: true, last_restart: iso(startedAt(10 + i * 60)) },
    }));
  assertTold(titlesOf("gateway_4", lines((s) => s - 8)), RESTARTS);
  assert.deepEqual(titlesOf("gateway_4", lines((s) => s - 86_400)), []);
});
