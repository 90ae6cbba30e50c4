import assert from "node:assert/strict";
import { assertTold, type Line, series, START_MS, times, titlesOf } from "../../support.ts";

const HOURS_MS = 5.1 * 3_600_000;
const at = (i: number, offMs: number) => START_MS + 1_000 + i * 2_000 - offMs;
const iso = (i: number, offMs: number) => new Date(at(i, offMs)).toISOString();
const told = (payload: (i: number) => unknown) =>
  titlesOf("logger", series("shed/logger/data", times(10, payload)));

Deno.test("a clock that is hours behind is told by a time that runs along, whatever the time is of", () => {
  const clocks: ((i: number, offMs: number) => unknown)[] = [
    (i, offMs) => ({ cpu: 6 + i % 3, last_message: iso(i, offMs) }),
    (i, offMs) => ({ volt: 52, status: { last_update: at(i, offMs) / 1_000 } }),
    (i, offMs) => `C8A2D3E4F503;-75;0201061${i};${Math.round(at(i, offMs) / 1_000)}`,
    (i, offMs) => ({ services: [{ rpm: 40 + i, event_time: iso(i, offMs) }] }),
    (i, offMs) => ({ "Plant.Speed": { value: 214 + i, timestamp: at(i, offMs) } }),
  ];
  for (const payload of clocks) {
    assertTold(told((i) => payload(i, HOURS_MS)), /clock is 5 h behind/);
    assert.deepEqual(told((i) => payload(i, 0)), []);
  }
});

Deno.test("what was last heard or got hours ago is no clock, and no number at the end of a row is", () => {
  assert.deepEqual(told((i) => ({ door: i % 2, last_message: iso(0, HOURS_MS) })), []);
  assert.deepEqual(told((i) => `C8A2D3E4F503;-75;0201061${i};1571234567`), []);
});

Deno.test("a time at the zero of Windows or of .NET is none, and what never happened may be there", () => {
  const rows = (t: number | ((i: number) => number)) =>
    told((i) => ({
      timestamp: at(i, 0),
      values: [
        { id: "Bath7.Temperature", v: 31 + i % 3, t: typeof t === "number" ? t : t(i) },
        { id: "Bath7.pH", v: 5.4, t: typeof t === "number" ? t : t(i) },
      ],
    }));
  assertTold(rows(-11_644_473_600_000), /never set: it says -11644473600000, which is 1601-01-01/);
  assertTold(rows(-62_135_596_800), /which is 0001-01-01/);
  assert.deepEqual(rows((i) => at(i, 0)), []);
  assert.deepEqual(told((i) => ({ rpm: i % 3, last_alarm: -62_135_596_800 })), []);
});

Deno.test("a gateway without GPS tells a date of nothing for when it heard a frame, and its clock is not blamed for it", () => {
  const rows = (part: string, time: (i: number) => unknown) =>
    told((i) => ({ [part]: { time: time(i), rssi: -60 - i % 4 }, phyPayload: `QAEB${i}AQGA` }));
  for (const none of ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", null]) {
    for (const part of ["rxInfo", "rx_metadata"]) assert.deepEqual(rows(part, () => none), []);
    assert.deepEqual(
      told((i) => ({ gateways: [{ time: none, snr: 7 + i % 3 }], frames: i % 5 })),
      [],
    );
  }
  assertTold(rows("info", () => "0001-01-01T00:00:00Z"), /never set: it says 0001-01-01/);
  const start = (i: number) => new Date(60_000 + i * 2_000).toISOString();
  assertTold(rows("rxInfo", start), /never set: it says 1970-01-01/);
});

Deno.test("a time in the place of a status tells since when it is so, and is no clock", () => {
  for (const name of ["status", "state"]) {
    assert.deepEqual(told((i) => ({ [name]: iso(i, 10 * 86_400_000), rssi: -61 })), []);
  }
  assertTold(told((i) => ({ status_time: iso(i, HOURS_MS) })), /clock is 5 h behind/);
});

