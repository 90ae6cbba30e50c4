import type { InboundMessage } from "../../../mqtt/message.ts";
import type { Document } from "../families/family.ts";
import { FAMILIES } from "../families/mod.ts";
import { DeviceIdentity, type DiscoveryRecord } from "../naming/identity.ts";
import { parseJson } from "../reading/json.ts";
import { normalizeName } from "../naming/names.ts";
import type { FleetGroup } from "./groups.ts";
import type { KeptTopic } from "./kept_topics.ts";
import { inSteps, type Steps } from "../steps.ts";

/** Documents that are read for devices that say nothing themselves. */
const MOST_DOCUMENTS = 20_000;
/** Such devices that are judged. */
const MOST_DESCRIBED = 1_000;

/** A device as discovery documents describe it. */
export interface DescribedDevice {
  readonly name: string;
  /** Its documents. */
  readonly topics: KeptTopic[];
  readonly records: DiscoveryRecord[];
  /** The topics that its documents name, those of bridges aside. */
  readonly speaksOn: Set<string>;
}

const decoder = new TextDecoder();

const DESCRIBING = FAMILIES.filter(({ describesOthers }) => describesOthers === true);

/** Whether a topic holds a document of a device that speaks elsewhere. */
export function isDescribing(topic: string): boolean {
  const segments = topic.split("/");
  return DESCRIBING.some((family) => family.isDocument?.(segments) === true);
}

/** The devices that discovery documents describe; of too many some stay unread. */
export function* readDocuments(
  topics: readonly KeptTopic[],
): Steps<{ documents: DescribedDevice[]; unread: number }> {
  const devices = new Map<string, DescribedDevice>();
  let read = 0;
  yield* inSteps(topics, (kept) => {
    if (!isDescribing(kept.topic)) return;
    if (++read > MOST_DOCUMENTS) return;
    const record = recordOf(kept);
    if (record === null) return;
    const name = record.name ?? nameOf(kept.topic);
    const key = record.ids[0] ?? normalizeName(name);
    let device = devices.get(key);
    if (device === undefined) {
      devices.set(key, device = { name, topics: [], records: [], speaksOn: new Set() });
    }
    device.topics.push(kept);
    device.records.push(record);
    for (const topic of topicsOf(record)) device.speaksOn.add(topic);
  });
  return { documents: [...devices.values()], unread: Math.max(0, read - MOST_DOCUMENTS) };
}

/** Devices of which nothing was heard but their documents: gone, or never there. Beyond a limit they are counted as `left`. */
export function onlyDescribed(
  devices: readonly DescribedDevice[],
  o: { spoke: ReadonlySet<string>; wanted: (topic: string) => boolean },
): { groups: FleetGroup[]; left: number } {
  const silent = devices.filter(({ topics, speaksOn }) =>
    ![...speaksOn].some((topic) => o.spoke.has(topic)) &&
    (topics.some(({ topic }) => o.wanted(topic)) || [...speaksOn].some(o.wanted))
  );
  const groups = silent.slice(0, MOST_DESCRIBED).map(({ name, topics }) => ({
    device: /[\/+#]/.test(name) ? nameOf(topics[0].topic) : name,
    name,
    topics,
  }));
  return { groups, left: silent.length - groups.length };
}

function topicsOf({ stateTopics, availabilityTopics }: DiscoveryRecord): string[] {
  return [...stateTopics, ...availabilityTopics.filter((topic) => !isBridge(topic))];
}

/** The object that a discovery topic is for. */
function nameOf(topic: string): string {
  return topic.split("/").at(-2) ?? topic;
}

/** The topics on which the device of a discovery document speaks; null where it is none, or cannot be read. */
export function topicsOfDocument(topic: string, payload: Uint8Array): string[] | null {
  if (!isDescribing(topic)) return null;
  const record = readRecord({ topic, payload, retain: true, receivedAt: 0 });
  if (record === null) return null;
  return topicsOf(record);
}

/** The state of what connects many devices says nothing of one. */
function isBridge(topic: string): boolean {
  return /(^|\/)bridge\//.test(topic);
}

function recordOf(kept: KeptTopic): DiscoveryRecord | null {
  return kept.last === undefined ? null : readRecord(kept.last);
}

function readRecord(
  message: Pick<InboundMessage, "topic" | "payload" | "retain" | "receivedAt">,
): DiscoveryRecord | null {
  if (message.payload.length === 0) return null;
  // A device is always named by its own document's topic, so the family reads the document for it.
  const identity = new DeviceIdentity(nameOf(message.topic));
  const document: Document = {
    topic: message.topic,
    segments: message.topic.split("/"),
    get value() {
      return parseJson(message.payload);
    },
    get text() {
      return decoder.decode(message.payload);
    },
    empty: false,
    retain: message.retain,
    at: message.receivedAt,
  };
  for (const family of DESCRIBING) family.learn?.(document, identity);
  return identity.discovery.get(message.topic) ?? null;
}
