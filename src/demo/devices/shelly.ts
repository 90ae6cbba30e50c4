import type { DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

const ID = "shellyplus1pm-a8032ab1c2d3";

/** A Shelly of the second generation: status topics, event notifications, and RPC with replies. */
export const shellyDevices: readonly DeviceScript[] = [
  {
    name: ID,
    family: "Shelly gen 2",
    topics: [`${ID}/#`],
    async start(kit) {
      const link = await kit.connect({ will: { topic: `${ID}/online`, payload: "false" } });
      const power = new Wandering(60, 0.8, kit.random);
      let output = true;
      const status = () => ({
        id: 0,
        source: "MQTT",
        output,
        apower: output ? power.next(1) : 0,
        voltage: Number((229.6 + kit.random()).toFixed(1)),
        temperature: { tC: Number((41 + kit.random()).toFixed(1)) },
      });
      await link.publish(`${ID}/online`, "true", { retain: true });
      await link.publish(`${ID}/status/switch:0`, status(), { retain: true });
      await link.subscribe(`${ID}/rpc`, (_topic, text) => {
        const request = readRequest(text);
        if (request === null) return;
        const answer = (body: object) =>
          link.publish(`${request.src}/rpc`, {
            id: request.id,
            src: ID,
            dst: request.src,
            ...body,
          });
        if (request.method === "Switch.GetStatus") {
          void answer({ result: status() });
        } else if (request.method === "Switch.Set") {
          const before = output;
          output = request.on ?? output;
          void answer({ result: { was_on: before } });
          void link.publish(`${ID}/status/switch:0`, status(), { retain: true });
        } else {
          void answer({ error: { code: 404, message: `No handler for ${request.method}` } });
        }
      });
      kit.every(2000, { jitterMs: 50 }, async () => {
        const now = status();
        await link.publish(`${ID}/status/switch:0`, now, { retain: true });
        await link.publish(`${ID}/events/rpc`, {
          src: ID,
          dst: `${ID}/events`,
          method: "NotifyStatus",
          params: {
            ts: kit.now() / 1000,
            "switch:0": { id: 0, apower: now.apower, output: now.output },
          },
        });
      });
    },
  },
];

interface RpcRequest {
  readonly id: number;
  readonly src: string;
  readonly method: string;
  readonly on?: boolean;
}

function readRequest(text: string): RpcRequest | null {
  try {
    const value = JSON.parse(text) as Partial<RpcRequest> & { params?: { on?: unknown } } | null;
    if (
      typeof value?.id !== "number" || typeof value.src !== "string" ||
      typeof value.method !== "string" || /[+#]/.test(value.src) || value.src === ""
    ) return null;
    const on = value.params?.on;
    return {
      id: value.id,
      src: value.src,
      method: value.method,
      ...(typeof on === "boolean" && { on }),
    };
  } catch {
    return null;
  }
}
