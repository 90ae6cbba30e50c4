import { homeAssistant } from "../families/home_assistant.ts";
import { DeviceIdentity, type DiscoveryRecord } from "../identity.ts";
import { parseJson } from "../json.ts";
import { normalizeName } from "../names.ts";
import type { FleetGroup } from "./groups.ts";
import type { KeptTopic } from "./kept_topics.ts";

/** Documents that are read for devices that say nothing themselves. */
const MOST_DOCUMENTS = 20_000;
/** Such devices that are judged. */
const MOST_DESCRIBED = 1_000;

interface Described {
  readonly name: string;
  readonly topics: KeptTopic[];
  /** Something was heard on one of its topics. */
  spoke: boolean;
  /** Its documents, or the topics they name, are below the pattern asked for. */
  wanted: boolean;
}

const decoder = new TextDecoder();

/** Devices that discovery documents describe and of which nothing else was heard: gone, or never there. */
export function describedDevices(
  topics: readonly KeptTopic[],
  o: { spoke: ReadonlySet<string>; wanted: (topic: string) => boolean },
): FleetGroup[] {
  const devices = new Map<string, Described>();
  let read = 0;
  for (const kept of topics) {
    if (!homeAssistant.isDocument(kept.topic.split("/"))) continue;
    if (++read > MOST_DOCUMENTS) break;
    const record = recordOf(kept);
    if (record === null) continue;
    const name = record.name ?? nameOf(kept.topic);
    const key = record.ids[0] ?? normalizeName(name);
    const device = devices.get(key) ?? { name, topics: [], spoke: false, wanted: false };
    device.topics.push(kept);
    const bridges = record.availabilityTopics.filter((topic) => !/(^|\/)bridge\//.test(topic));
    device.spoke ||= [...record.stateTopics, ...bridges].some((topic) => o.spoke.has(topic));
    device.wanted ||= o.wanted(kept.topic) || [...record.stateTopics, ...bridges].some(o.wanted);
    devices.set(key, device);
  }
  return [...devices.values()].filter((device) => !device.spoke && device.wanted).slice(
    0,
    MOST_DESCRIBED,
  )
    .map(({ name, topics }) => ({
      device: /[\/+#]/.test(name) ? nameOf(topics[0].topic) : name,
      name,
      topics,
    }));
}

/** The object that a discovery topic is for. */
function nameOf(topic: string): string {
  return topic.split("/").at(-2) ?? topic;
}

function recordOf(kept: KeptTopic): DiscoveryRecord | null {
  const message = kept.last;
  if (message === undefined || message.payload.length === 0) return null;
  // A device is always named by its own document's topic, so the family reads the document for it.
  const identity = new DeviceIdentity(nameOf(kept.topic));
  homeAssistant.learn({
    topic: kept.topic,
    segments: kept.topic.split("/"),
    get value() {
      return parseJson(message.payload);
    },
    get text() {
      return decoder.decode(message.payload);
    },
    empty: false,
    retain: message.retain,
    at: message.receivedAt,
  }, identity);
  return identity.discovery.get(kept.topic) ?? null;
}
