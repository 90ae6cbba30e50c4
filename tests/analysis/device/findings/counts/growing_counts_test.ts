import assert from "node:assert/strict";
import { assertTold, type Line, series, START_MS, times, titlesOf } from "../../support.ts";

Deno.test("errors that begin to grow with each report are told, and some that came now and then are not", () => {
  const told = (errors: readonly number[]) =>
    titlesOf(
      "pump",
      series("line/pump/stats", errors.map((crcErrors) => ({ crcErrors, rpm: 40 }))),
    );
  assertTold(
    told([12, 12, 12, 12, 12, 15, 18, 21, 24, 27]),
    /fails again and again.* from 12 to 27/,
  );
  assert.deepEqual(told([12, 12, 13, 13, 13, 14, 14, 14, 15, 15]), []);
  assert.deepEqual(told(times(10, (i) => i < 7 ? 12 : 12 + i)), []);
});

Deno.test("errors in a row without names are held against the packets beside them", () => {
  const row = (topic: string, at: (i: number) => string): Line[] =>
    times(12, (i): Line => ({
      s: 2 + 10 * i,
      topic: `host/eth1/${topic}`,
      payload: `${START_MS / 1_000 + 2 + 10 * i}:${at(i)}`,
    }));
  const told = (perReport: number) =>
    titlesOf(
      "host/#",
      [
        ...row("if_packets", (i) => `${128_966 + 7_000 * i}:${88_012 + 5_000 * i}`),
        ...row("if_errors", (i) => `${48_692 + perReport * i}:0`),
      ].sort((a, b) => a.s - b.s),
    );
  assertTold(told(450), /fails again and again: "host\/eth1\/if_errors/);
  assert.deepEqual(told(3), []);
});

Deno.test("what fails within a device is told though that speaks by radio, what the air loses is not", () => {
  const told = (path: string, topic = "zigbee2mqtt/flower") =>
    titlesOf(
      topic,
      series(topic, times(12, (i) => ({ [path]: 12 + 3 * i, temperature: 20 + i % 3 }))),
    );
  for (const path of ["failedReads", "sensor_errors", "i2cErrors"]) {
    assertTold(told(path), /fails again and again/);
  }
  for (const path of ["rx_errors", "crc_errors", "errors", "packet_errors"]) {
    assert.deepEqual(told(path), []);
  }
  assert.deepEqual(told("failedReads", "ble/scale"), []);
});

Deno.test("a count that grows is told of the one thing that it is of, where a topic tells of several by turns", () => {
  const byTurns = (things: readonly string[], make: (thing: string, i: number) => unknown) =>
    titlesOf(
      "gw-4",
      Array.from({ length: 12 * things.length }, (_, i) => ({
        s: 1 + i,
        topic: "edge/gw-4/stats",
        payload: make(things[i % things.length] ?? "", Math.floor(i / things.length)),
      })),
    );
  // Telegraf's own figures of each of its outputs, SNMP's table of interfaces, and the slaves of a bus.
  const telegraf = (output: string, i: number) => ({
    name: "internal_write",
    fields: { metrics_added: 9_000 + 44 * i, metrics_dropped: output === "influxdb" ? 44 * i : 0 },
    tags: { host: "gw-4", output },
  });
  const drops = /throws messages away: "fields.metrics_dropped of influxdb" rose from 0 to 484/;
  assert.match(byTurns(["influxdb", "mqtt"], telegraf).join(), drops);
  const snmp = (ifDescr: string, i: number) => ({
    ifDescr,
    ifInUcastPkts: 10_000 + 400 * i,
    ifInErrors: ifDescr === "ge1" ? 80 * i : 3,
  });
  assert.match(byTurns(["ge0", "ge1"], snmp).join(), /"ifInErrors of ge1" rose/);
  const bus = (lost: number) => (slave: string, i: number) => ({
    slave: Number(slave),
    polls: 1_000 + 100 * i,
    timeouts: slave === "3" ? 50 + Math.floor(lost * i) : 2,
  });
  assert.match(byTurns(["1", "2", "3"], bus(20)).join(), /"timeouts of 3" rose/);
  assert.deepEqual(byTurns(["1", "2", "3"], bus(0.3)), []);
});

/** What is told of a radio that asks two times a report, and of which answers so many are lost. */
function asked(o: {
  failed: (i: number) => number;
  came: (i: number) => number;
  names?: readonly [sent: string, came: string, failed: string];
}): string[] {
  const [sent, came, failed] = o.names ?? ["tx_request", "rx_success", "rx_fail_nothing"];
  const lines = times(12, (i): Line[] => [
    { s: 1 + 5 * i, topic: `opendtu/116/radio/${sent}`, payload: String(8122 + 2 * i) },
    { s: 1.1 + 5 * i, topic: `opendtu/116/radio/${came}`, payload: String(4410 + o.came(i)) },
    { s: 1.2 + 5 * i, topic: `opendtu/116/radio/${failed}`, payload: String(3292 + o.failed(i)) },
  ]).flat();
  return titlesOf("opendtu/116/#", lines);
}

Deno.test("a radio is told of which most that it asks is not answered, if something is", () => {
  const some = {
    failed: (i: number) => 2 * i - Math.floor(i / 5),
    came: (i: number) => Math.floor(i / 5),
  };
  assertTold(asked(some), /Most of what is asked by radio is not answered: .*rx_fail_nothing/);
  assertTold(
    asked({ ...some, names: ["polls", "answered", "no_response"] }),
    /Most of what is asked by radio is not answered: .*no_response/,
  );
  const row = (i: number) => ({
    tx: 300 + 2 * i,
    success: 90 + some.came(i),
    fail: 200 + some.failed(i),
  });
  assertTold(
    titlesOf("hof/#", series("hof/radio/116", times(12, row), 5)),
    /Most of what is asked by radio is not answered: "fail"/,
  );
});

Deno.test("a radio whose other side sleeps, that fails now and then, or that hears all the air is not told", () => {
  assert.deepEqual(asked({ failed: (i) => 2 * i, came: () => 0 }), [], "at night");
  assert.deepEqual(
    asked({ failed: (i) => 2 * Math.max(0, i - 3), came: (i) => 2 * Math.min(3, i) }),
    [],
    "at dusk",
  );
  assert.deepEqual(asked({ failed: (i) => i, came: (i) => i }), [], "half of it");
  const heard = (i: number) => ({ rxok: 90 + Math.floor(i / 5), rx_crc_err: 200 + 2 * i, txnb: 3 });
  assert.deepEqual(titlesOf("gw/#", series("lora/gateway/stat", times(12, heard), 5)), []);
});

Deno.test("lines that are sent again are told where they are a good part of all, by the name of their object", () => {
  const printer = (step: number, names: readonly [string, string] = ["count", "transmitted"]) =>
    titlesOf(
      "mk4",
      series(
        "mk4/progress/printing",
        times(
          9,
          (i) => ({ resends: { [names[0]]: 412 + step * i, [names[1]]: 9_120 + 1_100 * i } }),
        ),
        40,
      ),
    );
  assertTold(printer(290), /"resends.count" rose from 412 to 2732/);
  assertTold(printer(290, ["total", "sent"]), /"resends.total" rose/);
  assert.deepEqual(printer(20), []);
  assert.deepEqual(printer(0), []);
});

Deno.test("connections made anew are counted within the last hour as well, and one camera's are not another's", () => {
  const stats = (step: number) =>
    series(
      "frigate/stats",
      times(10, (i) => ({
        cameras: {
          yard: { camera_fps: 5, process_fps: 5, reconnects_last_hour: 0 },
          pool: { camera_fps: 4, process_fps: 4, reconnects_last_hour: 8 + step * i },
        },
      })),
      40,
    );
  assertTold(titlesOf("pool", stats(1)), /"cameras.pool.reconnects_last_hour" rose from 8 to 17/);
  assert.deepEqual(titlesOf("yard", stats(1)), []);
  assert.deepEqual(titlesOf("pool", stats(0)), []);
});

Deno.test("a gateway whose queue has no room for a good part of what it hears is told, for some of it it is not", () => {
  const told = (name: string, perReport: number) =>
    titlesOf(
      "attic-gw",
      series(
        "home/attic-gw/SYStoMQTT",
        times(
          9,
          (i) => ({
            msgrcv: 40_118 + 120 * i,
            msgprc: 31_004 + 30 * i,
            [name]: 812 + perReport * i,
            maxq: 50,
          }),
        ),
      ),
    );
  for (const name of ["msgblck", "queue_blocked", "tx_blocked"]) {
    assertTold(told(name, 31), /A good part .*812/);
    assert.deepEqual(told(name, 2), []);
    assert.deepEqual(told(name, 0), []);
  }
  // A filter of mail does what it is there for.
  assert.deepEqual(told("messages_blocked", 31), []);
});

Deno.test("few frames of many that break in the cable of one port are told beside a port that is well, and not by radio or alone", () => {
  const told = (port: string, other: string, o: { by: number; otherBy?: number }) =>
    titlesOf(
      "nas",
      times(24, (i): Line => {
        const n = i >> 1;
        const isOther = i % 2 === 0;
        return {
          s: 5 * n + (isOther ? 1 : 2),
          topic: "telegraf/nas/net",
          payload: {
            name: "net",
            tags: { host: "nas", interface: isOther ? other : port },
            fields: {
              packets_recv: 9_011_588_604 + 180_000 * n,
              err_in: isOther ? 3 + (o.otherBy ?? 0) * n : 4_336 + o.by * n,
            },
          },
        };
      }),
    );
  assertTold(told("ens2f1", "ens2f0", { by: 120 }), /fails again and again: .*err_in of ens2f1/);
  assertTold(told("eth1", "eth0", { by: 120 }), /err_in of eth1/);
  assert.deepEqual(told("wlan0", "eth0", { by: 120 }), []);
  assert.deepEqual(told("eth1", "eth0", { by: 1 }), []);
  assert.deepEqual(told("eth1", "eth0", { by: 120, otherBy: 110 }), []);
});

Deno.test("who is asked by radio and never answers is told where its like answer, and alone is not", () => {
  const radio = (id: string, answers: boolean): Line[] =>
    times(12, (i): Line => ({
      s: 2 + 4 * i,
      topic: `dtu/${id}/radio_stat`,
      payload: {
        tx: 2_137 + i,
        success: answers ? 2_103 + i : 261,
        no_answer: answers ? 30 : 1_812 + i,
        retransmits: 5_125 + 4 * i,
      },
    }));
  const told = (lines: readonly Line[]) =>
    titlesOf("shed", [...lines].sort((a, b) => a.s - b.s)).filter((title) => /radio/.test(title));
  assertTold(
    told([...radio("shed", false), ...radio("roof", true)]),
    /Most of what is asked by radio is not answered: "no_answer" rose from 1812 to 1823/,
  );
  assert.deepEqual(told(radio("shed", false)), []);
  assert.deepEqual(told([...radio("shed", true), ...radio("roof", true)]), []);
});

Deno.test("broken packets are counted in one word as in two, and a few of many are everyday", () => {
  const told = (name: string, by: number) =>
    titlesOf(
      "bank",
      series("bms/bank/status", times(9, (i) => ({ sent: 81_226 + 26 * i, [name]: 103 + by * i }))),
    );
  for (const name of ["badcrc", "crcerrors", "bad_packets", "invalidframes", "commerr"]) {
    assertTold(told(name, 11), /It fails again and again: .* rose from 103 to 191/);
  }
  assert.deepEqual(told("badframes", 1), []);
});
