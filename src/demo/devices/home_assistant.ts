import type { DeviceKit, DeviceLink, DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** Devices that announce themselves by retained Home Assistant discovery documents. */
export const homeAssistantDevices: readonly DeviceScript[] = [
  {
    name: "living_room_thermo",
    family: "Home Assistant discovery",
    topics: ["home/living_room_thermo/#", "homeassistant/+/living_room_thermo/#"],
    async start(kit) {
      const link = await announce(kit, {
        id: "living_room_thermo",
        name: "Living room thermometer",
        entities: [
          { component: "sensor", key: "temperature", unit: "°C", deviceClass: "temperature" },
          { component: "sensor", key: "humidity", unit: "%", deviceClass: "humidity" },
        ],
      });
      const temperature = new Wandering(21.4, 0.08, kit.random);
      const humidity = new Wandering(46, 0.3, kit.random);
      kit.every(2000, { jitterMs: 40 }, () =>
        link.publish("home/living_room_thermo/state", {
          temperature: temperature.next(2),
          humidity: humidity.next(1),
        }, { retain: true }));
    },
  },
  {
    name: "front_door",
    family: "Home Assistant discovery",
    topics: ["home/front_door/#", "homeassistant/+/front_door/#"],
    async start(kit) {
      const link = await announce(kit, {
        id: "front_door",
        name: "Front door",
        entities: [{ component: "binary_sensor", key: "contact", deviceClass: "door" }],
      });
      let open = false;
      const report = () =>
        link.publish("home/front_door/state", { contact: open ? "ON" : "OFF" }, { retain: true });
      await report();
      kit.every(8000, { jitterMs: 1500 }, () => {
        open = !open;
        return report();
      });
    },
  },
  {
    name: "attic_air",
    family: "Home Assistant discovery",
    topics: ["home/attic_air/#", "homeassistant/+/attic_air/#"],
    fault:
      "stuck value: the temperature is always 85 °C, what its sensor sends when it measures nothing",
    async start(kit) {
      const link = await announce(kit, {
        id: "attic_air",
        name: "Attic air sensor",
        entities: [
          { component: "sensor", key: "co2", unit: "ppm", deviceClass: "carbon_dioxide" },
          { component: "sensor", key: "temperature", unit: "°C", deviceClass: "temperature" },
        ],
      });
      const co2 = new Wandering(612, 6, kit.random);
      kit.every(
        1000,
        { jitterMs: 15 },
        () =>
          link.publish(
            "home/attic_air/state",
            { co2: co2.next(0), temperature: 85 },
            { retain: true },
          ),
      );
    },
  },
  {
    name: "old_freezer",
    family: "Home Assistant discovery",
    topics: ["home/old_freezer/#", "homeassistant/+/old_freezer/#"],
    fault: "ghost: its discovery documents are still retained, and the device is gone",
    async start(kit) {
      const link = await announce(kit, {
        id: "old_freezer",
        name: "Old freezer",
        entities: [
          { component: "sensor", key: "temperature", unit: "°C", deviceClass: "temperature" },
        ],
      });
      await link.crash();
    },
  },
];

interface Entity {
  readonly component: "sensor" | "binary_sensor";
  readonly key: string;
  readonly unit?: string;
  readonly deviceClass: string;
}

async function announce(
  kit: DeviceKit,
  device: { id: string; name: string; entities: readonly Entity[] },
): Promise<DeviceLink> {
  const { id } = device;
  const link = await kit.connect({
    will: { topic: `home/${id}/availability`, payload: "offline" },
  });
  for (const entity of device.entities) {
    await link.publish(`homeassistant/${entity.component}/${id}/${entity.key}/config`, {
      name: `${device.name} ${entity.key}`,
      unique_id: `${id}_${entity.key}`,
      state_topic: `home/${id}/state`,
      value_template: `{{ value_json.${entity.key} }}`,
      availability_topic: `home/${id}/availability`,
      device_class: entity.deviceClass,
      ...(entity.unit !== undefined && {
        unit_of_measurement: entity.unit,
        state_class: "measurement",
      }),
      device: { identifiers: [id], name: device.name, manufacturer: "Workshop", model: "D1 mini" },
    }, { retain: true });
  }
  await link.publish(`home/${id}/availability`, "online", { retain: true });
  return link;
}