Deno.test("a clock is told in the one record of a list, as gateways write it, and not of others that are listed", () => {
  // ThingsBoard's gateway, SenML with its base time, AWS SiteWise.
  const clocks: ((i: number, offMs: number) => unknown)[] = [
    (i, offMs) => ({ "Logger 2": [{ ts: at(i, offMs), values: { temp: 20 + i % 3 } }] }),
    (i, offMs) => [
      { bn: "logger/", bt: at(i, offMs) / 1_000, n: "temp", v: 20 + i % 3 },
      { n: "hum", v: 40 + i % 4 },
    ],
    (i, offMs) => ({
      propertyAlias: "/logger/temp",
      propertyValues: [{
        value: { doubleValue: 20 + i % 3 },
        timestamp: { timeInSeconds: at(i, offMs) / 1_000, offsetInNanos: 0 },
      }],
    }),
  ];
  for (const payload of clocks) {
    assertTold(told((i) => payload(i, HOURS_MS)), /clock is 5 h behind/);
    assert.deepEqual(told((i) => payload(i, 0)), []);
  }
  const others: ((i: number) => unknown)[] = [
    (i) => ({ events: [{ time: iso(i, HOURS_MS), kind: 4 }], temp: 20 + i % 3 }),
    (i) => ({ forecast: [{ time: iso(i, -HOURS_MS), value: 4 }], temp: 20 + i % 3 }),
    (i) => ({
      rooms: [{ ts: iso(i, HOURS_MS), temp: 20 + i % 3 }, { ts: iso(i, HOURS_MS), temp: 21 }],
    }),
  ];
  for (const payload of others) assert.deepEqual(told(payload), []);
});

Deno.test("a time of no zone that stands is no clock that is off, whatever it is called", () => {
  const told = (time: (i: number) => string) =>
    titlesOf(
      "unit7",
      times(
        6,
        (i) => ({
          s: 1 + 9 * i,
          topic: "hub/unit7/info",
          payload: { link: "ok", commTime: time(i) },
        }),
      ),
    );
  const at = (ms: number) => new Date(START_MS + ms).toISOString().slice(0, 19);
  assert.deepEqual(told(() => at(-2_540_000)), []);
  assertTold(told((i) => at(200_000 + 9_000 * i)), /clock is 3 min ahead/);
});

Deno.test("a time in milliseconds since the start is told where another of its kind tells the date, and by itself is an uptime", () => {
  const lines = (other: (i: number) => number) =>
    times(10, (i): Line[] => [
      {
        s: 1 + 4 * i,
        topic: "losant/a1/state",
        payload: { time: 3_612_980 + 4_000 * i, data: { milk: 3.8 } },
      },
      { s: 2 + 4 * i, topic: "losant/b2/state", payload: { time: other(i), data: { milk: 3.6 } } },
    ]).flat();
  assertTold(titlesOf("a1", lines((i) => START_MS + 2_000 + 4_000 * i)), /"time" was never set/);
  assert.deepEqual(titlesOf("a1", lines((i) => 8_100_000 + 4_000 * i)), []);
});

Deno.test("a meter's clock that stands at its start is told in the form of its telegram", () => {
  const told = (timestamp: string) =>
    titlesOf(
      "p1",
      times(
        8,
        (i) => ({ s: 1 + 5 * i, topic: "p1/json", payload: { timestamp, power: 0.4 + i / 10 } }),
      ),
    );
  assertTold(told("000101000000W"), /"timestamp" was never set/);
});

Deno.test("a time that is always null is told where others of its kind tell it, and where none does it is an option", () => {
  const lines = (other: (i: number) => number | null) =>
    times(6, (i): Line[] => [
      {
        s: 1 + 5 * i,
        topic: "porch/status/sys",
        payload: { unixtime: null, uptime: 5_000 + 5 * i },
      },
      {
        s: 2 + 5 * i,
        topic: "garage/status/sys",
        payload: { unixtime: other(i), uptime: 9_000 + 5 * i },
      },
    ]).flat();
  const now = (i: number) => Math.round(START_MS / 1_000) + 2 + 5 * i;
  assertTold(titlesOf("porch", lines(now)), /"unixtime" was never set: it says null/);
  assert.deepEqual(titlesOf("porch", lines(() => null)), []);
});

Deno.test("the clock of a tracker is told by its own time beside the server's, and what it kept for hours is not", () => {
  const position = (offMs: number) => (i: number) => ({
    position: { serverTime: iso(i, 0), deviceTime: iso(i, offMs), fixTime: iso(i, offMs), alt: i },
    device: { status: "online", lastUpdate: iso(i, 0) },
  });
  assertTold(told(position(1_024 * 7 * 86_400_000)), /clock is 7168 days behind/);
  assert.deepEqual(told(position(HOURS_MS)), []);
});

