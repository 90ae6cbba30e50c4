/** One device in detail, as its recording tells it: the diagnosis, its values over time, its last messages. */
import { isoTime } from "../iso_time.ts";
import { Pauses } from "../collect/pauses.ts";
import type { MessageLog } from "../collect/message_log.ts";
import type { LoggedMessage } from "../collect/recorded.ts";
import type { Core } from "../core.ts";
import { throwIfCancelled } from "../errors.ts";
import { decodePayload } from "../payload/decode.ts";
import { secretsAreShown } from "../payload/secrets.ts";
import { SparkplugState } from "../payload/sparkplug.ts";
import { withoutLogins } from "../redact.ts";
import { diagnoseDevice } from "../tools/diagnose_device.ts";
import { withShownTexts } from "../tools/shown_text.ts";
import { isSparkplug } from "../tools/sparkplug_view.ts";
import type { DeviceDetails } from "./shapes/devices.ts";
import type { DeviceSource } from "./device_sources.ts";
import { plottedValues, SeriesTable } from "./plottable.ts";

const LOOKBACK = "-10m";
const SHOWN_CHARS = 1_000;
const MOST_TOPICS = 30;
/** Messages that are drawn of all topics of a device. */
const MOST_MESSAGES = 6_000;
const MOST_OF_A_TOPIC = 500;
const MOST_SERIES = 12;
const LARGEST_DECODED_BYTES = 64 * 1024;
/** Topics on which a device tells values. */
const VALUES = /^(state|info|event|reply)$/;

/**
 * Judges a device from the recording, as `debug_device` does with `since`.
 * @throws {OperationError} where nothing is recorded
 */
export async function deviceDetails(
  core: Core,
  source: DeviceSource,
  o: { device: string; signal: AbortSignal },
): Promise<DeviceDetails> {
  const { session, filters } = source;
  const { device, signal } = o;
  const { diagnosis, observation } = await diagnoseDevice(session, {
    core,
    signal,
    progress: () => {},
    deviceId: device,
    time: { since: LOOKBACK },
    ...(filters !== undefined && { filters }),
  });
  signal.throwIfAborted();
  const told = diagnosis.topics.filter(({ role }) => VALUES.test(role)).map(({ topic }) => topic);
  const log = core.recordings.covering(session.id, filters ?? ["#"])?.log ?? observation.log;
  const series = await seriesOf(log, told, signal);
  const { vitals, findings, recent_messages, topics, connection, ...rest } = diagnosis;
  const facts = withShownTexts({
    ...rest,
    ...vitals,
    connection,
    findings: [...findings],
    topics: topics.slice(0, MOST_TOPICS),
    recent_messages: recent_messages.toReversed(),
  }, SHOWN_CHARS);
  return {
    ...(secretsAreShown() ? facts : withoutLogins(facts)) as unknown as DeviceDetails,
    session_id: session.id,
    device,
    judged_at: isoTime(core.now()),
    series,
    gaps: observation.report.gaps.map(({ from, to }) => ({
      from: Date.parse(from) / 1000,
      to: Date.parse(to) / 1000,
    })),
  };
}

/** The values of topics over time, all that is in memory of them. */
async function seriesOf(
  log: MessageLog,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<DeviceDetails["series"]> {
  const messages = await newest(log, new Set(topics), signal);
  const tables = new Map<string, SeriesTable>();
  const sparkplug = new SparkplugState();
  const pauses = new Pauses();
  for (const message of messages) {
    if (pauses.due) await pauses.take();
    const { topic, payload, receivedAt } = message;
    const table = tables.get(topic) ?? new SeriesTable(MOST_SERIES);
    tables.set(topic, table);
    const { value, format } = decodePayload(payload, {
      topic,
      ...(isSparkplug(topic) && { sparkplug }),
    });
    table.add(receivedAt, plottedValues(value, { format, receivedAtMs: receivedAt }));
  }
  const all = [...tables].flatMap(([topic, table]) =>
    table.all().filter(({ at }) => at.length > 1).map((series) => ({ topic, ...series }))
  );
  const varies = (one: { value: number[] }) => one.value.some((value) => value !== one.value[0]);
  return [...all.filter(varies), ...all.filter((one) => !varies(one))].slice(0, MOST_SERIES);
}

/** Oldest first. */
async function newest(
  log: MessageLog,
  topics: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<LoggedMessage[]> {
  const found: LoggedMessage[] = [];
  const left = new Map([...topics].map((topic) => [topic, MOST_OF_A_TOPIC]));
  const pauses = new Pauses();
  for (const message of log.entries({ descending: true })) {
    if (left.size === 0 || found.length >= MOST_MESSAGES) break;
    if (pauses.due) {
      await pauses.take();
      throwIfCancelled(signal, "Cannot show the device");
    }
    const room = left.get(message.topic);
    if (room === undefined || message.payload.length < message.sizeBytes) continue;
    if (room === 1) left.delete(message.topic);
    else left.set(message.topic, room - 1);
    // The payload is a view into the log, which may be written over.
    found.push({ ...message, payload: message.payload.slice(0, LARGEST_DECODED_BYTES) });
  }
  return found.reverse();
}
