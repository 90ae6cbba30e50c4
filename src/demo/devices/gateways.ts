import { encode } from "@msgpack/msgpack";
import type { DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** Devices whose payloads are not JSON: XML, raw bytes, MessagePack. */
export const gatewayDevices: readonly DeviceScript[] = [
  {
    name: "meters",
    family: "XML gateway",
    topics: ["gateway/meters/#"],
    async start(kit) {
      const link = await kit.connect({
        will: { topic: "gateway/meters/state", payload: "<state>offline</state>" },
      });
      await link.publish("gateway/meters/state", "<state>online</state>", { retain: true });
      const water = new Wandering(0.8, 0.05, kit.random);
      const heat = new Wandering(6.3, 0.1, kit.random);
      let reading = 0;
      const send = () =>
        link.publish(
          "gateway/meters/readings",
          `<?xml version="1.0"?><readings gateway="GW-7" seq="${++reading}" ` +
            `time="${new Date(kit.now()).toISOString()}">` +
            `<meter id="water-1" unit="m3/h">${water.next(3)}</meter>` +
            `<meter id="heat-1" unit="kW">${heat.next(2)}</meter></readings>`,
        );
      await send();
      kit.every(2000, { jitterMs: 40 }, send);
    },
  },
  {
    name: "vibration-5",
    family: "binary sensor",
    topics: ["sensors/vibration-5/#"],
    async start(kit) {
      const link = await kit.connect();
      const axes = [1, 2, 3].map((axis) => new Wandering(axis * 100, 8, kit.random));
      let sequence = 0;
      kit.every(700, { jitterMs: 15 }, () => {
        const frame = new Uint8Array(12);
        const view = new DataView(frame.buffer);
        view.setUint16(0, 0xa55a);
        view.setUint16(2, sequence++ & 0xffff);
        for (const [index, axis] of axes.entries()) view.setInt16(4 + index * 2, axis.next(0));
        view.setUint8(10, 0xff);
        view.setUint8(11, frame.subarray(0, 11).reduce((sum, byte) => (sum + byte) & 0xff, 0));
        return link.publish("sensors/vibration-5/raw", frame);
      });
    },
  },
  {
    name: "field-node-12",
    family: "MessagePack sensor",
    topics: ["field/node-12/#"],
    async start(kit) {
      const link = await kit.connect();
      const moisture = new Wandering(31, 0.3, kit.random);
      let sequence = 0;
      kit.every(2200, { jitterMs: 60 }, () =>
        link.publish(
          "field/node-12/up",
          encode({ seq: ++sequence, moisture_pct: moisture.next(1), battery_v: 3.58 }),
        ));
    },
  },
];