Deno.test("a number below nothing that goes on as the time does is a clock that is wrong, and no count, zone or warmth is", () => {
  assertTold(
    told((i) => ({ timestamp: -617_292_592 + 2_000 * i, value: 62 + i % 3 })),
    /clock behind "timestamp" is wrong: it says -617274592, which is 1969-12-24/,
  );
  assertTold(told((i) => ({ ts: -435_475_200 + 2 * i, v: 4 })), /is wrong: .* which is 1956-03-14/);
  const sound: ((i: number) => unknown)[] = [
    (i) => ({ t: -30 + 2 * i, v: 4 }),
    (i) => ({ timezone: -18_000, countdown: -900_000 + 2 * i }),
    (i) => ({ offset: -617_292_592 + 2_000 * i }),
    () => ({ ts: -617_292_592 }),
  ];
  for (const payload of sound) assert.deepEqual(told(payload), []);
});

Deno.test("a clock that runs on years behind is told beside the time of whoever took it on, and what counts from elsewhere is not", () => {
  const seconds = (i: number) => Math.round(START_MS / 1_000) + 2 + 2 * i;
  const passedOn = (behindS: number) => (i: number) => ({
    timestamp: seconds(i),
    payload: { latitude_i: 554_120_000 + i, time: seconds(i) - behindS },
  });
  assertTold(told(passedOn(1_024 * 7 * 86_400)), /clock is 7168 days behind, by "payload.time"/);
  // Of messages of several kinds one has that clock.
  assertTold(
    told((i) => i % 3 === 2 ? { timestamp: seconds(i), v: i } : passedOn(619_315_200)(i)),
    /clock is 7168 days behind/,
  );
  const sound: ((i: number) => unknown)[] = [
    passedOn(315_964_800), // seconds of GPS
    passedOn(946_684_800), // of DLMS
    passedOn(5 * 86_400),
    (i) => ({ timestamp: seconds(i), boot: { time: seconds(0) - 40_000_000 }, v: i }),
    (i) => ({ time: seconds(i), rx_metadata: [{ timestamp: seconds(i) - 30_000_000 }] }),
  ];
  for (const payload of sound) assert.deepEqual(told(payload), []);
});

Deno.test("a clock without a zone is held against that of another of its kind, which tells the time of the place", () => {
  const wall = (i: number, offMs: number) =>
    new Date(START_MS + 2_000 + 3_000 * i + offMs).toISOString().slice(0, 19);
  const inverters = (offs: readonly number[]): Line[] =>
    offs.flatMap((offMs, n) =>
      times(10, (i): Line => ({
        s: 2 + 3 * i + n / 5,
        topic: `energy/growatt/INV${n}`,
        payload: { device: `INV${n}`, time: wall(i, offMs), values: { power: 400 + i + n } },
      }))
    ).sort((a, b) => a.s - b.s);
  const behind = -4.6 * 3_600_000;
  assertTold(titlesOf("INV0", inverters([behind, 0])), /clock is 5 h behind/);
  // Both in the same zone, wherever that is.
  assert.deepEqual(titlesOf("INV0", inverters([2 * HOURS_MS, 2 * HOURS_MS])), []);
});

Deno.test("a time that is always 0 is told where each other of its kind tells that of now, also beside a time of its own", () => {
  const seconds = (i: number) => Math.round(START_MS / 1_000) + 20 * i;
  const readers = (rtc: (i: number) => unknown, others: readonly boolean[]) =>
    titlesOf(
      "meters/first",
      times(8, (i): Line[] => [
        {
          s: 20 * i,
          topic: "meters/first",
          payload: { t: seconds(i), data: { P: 59 + i, rtc: rtc(i) } },
        },
        ...others.map((isTold, n) => ({
          s: 20 * i + 2 + n,
          topic: `meters/other${n}`,
          payload: { t: seconds(i), data: { P: 300 + i, rtc: isTold ? seconds(i) : 0 } },
        })),
      ]).flat(),
    ).filter((title) => title.includes("clock"));
  assertTold(readers(() => 0, [true, true]), /clock behind "data\.rtc" was never set: it says 0/);
  assert.deepEqual(readers(() => 0, [true]), [], "one may be of another kind");
  assert.deepEqual(readers(() => 0, [true, true, false]), [], "another tells none either");
  assert.deepEqual(readers(() => 0, []), [], "it is an option");
  assert.deepEqual(readers(seconds, [true, true]), []);
});
