import type { DeviceScript } from "../device.ts";
import { Wandering } from "../random.ts";

const GROUP = "Plant";
const NODE = "edge-1";
const DEVICE = "mixer";

/** Sparkplug B data types that are used here (specification 3.0, §6.4.16). */
const DATA_TYPE = { int64: 4, float: 9, double: 10, boolean: 11, string: 12 } as const;

interface Metric {
  readonly name?: string;
  readonly alias?: number;
  readonly type: keyof typeof DATA_TYPE;
  readonly value: number | boolean | string;
}

/** A Sparkplug B edge node with one device: births with aliases, data by alias, death as will. */
export const sparkplugDevices: readonly DeviceScript[] = [
  {
    name: NODE,
    family: "Sparkplug B",
    topics: [`spBv1.0/${GROUP}/+/${NODE}`, `spBv1.0/${GROUP}/+/${NODE}/${DEVICE}`],
    async start(kit) {
      const birthSequence: Metric = { name: "bdSeq", type: "int64", value: 0 };
      const link = await kit.connect({
        will: {
          topic: `spBv1.0/${GROUP}/NDEATH/${NODE}`,
          payload: encodePayload({ timestampMs: kit.now(), metrics: [birthSequence] }),
          retain: false,
        },
      });
      let sequence = 0;
      const send = (kind: string, metrics: readonly Metric[], device = "") => {
        const payload = encodePayload({ timestampMs: kit.now(), metrics, sequence });
        sequence = (sequence + 1) % 256;
        return link.publish(`spBv1.0/${GROUP}/${kind}/${NODE}${device}`, payload);
      };
      const speed = new Wandering(118, 1.5, kit.random);
      const torque = new Wandering(36, 0.4, kit.random);
      const sendBirth = async () => {
        sequence = 0;
        await send("NBIRTH", [
          birthSequence,
          { name: "Node Control/Rebirth", type: "boolean", value: false },
          { name: "Properties/Hardware", type: "string", value: "Edge 400" },
        ]);
        await send("DBIRTH", [
          { name: "Mixer/Speed", alias: 1, type: "double", value: speed.next(2) },
          { name: "Mixer/Torque", alias: 2, type: "float", value: torque.next(2) },
          { name: "Mixer/Running", alias: 3, type: "boolean", value: true },
        ], `/${DEVICE}`);
      };
      await link.subscribe(`spBv1.0/${GROUP}/NCMD/${NODE}`, () => void sendBirth());
      await sendBirth();
      kit.every(1500, { jitterMs: 40 }, () =>
        send("DDATA", [
          { alias: 1, type: "double", value: speed.next(2) },
          { alias: 2, type: "float", value: torque.next(2) },
        ], `/${DEVICE}`));
    },
  },
];

/** Writes a Sparkplug B payload: protocol buffers with the field numbers of its specification. */
function encodePayload(
  o: { timestampMs: number; metrics: readonly Metric[]; sequence?: number },
): Uint8Array {
  const bytes: number[] = [];
  writeNumber(bytes, { field: 1, value: o.timestampMs });
  for (const metric of o.metrics) {
    writeBytes(bytes, { field: 2, value: encodeMetric(metric, o.timestampMs) });
  }
  if (o.sequence !== undefined) writeNumber(bytes, { field: 3, value: o.sequence });
  return Uint8Array.from(bytes);
}

function encodeMetric(metric: Metric, timestampMs: number): number[] {
  const bytes: number[] = [];
  if (metric.name !== undefined) {
    writeBytes(bytes, { field: 1, value: new TextEncoder().encode(metric.name) });
  }
  if (metric.alias !== undefined) writeNumber(bytes, { field: 2, value: metric.alias });
  writeNumber(bytes, { field: 3, value: timestampMs });
  writeNumber(bytes, { field: 4, value: DATA_TYPE[metric.type] });
  const { value } = metric;
  switch (metric.type) {
    case "int64":
      writeNumber(bytes, { field: 11, value: Number(value) });
      break;
    case "float": {
      const scratch = new DataView(new ArrayBuffer(4));
      scratch.setFloat32(0, Number(value), true);
      bytes.push((12 << 3) | 5, ...new Uint8Array(scratch.buffer));
      break;
    }
    case "double": {
      const scratch = new DataView(new ArrayBuffer(8));
      scratch.setFloat64(0, Number(value), true);
      bytes.push((13 << 3) | 1, ...new Uint8Array(scratch.buffer));
      break;
    }
    case "boolean":
      writeNumber(bytes, { field: 14, value: value ? 1 : 0 });
      break;
    case "string":
      writeBytes(bytes, { field: 15, value: new TextEncoder().encode(String(value)) });
      break;
  }
  return bytes;
}

function writeVarint(bytes: number[], value: number): void {
  while (value >= 128) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
}

function writeNumber(bytes: number[], o: { field: number; value: number }): void {
  writeVarint(bytes, o.field << 3);
  writeVarint(bytes, o.value);
}

function writeBytes(bytes: number[], o: { field: number; value: ArrayLike<number> }): void {
  writeVarint(bytes, (o.field << 3) | 2);
  writeVarint(bytes, o.value.length);
  bytes.push(...Array.from(o.value));
}
