import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

const OWN = 1_244_489_409;
const OTHER = 579_910_977;

/** What a node of a mesh tells of itself, and what it hears. */
function mesh(preset: string, heard: { from: number; hops: number; snr: number }): Line[] {
  const topic = `msh/EU_868/2/json/${preset}/!4a2d66c1`;
  const packet = (from: number, type: string, payload: object, more: object = {}) => ({
    from,
    sender: "!4a2d66c1",
    hop_start: 3,
    type,
    payload,
    ...more,
  });
  const uptime = (s: number) => ({ uptime_seconds: 181_000 + s, battery_level: 62 });
  return [
    { s: 1, topic, payload: packet(OWN, "nodeinfo", { id: "!4a2d66c1", longname: "Ridge Mast" }) },
    ...times(8, (i): Line[] => [
      { s: 3 + 6 * i, topic, payload: packet(OWN, "telemetry", uptime(6 * i), { hops_away: 0 }) },
      {
        s: 5 + 6 * i,
        topic,
        payload: packet(heard.from, "position", { latitude_i: 543_210_000 }, {
          hops_away: heard.hops,
          rssi: -121,
          snr: heard.snr,
        }),
      },
    ]).flat(),
  ];
}

const WEAK = /The signal is weak: -121 dBm/;

Deno.test("how a node of a mesh hears others, or who passes its packets on is heard, is not how it is heard", () => {
  const mast = (from: number, hops: number) =>
    titlesOf("Ridge Mast", mesh("MediumFast", { from, hops, snr: -15.5 }));
  assertTold(mast(OWN, 0), WEAK);
  assert.deepEqual(mast(OWN, 2), []);
  assert.deepEqual(mast(OTHER, 0), []);
  assert.deepEqual(mast(OTHER, 2), []);
});

Deno.test("how much of a link LoRa needs is told by the preset that a channel is called after", () => {
  const heard = (preset: string, snr: number) =>
    titlesOf("Ridge Mast", mesh(preset, { from: OWN, hops: 0, snr }));
  assertTold(heard("ShortFast", -7), WEAK);
  assertTold(heard("MediumFast", -11.25), WEAK);
  assert.deepEqual(heard("LongFast", -15.25), []);
  assert.deepEqual(heard("LongSlow", -17.5), []);
});

Deno.test("a connection whose quality is called poor each time is told, and that of another camera is not", () => {
  const stats = (quality: (i: number) => string) =>
    times(6, (i): Line => ({
      s: 2 + 8 * i,
      topic: "frigate/stats",
      payload: {
        cameras: {
          yard: { camera_fps: 5, process_fps: 5, connection_quality: "excellent" },
          pool: { camera_fps: 4, process_fps: 4, connection_quality: quality(i) },
        },
      },
    }));
  const POOR = /Its connection is poor: "cameras.pool.connection_quality" is (?:poor|unusable)/;
  assertTold(titlesOf("pool", stats((i) => i < 4 ? "poor" : "unusable")), POOR);
  assert.deepEqual(titlesOf("yard", stats(() => "poor")), []);
  assert.deepEqual(titlesOf("pool", stats((i) => i === 2 ? "poor" : "fair")), []);
});

Deno.test("how strangers are heard whom a list tells by their addresses is not how the device is heard, and one of its own radios is", () => {
  const told = (payload: (rssi: number) => unknown, topic = "esp32/radio/told") =>
    titlesOf(
      "esp32/#",
      times(8, (i): Line => ({ s: 2 + 5 * i, topic, payload: payload(-90 - i % 3) })),
    );
  const strangers: Record<string, (rssi: number) => unknown> = {
    packets: (rssi) => ({ ip: "10.0.0.4", packets: [{ source_mac: "3A:90:12:7B:C4:E1", rssi }] }),
    clients: (rssi) => ({ ip: "10.0.0.4", clients: [{ mac: "5C:CF:7F:88:DF:0D", rssi, tx: 4 }] }),
    seen: (rssi) => ({ uptime: 400, seen: [{ ssid: "Cafe", bssid: "aa:bb", rssi }] }),
  };
  for (const [what, payload] of Object.entries(strangers)) {
    assert.deepEqual(told(payload), [], what);
  }
  const one = (rssi: number) => ({ ip: "10.0.0.4", mac: "3A:90:12:7B:C4:E1", rssi });
  assert.deepEqual(told(one, "esp32/wifi/scan"), []);
  assertTold(told(one), /signal is weak: -91 dBm/);
  assertTold(
    told((rssi) => ({ ip: "10.0.0.4", interfaces: [{ mac: "3A:90:12:7B:C4:E1", rssi }] })),
    /signal is weak: -91 dBm/,
  );
});
