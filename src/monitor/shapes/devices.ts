/** Devices as recordings know them. */
import { z } from "zod";
import { count, isoTime, sessionId } from "./parts.ts";

const severityShape = z.enum(["critical", "error", "warning", "info"]);
const deviceStateShape = z.enum(["online", "offline", "sleeping", "flapping", "unknown"]);
const conditionShape = z.enum(["sick", "affected", "unknown", "healthy"]);

/** Something that is wrong with a device, in short. */
const shortFindingShape = z.object({
  severity: severityShape,
  code: z.string().describe("See docs/findings.md"),
  title: z.string(),
});

/** A device that recordings know. */
export const deviceShape = z.object({
  id: z.string().describe("Tells it apart from all others of this answer"),
  session_id: z.string(),
  broker: z.string().describe("Its name, or its URL without login"),
  device: z.string().describe("What debug_device takes to mean it"),
  name: z.string(),
  model: z.string().nullable(),
  convention: z.string().describe("The family it is of, e.g. zigbee2mqtt"),
  place: z.string().describe("What it shares with its neighbours, e.g. zigbee2mqtt/+"),
  state: deviceStateShape,
  condition: conditionShape.describe(
    "affected: its only trouble is one that it shares; unknown: nothing was heard of it",
  ),
  severity: severityShape.nullable().describe(
    "Of its worst finding",
  ),
  health: z.number().nullable(),
  last_heard: isoTime.nullable().describe("null: nothing came live"),
  battery: z.number().nullable().describe("Percent"),
  signal: z.object({ value: z.number(), unit: z.string(), weak: z.boolean() }).nullable(),
  sentence: z.string().describe("What to know of it first"),
  findings: z.array(shortFindingShape).describe("The two worst"),
  more_findings: count,
});

/** A broker whose devices are judged from what is recorded on a session. */
export const deviceSourceShape = z.object({
  session_id: z.string(),
  broker: z.string().describe("Its name, or its URL without login"),
  url: z.string().describe("Without login"),
  status: z.enum(["connected", "reconnecting", "disconnected"]),
  recorded: z.array(z.string()).describe("Empty: nothing is recorded, so no device is known"),
  records_all: z.boolean(),
  listened: z.object({ from: isoTime, to: isoTime, gaps: count }).nullable(),
  cut: z.array(z.string()).describe("What was left out, in words"),
});

const fleetSummaryShape = z.object({
  devices: count,
  sick: count,
  affected: count,
  offline: count,
  sleeping: count,
  healthy: count,
  unknown: count,
});

/** Trouble that belongs to no device alone. */
export const deviceProblemShape = z.object({
  broker: z.string(),
  code: z.string(),
  severity: severityShape,
  title: z.string(),
  topics: z.array(z.string()),
  topic_count: count,
  devices: z.array(z.string()),
  device_count: count,
  suggestion: z.string().optional(),
});

/** `GET /api/devices`. */
export const devicesQueryShape = z.strictObject({
  session_id: sessionId.optional(),
  state: deviceStateShape.optional(),
  condition: conditionShape.optional(),
  limit: z.coerce.number().int().min(1).max(2_000).default(2_000),
});

/** `GET /api/devices`: every device, the sickest first. */
export const devicesShape = z.object({
  answer: z.string().describe("All of it in a sentence"),
  judged_at: isoTime,
  summary: fleetSummaryShape.describe("Of all, whatever is asked for"),
  devices: z.array(deviceShape),
  truncated: z.boolean().describe("There are more that match than are listed"),
  problems: z.array(deviceProblemShape),
  brokers: z.array(deviceSourceShape),
});

/** `GET /api/devices/details`. */
export const deviceQueryShape = z.strictObject({
  session_id: sessionId,
  device: z.string().min(1).max(1_000),
});

/** `GET /api/devices/details`: what debug_device tells from the recording, and values over time. */
export const deviceDetailsShape = z.looseObject({
  session_id: z.string(),
  device: z.string(),
  judged_at: isoTime,
  convention: z.string(),
  connection: z.looseObject({ state: deviceStateShape, evidence: z.string() }),
  health: z.number().nullable(),
  findings: z.array(shortFindingShape.extend({
    evidence: z.looseObject({
      summary: z.string(),
      messages: z.array(z.looseObject({
        timestamp: isoTime,
        topic: z.string(),
        preview: z.string(),
        retain: z.boolean().optional(),
      })),
      repeats: z.string().optional(),
    }),
    suggestion: z.string(),
  })),
  changes: z.array(z.string()).describe(
    "What became another and stayed so, where no finding tells of it",
  ),
  topics: z.array(z.looseObject({ topic: z.string(), role: z.string() })),
  topic_count: count,
  recent_messages: z.array(z.looseObject({
    timestamp: isoTime,
    topic: z.string(),
    size_bytes: count,
    format: z.string(),
    payload: z.unknown(),
  })).describe("Newest first"),
  series: z.array(z.object({
    topic: z.string(),
    path: z.string(),
    at: z.array(z.number()).describe("Seconds since the epoch, rising"),
    value: z.array(z.number()),
    unit: z.string().nullable(),
    isSwitch: z.boolean(),
  })).describe("Values over time, those that vary first, at most 12"),
  gaps: z.array(z.object({ from: z.number(), to: z.number() }))
    .describe("Times in which nothing could be heard, in seconds since the epoch"),
});

export type DeviceFacts = z.output<typeof deviceShape>;
export type DevicesFacts = z.output<typeof devicesShape>;
export type DeviceDetails = z.output<typeof deviceDetailsShape>;
