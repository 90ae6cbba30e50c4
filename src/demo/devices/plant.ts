import type { DeviceKit, DeviceLink, DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

/** Machines of a small plant: controllers that speak JSON, with a status that is their last will. */
export const plantDevices: readonly DeviceScript[] = [
  pump("pump-1"),
  pump("pump-2"),
  {
    name: "pump-3",
    family: "JSON PLC",
    topics: ["plant/pump-3/#"],
    fault: "offline: its bearing ran hot, the motor protection tripped, and its last will fired",
    async start(kit) {
      const link = await connectMachine(kit, "pump-3");
      // It fails before anybody listens: what is left are its retained last words and its will.
      await link.publish("plant/pump-3/telemetry", {
        ts: isoNow(kit),
        flow_m3_h: 3.1,
        pressure_bar: 1.2,
        motor_current_a: 19.8,
        bearing_temp_c: 118.4,
        status: "fault",
      }, { retain: true });
      await link.publish("plant/pump-3/alarm", {
        ts: isoNow(kit),
        level: "error",
        code: "E217",
        message: "Bearing temperature 118.4 °C above limit 95 °C, motor protection tripped",
      }, { retain: true });
      await link.crash();
    },
  },
  {
    name: "press-1",
    family: "JSON PLC",
    topics: ["plant/press-1/#"],
    async start(kit) {
      const link = await connectMachine(kit, "press-1");
      runPress(kit, link, "press-1");
    },
  },
  {
    name: "press-2",
    family: "JSON PLC",
    topics: ["plant/press-2/#"],
    fault: "error messages: hydraulic pressure too low (E42), every few seconds",
    async start(kit) {
      const link = await connectMachine(kit, "press-2");
      runPress(kit, link, "press-2");
      kit.every(2500, { jitterMs: 300 }, () =>
        link.publish("plant/press-2/alarm", {
          ts: isoNow(kit),
          level: "error",
          code: "E42",
          message: `Hydraulic pressure ${(17 + kit.random() * 2).toFixed(1)} bar below 20 bar`,
        }));
    },
  },
  {
    name: "conveyor-1",
    family: "JSON PLC",
    topics: ["plant/conveyor-1/#"],
    fault: "schema change: speed turns from a number into a text, and load_kg disappears",
    async start(kit) {
      const link = await connectMachine(kit, "conveyor-1");
      const speed = new Wandering(1.2, 0.02, kit.random);
      const load = new Wandering(85, 3, kit.random);
      let sent = 0;
      kit.every(500, { jitterMs: 15 }, () => {
        // Two controllers with different programs take turns, 4 s each.
        const old = Math.floor(sent++ / 8) % 2 === 0;
        return link.publish(
          "plant/conveyor-1/telemetry",
          old
            ? { ts: isoNow(kit), speed: speed.next(3), load_kg: load.next(1), running: true }
            : { ts: isoNow(kit), speed: `${speed.next(2)} m/s`, running: true, fw: "2.0.0" },
        );
      });
    },
  },
  {
    name: "scale-1",
    family: "JSON PLC",
    topics: ["plant/scale-1/#"],
    fault: "unparseable: every third message is JSON cut off in the middle",
    async start(kit) {
      const link = await connectMachine(kit, "scale-1");
      const weight = new Wandering(812, 2, kit.random);
      let sent = 0;
      kit.every(1000, { jitterMs: 25 }, () => {
        const text = JSON.stringify({ ts: isoNow(kit), weight_kg: weight.next(2), stable: true });
        return link.publish("plant/scale-1/weight", ++sent % 3 === 0 ? text.slice(0, 41) : text);
      });
    },
  },
  {
    name: "meter-9",
    family: "JSON PLC",
    topics: ["plant/meter-9/#"],
    fault: "clock skew: its clock is two hours behind",
    async start(kit) {
      const link = await connectMachine(kit, "meter-9");
      const power = new Wandering(48.2, 0.6, kit.random);
      let energy = 120_400 + kit.random() * 100;
      kit.every(1500, { jitterMs: 30 }, () => {
        const kilowatts = power.next(2);
        energy += kilowatts / 2400;
        return link.publish("plant/meter-9/reading", {
          ts: new Date(kit.now() - 7_200_000).toISOString(),
          power_kw: kilowatts,
          energy_kwh: Number(energy.toFixed(3)),
        });
      });
    },
  },
  {
    name: "cold-store-1",
    family: "JSON PLC",
    topics: ["plant/cold-store-1/#"],
    fault: "silent: its retained status says online, its last heartbeat is 40 minutes old",
    async start(kit) {
      // A gateway in between keeps the connection, so no last will tells that it is gone.
      const link = await kit.connect();
      const lastHeard = new Date(kit.now() - 2_400_000).toISOString();
      await link.publish("plant/cold-store-1/status", "online", { retain: true });
      await link.publish("plant/cold-store-1/heartbeat", { ts: lastHeard, interval_s: 5 }, {
        retain: true,
      });
      await link.publish("plant/cold-store-1/telemetry", { ts: lastHeard, temperature_c: -18.2 }, {
        retain: true,
      });
    },
  },
];

function pump(name: string): DeviceScript {
  return {
    name,
    family: "JSON PLC",
    topics: [`plant/${name}/#`],
    async start(kit) {
      const link = await connectMachine(kit, name);
      const flow = new Wandering(42, 0.5, kit.random);
      const pressure = new Wandering(5.4, 0.05, kit.random);
      const current = new Wandering(12.3, 0.1, kit.random);
      const bearing = new Wandering(61, 0.3, kit.random);
      kit.every(1000, { jitterMs: 20 }, () =>
        link.publish(`plant/${name}/telemetry`, {
          ts: isoNow(kit),
          flow_m3_h: flow.next(1),
          pressure_bar: pressure.next(2),
          motor_current_a: current.next(1),
          bearing_temp_c: bearing.next(1),
          status: "running",
        }, { retain: true }));
      kit.every(
        5000,
        { jitterMs: 20 },
        () => link.publish(`plant/${name}/heartbeat`, { ts: isoNow(kit), interval_s: 5 }),
      );
    },
  };
}

async function connectMachine(kit: DeviceKit, name: string): Promise<DeviceLink> {
  const link = await kit.connect({
    will: { topic: `plant/${name}/status`, payload: "offline" },
  });
  await link.publish(`plant/${name}/status`, "online", { retain: true });
  return link;
}

function runPress(kit: DeviceKit, link: DeviceLink, name: string): void {
  const pressure = new Wandering(name === "press-1" ? 182 : 19, 0.8, kit.random);
  const oil = new Wandering(44, 0.2, kit.random);
  let cycle = 10_000 + Math.floor(kit.random() * 1000);
  kit.every(800, { jitterMs: 20 }, () =>
    link.publish(`plant/${name}/telemetry`, {
      ts: isoNow(kit),
      cycle: ++cycle,
      pressure_bar: pressure.next(1),
      oil_temp_c: oil.next(1),
      mode: "auto",
    }));
}

function isoNow(kit: DeviceKit): string {
  return new Date(kit.now()).toISOString();
}
