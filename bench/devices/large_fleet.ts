/** What two thousand devices of six families send, as a function of time alone: the same at each run. */

/** A message, `at` so many milliseconds after the recording began. */
export interface Report {
  readonly topic: string;
  readonly payload: unknown;
  readonly retain: boolean;
  readonly at: number;
}

type Said = Omit<Report, "at" | "retain">;

/** A device: what stands retained of it, and what it says again and again. */
interface Simulated {
  readonly retained: readonly Said[];
  readonly everyMs: number;
  /** The n-th time. */
  readonly says: (n: number) => readonly Said[];
  /** Says nothing more after this time. */
  readonly diesAtMs?: number;
}

/** A number that looks random and is the same at each run. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43_758.5453;
  return x - Math.floor(x);
}

const around = (middle: number, spread: number, seed: number) =>
  Math.round((middle + spread * (noise(seed) - 0.5)) * 10) / 10;

const isSick = (i: number) => i % 41 === 7;

function zigbee(i: number): Simulated {
  const name = `room ${i % 40} lamp ${i}`;
  const topic = `zigbee2mqtt/${name}`;
  const id = `0x00158d00${(0x1000000 + i).toString(16)}`;
  const document = (kind: string, field: string) => ({
    topic: `homeassistant/sensor/${id}/${field}/config`,
    payload: {
      unique_id: `${id}_${field}_zigbee2mqtt`,
      state_topic: topic,
      device_class: kind,
      value_template: `{{ value_json.${field} }}`,
      availability: [{ topic: "zigbee2mqtt/bridge/state" }, { topic: `${topic}/availability` }],
      device: {
        identifiers: [`zigbee2mqtt_${id}`],
        name,
        model: "Ceiling lamp",
        manufacturer: "A",
      },
    },
  });
  return {
    retained: [
      { topic: `${topic}/availability`, payload: { state: isSick(i) ? "offline" : "online" } },
      document("battery", "battery"),
      document("signal_strength", "linkquality"),
    ],
    everyMs: 120_000,
    diesAtMs: isSick(i) ? 300_000 : undefined,
    says: (n) => [{
      topic,
      payload: {
        battery: 50 + i % 50,
        linkquality: Math.round(around(90, 20, i * 7 + n)),
        temperature: around(21, 1, i * 31 + n),
        humidity: around(45, 5, i * 37 + n),
        state: (i + n) % 5 === 0 ? "OFF" : "ON",
      },
    }],
  };
}

function tasmota(i: number): Simulated {
  const name = `tasmota_${(0xa00000 + i).toString(16).toUpperCase()}`;
  return {
    retained: [{ topic: `tele/${name}/LWT`, payload: isSick(i) ? "Offline" : "Online" }],
    everyMs: 60_000,
    diesAtMs: isSick(i) ? 300_000 : undefined,
    says: (n) => [
      {
        topic: `tele/${name}/STATE`,
        payload: {
          UptimeSec: 90_000 + n * 60,
          Heap: 25,
          POWER: "ON",
          Wifi: { AP: 1, RSSI: 72, Signal: Math.round(around(-60, 6, i + n)), LinkCount: 1 },
        },
      },
      {
        topic: `tele/${name}/SENSOR`,
        payload: {
          ENERGY: {
            Total: 100 + n / 100,
            Power: Math.round(around(60, 8, i * 3 + n)),
            Voltage: 230,
          },
        },
      },
    ],
  };
}

function shelly(i: number): Simulated {
  const id = `shellyplus1pm-${(0x3ce90e000000 + i).toString(16)}`;
  return {
    retained: [{ topic: `${id}/online`, payload: isSick(i) ? "false" : "true" }],
    everyMs: 60_000,
    diesAtMs: isSick(i) ? 300_000 : undefined,
    says: (n) => [{
      topic: `${id}/status/switch:0`,
      payload: {
        id: 0,
        output: true,
        apower: around(40, 5, i + n),
        voltage: around(231, 2, i + 3 * n),
        temperature: { tC: around(41, 2, i + 5 * n) },
        aenergy: { total: 1_000 + n },
      },
    }],
  };
}

function esphome(i: number): Simulated {
  const node = `esp-node-${i}`;
  return {
    retained: [{ topic: `${node}/status`, payload: "online" }],
    everyMs: 60_000,
    says: (n) => [
      { topic: `${node}/sensor/temperature/state`, payload: String(around(21, 1, i + n)) },
      { topic: `${node}/sensor/humidity/state`, payload: String(around(48, 4, i + 2 * n)) },
      { topic: `${node}/sensor/wifi_signal/state`, payload: String(Math.round(around(-62, 5, n))) },
    ],
  };
}

function machine(i: number): Simulated {
  const tree = `plant/${i % 9 === 0 ? "line" : "mixer"}-${i}`;
  return {
    retained: [{ topic: `${tree}/status`, payload: "online" }],
    everyMs: 10_000,
    says: (n) => [{
      topic: `${tree}/telemetry`,
      payload: {
        ts: 1_773_511_200_000 + n * 10_000,
        bar: around(3, 0.4, i + n),
        rpm: Math.round(around(1_450, 20, i * 3 + n)),
        state: "auto",
        ...(isSick(i) && n % 20 === 3 ? { error: "E17: motor temperature above 90 °C" } : {}),
      },
    }],
  };
}

const FAMILIES = [
  zigbee,
  zigbee,
  zigbee,
  zigbee,
  tasmota,
  tasmota,
  shelly,
  esphome,
  machine,
  machine,
];

function device(i: number): Simulated {
  return FAMILIES[i % FAMILIES.length](i);
}

/** What a subscriber gets first. */
export function* standing(devices: number): Generator<Report> {
  const list: unknown[] = [];
  for (let i = 0; i < devices; i++) {
    for (const said of device(i).retained) yield { ...said, retain: true, at: 0 };
    if (FAMILIES[i % FAMILIES.length] !== zigbee) continue;
    list.push({
      ieee_address: `0x00158d00${(0x1000000 + i).toString(16)}`,
      friendly_name: `room ${i % 40} lamp ${i}`,
      type: "EndDevice",
      interview_completed: true,
      definition: { model: "LED1", vendor: "A", description: "Ceiling lamp" },
    });
  }
  yield { topic: "zigbee2mqtt/bridge/devices", payload: list, retain: true, at: 0 };
  yield { topic: "zigbee2mqtt/bridge/state", payload: { state: "online" }, retain: true, at: 0 };
}

/** What comes from one time on and before another, in order. */
export function reportsBetween(devices: number, fromMs: number, toMs: number): Report[] {
  const reports: Report[] = [];
  for (let i = 0; i < devices; i++) {
    const { everyMs, says, diesAtMs = Infinity } = device(i);
    const phase = Math.floor(noise(i) * everyMs);
    for (let n = Math.max(0, Math.ceil((fromMs - phase) / everyMs)); true; n++) {
      const at = phase + n * everyMs;
      if (at >= toMs || at >= diesAtMs) break;
      for (const said of says(n)) reports.push({ ...said, retain: false, at });
    }
  }
  return reports.sort((a, b) => a.at - b.at);
}
