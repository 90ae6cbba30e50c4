import type { DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** Plain topics with bare values, the way hobby projects and small controllers publish. */
export const greenhouseDevices: readonly DeviceScript[] = [
  {
    name: "greenhouse",
    family: "plain topics",
    topics: ["greenhouse/climate/#"],
    async start(kit) {
      const link = await kit.connect({
        will: { topic: "greenhouse/climate/status", payload: "offline" },
      });
      const temperature = new Wandering(24.5, 0.15, kit.random);
      const humidity = new Wandering(68, 0.4, kit.random);
      const moisture = [1, 2, 3].map((bed) => new Wandering(40 + bed, 0.2, kit.random));
      await link.publish("greenhouse/climate/status", "online", { retain: true });
      kit.every(1000, { jitterMs: 20 }, async () => {
        await link.publish("greenhouse/climate/temperature", temperature.next(2), { retain: true });
        await link.publish("greenhouse/climate/humidity", humidity.next(1), { retain: true });
      });
      kit.every(2500, { jitterMs: 50 }, async () => {
        for (const [index, bed] of moisture.entries()) {
          await link.publish(`greenhouse/climate/bed-${index + 1}/moisture`, bed.next(1));
        }
      });
    },
  },
  {
    name: "greenhouse-valve",
    family: "plain topics",
    topics: ["greenhouse/valve/#"],
    async start(kit) {
      const link = await kit.connect({
        will: { topic: "greenhouse/valve/status", payload: "offline" },
      });
      let state = "ON";
      await link.publish("greenhouse/valve/status", "online", { retain: true });
      await link.publish("greenhouse/valve/state", state, { retain: true });
      await link.subscribe("greenhouse/valve/set", (_topic, text) => {
        if (text !== "ON" && text !== "OFF") return;
        state = text;
        void link.publish("greenhouse/valve/state", state, { retain: true });
      });
      const flow = new Wandering(12, 0.3, kit.random);
      kit.every(2000, { jitterMs: 30 }, async () => {
        await link.publish("greenhouse/valve/flow_l_min", state === "ON" ? flow.next(2) : 0);
      });
    },
  },
  {
    name: "weather",
    family: "plain topics (key=value text)",
    topics: ["weather/#"],
    async start(kit) {
      const link = await kit.connect();
      const temperature = new Wandering(11.5, 0.2, kit.random);
      const wind = new Wandering(5, 0.6, kit.random);
      const send = () =>
        link.publish(
          "weather/roof/report",
          `temp=${temperature.next(1)};wind=${Math.abs(wind.next(1))};dir=NW;rain=0`,
          { retain: true },
        );
      await send();
      kit.every(1500, { jitterMs: 40 }, send);
    },
  },
];
