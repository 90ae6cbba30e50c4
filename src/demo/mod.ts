import { startDemoBroker } from "./broker.ts";
import { type DemoDevice, type DeviceScript, DeviceWorld } from "./device.ts";
import { esphomeDevices } from "./devices/esphome.ts";
import { gatewayDevices } from "./devices/gateways.ts";
import { greenhouseDevices } from "./devices/greenhouse.ts";
import { homeAssistantDevices } from "./devices/home_assistant.ts";
import { plantDevices } from "./devices/plant.ts";
import { shellyDevices } from "./devices/shelly.ts";
import { sparkplugDevices } from "./devices/sparkplug.ts";
import { tasmotaDevices } from "./devices/tasmota.ts";
import { zigbeeDevices } from "./devices/zigbee2mqtt.ts";

/** A running demo: a broker on loopback with a simulated home and plant. Disposing ends it. */
export interface Demo extends AsyncDisposable {
  readonly port: number;
  /** Connection string, `mqtt://127.0.0.1:PORT`. */
  readonly url: string;
  readonly devices: readonly DemoDevice[];
}

/** Settings of {@linkcode startDemo}. */
export interface DemoOptions {
  /** 0 or left out: a free port. */
  readonly port?: number;
  /** Ends the demo as disposing does. */
  readonly signal?: AbortSignal;
  /** The same seed gives the same values in the same order. Default: 1. */
  readonly seed?: number;
}

/** All devices of the demo, sick and healthy. */
export const DEMO_DEVICES: readonly DeviceScript[] = [
  ...greenhouseDevices,
  ...zigbeeDevices,
  ...tasmotaDevices,
  ...homeAssistantDevices,
  ...plantDevices,
  ...gatewayDevices,
  ...shellyDevices,
  ...esphomeDevices,
  ...sparkplugDevices,
];

/**
 * Starts the demo broker and its devices; resolves once all of them have said who they are.
 * Rejects if the port is taken.
 */
export async function startDemo(o: DemoOptions = {}): Promise<Demo> {
  o.signal?.throwIfAborted();
  const broker = await startDemoBroker(o.port === undefined ? {} : { port: o.port });
  const world = new DeviceWorld({ url: broker.url, seed: o.seed ?? 1, now: Date.now });
  let ending: Promise<void> | null = null;
  function end(): Promise<void> {
    ending ??= (async () => {
      o.signal?.removeEventListener("abort", onAbort);
      await world[Symbol.asyncDispose]();
      await broker.close();
    })();
    return ending;
  }
  function onAbort(): void {
    void end();
  }
  o.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.all(DEMO_DEVICES.map((script) => script.start(world.kitFor(script.name))));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    port: broker.port,
    url: broker.url,
    devices: DEMO_DEVICES.map(({ name, family, topics, fault }) => ({
      name,
      family,
      topics,
      ...(fault !== undefined && { fault }),
    })),
    [Symbol.asyncDispose]: end,
  };
}
