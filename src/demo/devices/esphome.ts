import type { DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** An ESPHome node: `status` as last will, one plain topic per sensor, its log on `debug`. */
export const esphomeDevices: readonly DeviceScript[] = [
  {
    name: "desk-node",
    family: "ESPHome",
    topics: ["desk-node/#"],
    async start(kit) {
      const link = await kit.connect({ will: { topic: "desk-node/status", payload: "offline" } });
      const temperature = new Wandering(22.8, 0.1, kit.random);
      const signal = new Wandering(-58, 1, kit.random);
      await link.publish("desk-node/status", "online", { retain: true });
      kit.every(2500, { jitterMs: 40 }, async () => {
        const measured = temperature.next(1);
        await link.publish("desk-node/sensor/desk_temperature/state", measured, { retain: true });
        await link.publish("desk-node/sensor/wifi_signal/state", signal.next(0), { retain: true });
        await link.publish(
          "desk-node/debug",
          `[D][sensor:094]: 'Desk Temperature': Sending state ${measured} °C with 1 decimals`,
        );
      });
    },
  },
];
