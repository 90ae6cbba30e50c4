import { z } from "zod";
import { type DeviceDiagnosis, isTopicFilter } from "../analysis/device/mod.ts";
import { invalidArgument } from "../errors.ts";
import { validateTopicFilter } from "../mqtt/topic.ts";
import { diagnoseDevice } from "./diagnose_device.ts";
import { fitLists } from "./fit.ts";
import { askedOfHistory } from "./observe.ts";
import { anObject, heardTime, listenedOutput, rowsOutput, sessionId } from "./params.ts";
import { withShownTexts } from "./shown_text.ts";
import { defineTool } from "./tool.ts";
import { withSession } from "./with_session.ts";

/** Characters of one text in a diagnosis. */
const SHOWN_CHARS = 400;

/** Watches one device and says what is wrong with it, and how that shows. */
export const debugDevice = defineTool({
  name: "debug_device",
  title: "Diagnose a device",
  description: "Diagnose one device: online, flapping or silent, errors, stuck or odd values, " +
    "changed payloads, low battery; each finding with evidence and a suggestion. " +
    'Answers "why is pump 3 offline?". Finds it by its name in topics and discovery documents ' +
    "(Home Assistant, zigbee2mqtt, Tasmota, Shelly, ESPHome, Homie, Sparkplug B). " +
    "Use check_devices to ask which devices are sick, monitor_performance for load.",
  access: "read",
  quotesStrangers: true,
  idempotent: true,
  input: z.strictObject({
    session_id: sessionId,
    device_id: z.string().max(1_000).describe(
      'Name, e.g. "pump 3", or topic filter, e.g. "plant/pump-3/#"',
    ),
    ...heardTime(30, 600),
  }),
  output: z.looseObject({
    answer: z.string(),
    device_id: z.string(),
    topics: rowsOutput,
    convention: z.string(),
    connection: anObject,
    health: z.unknown(),
    findings: rowsOutput,
    recent_messages: rowsOutput,
    messages_per_minute: z.number(),
    listened: listenedOutput,
  }),
  example: { args: { device_id: "pump 3", duration: 5 } },
  async run(args, context) {
    const deviceId = args.device_id.trim();
    if (deviceId === "") {
      throw invalidArgument(
        "Cannot look for a device without a name",
        'Give device_id a name like "pump 3" or a topic filter like "plant/pump-3/#"',
      );
    }
    if (isTopicFilter(deviceId)) validateTopicFilter(deviceId);
    return await withSession(args.session_id, context, async (session) => {
      const { diagnosis, observation } = await diagnoseDevice(session, {
        ...context,
        deviceId,
        time: args,
      });
      return {
        ...diagnosisFacts(diagnosis, askedOfHistory(observation, session)),
        ...observation.facts,
        stop_reason: observation.stopReason,
      };
    });
  },
});

/** What a reader is told of a diagnosis, in the room that a result has. */
export function diagnosisFacts(diagnosis: DeviceDiagnosis, heard: object) {
  const shown = fitLists(
    withShownTexts(slim(diagnosis), SHOWN_CHARS),
    { findings: 8_000, topics: 1_500, recent_messages: 1_500 },
    `query_history ${JSON.stringify(heard)} with its topic shows all messages`,
  );
  return {
    answer: answerOf(diagnosis),
    ...shown,
    recent_messages: shown.recent_messages.toReversed(),
  };
}

/** Recent messages and topics that a reader needs; all of them are in the collection. */
const RECENT_MESSAGES = 5;
const TOPICS = 20;

/**
 * The findings whole, and of what stands behind them a part: the rest is in the collection. What the
 * connection rests on is its last will and the latest messages, which are told anyway.
 */
function slim(diagnosis: DeviceDiagnosis) {
  const {
    topics,
    recent_messages,
    connection,
    health_why,
    changes,
    also,
    nearest,
    advice,
    vitals: _,
    ...rest
  } = diagnosis;
  const { messages: __, ...told } = connection;
  const recent = recent_messages.slice(-RECENT_MESSAGES);
  return {
    ...rest,
    connection: told,
    ...(also.length > 0 && { also }),
    ...(health_why.length > 1 && { health_why }),
    ...(changes.length > 0 && { changes }),
    topics: topics.slice(0, TOPICS).map(({ retained, preview, ...topic }) => ({
      ...topic,
      ...(retained !== 0 && { retained }),
      // Its latest message stands whole among the recent ones.
      ...(recent.some((message) => message.topic === topic.topic) ? {} : { preview }),
    })),
    // The newest first, as long as the room is shared out: the oldest give way.
    recent_messages: recent.toReversed(),
    ...(nearest.length > 0 && { nearest }),
    ...(advice.length > 0 && { advice }),
  };
}

/** The diagnosis in one sentence. */
function answerOf(diagnosis: DeviceDiagnosis): string {
  const { device_id, topic_count, connection, findings, changes, advice } = diagnosis;
  const name = (diagnosis.matched ?? diagnosis.name ?? device_id).slice(0, 120);
  if (topic_count === 0) return `Nothing of "${name}" was heard. ${advice[1] ?? ""}`.trim();
  if (diagnosis.convention === "unknown") return `${connection.evidence}. ${advice[0]}`;
  const serious = findings.filter(({ severity }) => severity !== "info");
  const state = connection.state === "unknown"
    ? `It cannot be told whether "${name}" is online`
    : `"${name}" is ${connection.state}`;
  if (serious.length === 0) {
    const changed = changes.length > 0 ? `, but it changed: ${changes[0]}` : "";
    return `${state}; no sign of trouble in what was heard${changed}`;
  }
  const worst = serious.slice(0, 2).map(({ title }) => title).join("; ");
  return `${state}; ${serious.length} ${serious.length === 1 ? "finding" : "findings"}: ${worst}`;
}
