/** Two hundred devices of six families on one broker, some of them sick in ways that each family tells in its own. */

/** A message of the fleet. */
export interface FleetMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly retain?: boolean;
  /** Seconds after the listening began; none: before it. */
  readonly at?: number;
}

/** The sick devices: what names each in a topic. */
export const SICK: readonly string[] = [
  "bulb_012",
  "bulb_033",
  "bulb_057",
  "bulb_090",
  "socket07",
  "socket21",
  "socket38",
  "shellyplus1pm-3ce90e6f0004",
  "shellyplus1pm-3ce90e6f0017",
  "node-14",
  "mixer-2",
  "mixer-5",
  "mixer-8",
  "frigate/yard",
];

/** Retained state, and what comes within six seconds. */
export function houseFleet(): FleetMessage[] {
  return [...zigbee(), ...tasmota(), ...shelly(), ...esphome(), ...mixers(), ...frigate()];
}

const two = (n: number) => String(n).padStart(2, "0");

function* zigbee(): Generator<FleetMessage> {
  for (let i = 0; i < 100; i++) {
    const topic = `zigbee2mqtt/bulb_${String(i).padStart(3, "0")}`;
    yield {
      topic: `${topic}/availability`,
      payload: { state: i === 12 ? "offline" : "online" },
      retain: true,
    };
    const battery = i === 33 ? 1 : 55 + i % 40;
    const linkquality = i === 57 ? 4 : 70 + i;
    const values = { battery, brightness: 100 + i, linkquality };
    const broken = i === 90 ? { error: "sensor fault: no reading" } : {};
    yield { topic, payload: { ...values, ...broken }, retain: true };
  }
  yield { topic: "zigbee2mqtt/bridge/state", payload: { state: "online" }, retain: true };
}

function* tasmota(): Generator<FleetMessage> {
  for (let i = 0; i < 50; i++) {
    const name = `socket${two(i)}`;
    yield {
      topic: `tele/${name}/LWT`,
      payload: i === 7 ? "Offline" : "Online",
      retain: true,
    };
    yield { topic: `stat/${name}/POWER`, payload: "ON", retain: true };
    if (i === 7) continue;
    const Wifi = { AP: 1, RSSI: 72, Signal: -58, LinkCount: 1 };
    yield { topic: `tele/${name}/STATE`, payload: { UptimeSec: 90_000 + i, Wifi }, at: 1 + i / 25 };
  }
  for (let n = 0; n < 3; n++) {
    const Info3 = { RestartReason: "Exception", BootCount: 7 + n };
    yield { topic: "tele/socket21/INFO3", payload: { Info3 }, at: 1.1 + 1.2 * n };
  }
  yield { topic: "stat/socket38/RESULT", payload: { Error: "Overcurrent, relay locked" }, at: 2.2 };
}

function* shelly(): Generator<FleetMessage> {
  for (let i = 0; i < 20; i++) {
    const id = `shellyplus1pm-3ce90e6f00${two(i)}`;
    yield { topic: `${id}/online`, payload: i === 4 ? "false" : "true", retain: true };
    const hot = i === 17 ? { errors: ["overtemp"] } : {};
    yield {
      topic: `${id}/status/switch:0`,
      payload: { id: 0, output: true, temperature: { tC: i === 17 ? 104 : 41 }, ...hot },
      retain: true,
    };
  }
}

function* esphome(): Generator<FleetMessage> {
  for (let i = 0; i < 20; i++) {
    const node = `node-${two(i)}`;
    yield { topic: `${node}/status`, payload: "online", retain: true };
    yield { topic: `${node}/sensor/temperature/state`, payload: `${20 + i / 10}`, retain: true };
    yield {
      topic: `${node}/sensor/temperature/state`,
      payload: `${20.1 + i / 10}`,
      at: 1 + i / 20,
    };
  }
  for (let n = 0; n < 6; n++) {
    const payload = n % 2 === 0 ? "offline" : "online";
    yield { topic: "node-14/status", payload, retain: true, at: 0.8 + 0.7 * n };
  }
}

function* mixers(): Generator<FleetMessage> {
  for (let i = 0; i < 9; i++) {
    const mixer = `plant/mixer-${i}`;
    const state = i === 8 ? "offline" : "online";
    yield { topic: `${mixer}/status`, payload: state, retain: true };
    if (i === 8) continue;
    for (let n = 0; n < 7; n++) {
      const whole = JSON.stringify({ bar: 3 + n / 10, state: "auto", batch: 80 });
      const payload = i === 5 && n > 2 ? whole.slice(0, 20) : whole;
      yield { topic: `${mixer}/telemetry`, payload, at: 0.5 + 0.7 * n };
    }
  }
  const alarm = { level: "error", code: "E17", message: "Motor temperature above 90 °C" };
  yield { topic: "plant/mixer-2/alarm", payload: alarm, at: 2.1 };
}

function* frigate(): Generator<FleetMessage> {
  yield { topic: "frigate/available", payload: "online", retain: true };
  yield { topic: "frigate/yard/status/detect", payload: "offline", retain: true };
  yield { topic: "frigate/gate/status/detect", payload: "online", retain: true };
}
