import type { DeviceKit, DeviceLink, DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

const BASE = "zigbee2mqtt";

interface ZigbeeDevice {
  readonly name: string;
  readonly address: string;
  readonly model: string;
  readonly vendor: string;
  readonly description: string;
  readonly powerSource: "Battery" | "Mains (single phase)";
  readonly fault?: string;
}

const ZIGBEE_DEVICES: readonly ZigbeeDevice[] = [
  {
    name: "kitchen_lamp",
    address: "0x00158d0004a1b2c3",
    model: "LED1836G9",
    vendor: "IKEA",
    description: "TRADFRI bulb E26/E27, white, globe, opal, 806 lm",
    powerSource: "Mains (single phase)",
  },
  {
    name: "hallway_motion",
    address: "0x00158d0004d4e5f6",
    model: "RTCGQ11LM",
    vendor: "Aqara",
    description: "Motion sensor",
    powerSource: "Battery",
  },
  {
    name: "bedroom_climate",
    address: "0x00158d0004a7b8c9",
    model: "WSDCGQ11LM",
    vendor: "Aqara",
    description: "Temperature and humidity sensor",
    powerSource: "Battery",
  },
  {
    name: "garage_door",
    address: "0x00158d0004cafe01",
    model: "MCCGQ11LM",
    vendor: "Aqara",
    description: "Door and window sensor",
    powerSource: "Battery",
    fault: "low battery (4 %) and a weak signal (link quality 9)",
  },
];

/** One bridge with the devices behind it, all on the bridge's connection as in real life. */
export const zigbeeDevices: readonly DeviceScript[] = [
  {
    name: "zigbee2mqtt-bridge",
    family: "zigbee2mqtt",
    topics: [`${BASE}/bridge/#`],
    start: startBridge,
  },
  ...ZIGBEE_DEVICES.map((device) => ({
    name: device.name,
    family: "zigbee2mqtt",
    topics: [`${BASE}/${device.name}`, `${BASE}/${device.name}/#`],
    ...(device.fault !== undefined && { fault: device.fault }),
    start: () => Promise.resolve(),
  })),
];

async function startBridge(kit: DeviceKit): Promise<void> {
  const link = await kit.connect({
    will: { topic: `${BASE}/bridge/state`, payload: { state: "offline" } },
  });
  await link.publish(`${BASE}/bridge/info`, {
    version: "2.1.1",
    coordinator: { ieee_address: "0x00124b0024c1d2e3", type: "zStack3x0" },
    permit_join: false,
  }, { retain: true });
  await link.publish(`${BASE}/bridge/devices`, ZIGBEE_DEVICES.map(describe), { retain: true });
  for (const device of ZIGBEE_DEVICES) {
    await link.publish(`${BASE}/${device.name}/availability`, { state: "online" }, {
      retain: true,
    });
  }
  await startLamp(kit, link);
  await startSensors(kit, link);
  await link.publish(`${BASE}/bridge/state`, { state: "online" }, { retain: true });
}

function describe(device: ZigbeeDevice): object {
  return {
    friendly_name: device.name,
    ieee_address: device.address,
    type: device.powerSource === "Battery" ? "EndDevice" : "Router",
    supported: true,
    interview_completed: true,
    power_source: device.powerSource,
    definition: {
      model: device.model,
      vendor: device.vendor,
      description: device.description,
    },
  };
}

async function startLamp(kit: DeviceKit, link: DeviceLink): Promise<void> {
  const topic = `${BASE}/kitchen_lamp`;
  const quality = new Wandering(140, 4, kit.random);
  const state = { state: "OFF", brightness: 180, color_temp: 370 };
  const report = () =>
    link.publish(topic, { ...state, linkquality: quality.next(0) }, { retain: true });
  await link.subscribe(`${topic}/set`, (_topic, text) => {
    const wanted = readObject(text) ?? { state: text };
    if (wanted.state === "TOGGLE") state.state = state.state === "ON" ? "OFF" : "ON";
    else if (wanted.state === "ON" || wanted.state === "OFF") state.state = wanted.state;
    if (typeof wanted.brightness === "number") {
      state.brightness = Math.min(254, Math.max(0, Math.round(wanted.brightness)));
    }
    void report();
  });
  await link.subscribe(`${topic}/get`, () => void report());
  await report();
  kit.every(3000, { jitterMs: 100 }, report);
}

async function startSensors(kit: DeviceKit, link: DeviceLink): Promise<void> {
  const temperature = new Wandering(20.5, 0.1, kit.random);
  const humidity = new Wandering(52, 0.3, kit.random);
  const reportClimate = () =>
    link.publish(`${BASE}/bedroom_climate`, {
      battery: 87,
      humidity: humidity.next(1),
      linkquality: 105 + Math.round(kit.random() * 10),
      temperature: temperature.next(2),
      voltage: 2985,
    }, { retain: true });
  await reportClimate();
  kit.every(2500, { jitterMs: 80 }, reportClimate);

  let occupancy = false;
  const reportMotion = () => {
    occupancy = !occupancy;
    return link.publish(`${BASE}/hallway_motion`, {
      battery: 74,
      illuminance: occupancy ? 38 + Math.round(kit.random() * 6) : 35,
      linkquality: 88 + Math.round(kit.random() * 12),
      occupancy,
    }, { retain: true });
  };
  await reportMotion();
  kit.every(3500, { jitterMs: 400 }, reportMotion);

  let contact = true;
  const reportDoor = () => {
    contact = !contact;
    return link.publish(`${BASE}/garage_door`, {
      battery: 4,
      battery_low: true,
      contact,
      linkquality: 7 + Math.round(kit.random() * 4),
      voltage: 2470 + Math.round(kit.random() * 20),
    }, { retain: true });
  };
  await reportDoor();
  kit.every(4000, { jitterMs: 200 }, reportDoor);
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null;
  } catch {
    return null;
  }
}
