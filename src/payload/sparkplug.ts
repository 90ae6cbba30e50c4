import { countOf, formatCount } from "./limits.ts";
import type { DecodedPayload, JsonValue } from "./payload.ts";
import { type SparkplugPayload, SparkplugReader } from "./sparkplug_reader.ts";

/** What a Sparkplug B topic says (Sparkplug 3.0 §4.1): `spBv1.0/{group}/{type}/{node}[/{device}]`. */
interface SparkplugTopic {
  readonly group: string;
  readonly type: SparkplugType;
  readonly node: string;
  readonly device?: string;
}

/** Message types whose payload is the Sparkplug B protobuf; STATE is JSON. */
type SparkplugType =
  | "NBIRTH"
  | "NDEATH"
  | "NDATA"
  | "NCMD"
  | "DBIRTH"
  | "DDEATH"
  | "DDATA"
  | "DCMD";

const TOPIC = /^spBv1\.0\/([^/]+)\/([ND](?:BIRTH|DEATH|DATA|CMD))\/([^/]+)(?:\/([^/]+))?$/;

/** Reads a Sparkplug B topic, or returns null for any other. */
export function parseSparkplugTopic(topic: string): SparkplugTopic | null {
  if (!topic.startsWith("spBv1.0/")) return null;
  const match = TOPIC.exec(topic);
  if (match === null) return null;
  const [, group, type, node, device] = match;
  if ((device !== undefined) !== (type[0] === "D")) return null;
  return { group, type: type as SparkplugType, node, device };
}

/** Where a node or device stands as far as its messages tell. */
interface SparkplugNode {
  readonly group: string;
  readonly node: string;
  readonly device?: string;
  /** `unknown`: heard, but its birth was not. `stale`: values are old until the next birth. */
  readonly state: "alive" | "dead" | "stale" | "unknown";
  readonly births: number;
  readonly deaths: number;
  /** Messages that were missing, by the sequence numbers. Counted at the node. */
  readonly missing: number;
}

/** The type and name that a birth gave an alias. */
interface Known {
  name: string;
  type: number | undefined;
}

interface Entry {
  state: SparkplugNode["state"];
  births: number;
  deaths: number;
  missing: number;
  lastSeq: number | null;
  /** `bdSeq` of the birth, which a late death of an earlier life does not carry. */
  birthNumber: string | null;
  byAlias: Map<string, Known>;
  typeByName: Map<string, number>;
}

/** Nodes and devices remembered at once; the one unheard for the longest is forgotten first. */
const MAX_ENTRIES = 2_000;
/** Aliases and names remembered for one node or device. */
const MAX_KNOWN = 5_000;
/** Aliases and names remembered in all. */
const MAX_KNOWN_IN_ALL = 200_000;

/**
 * What earlier Sparkplug B messages have told: the names behind aliases, who is alive, and which
 * sequence number comes next. Give one instance to {@linkcode decodePayload} for a stream, and each
 * message to it once, in the order of arrival. Bounded.
 */
export class SparkplugState {
  readonly #entries = new Map<string, Entry>();
  #known = 0;

  /** All nodes and devices heard, the longest unheard first. */
  nodes(): SparkplugNode[] {
    return [...this.#entries].map(([key, entry]) => {
      const [group, node, device] = key.split("/");
      const { state, births, deaths, missing } = entry;
      return device === undefined
        ? { group, node, state, births, deaths, missing }
        : { group, node, device, state, births, deaths, missing };
    });
  }

  /** The type of a metric that came without one, as a birth told it. */
  typeOf(topic: SparkplugTopic, metric: { name?: string; alias?: string }): number | undefined {
    const entry = this.#entries.get(keyOf(topic));
    if (entry === undefined) return undefined;
    if (metric.alias !== undefined) return entry.byAlias.get(metric.alias)?.type;
    return metric.name === undefined ? undefined : entry.typeByName.get(metric.name);
  }

  /** After a time in which messages were not heard: the numbers that follow prove no loss. */
  forgetNumbers(): void {
    for (const entry of this.#entries.values()) entry.lastSeq = null;
  }

  /**
   * Takes note of a message, fills in the names of its metrics, and says what is wrong with it:
   * missing messages, unknown aliases, data without a birth.
   */
  observe(
    topic: SparkplugTopic,
    payload: SparkplugPayload,
    types: readonly (number | undefined)[],
  ): string[] {
    const problems: string[] = [];
    // Commands are written by a host application and say nothing about the node.
    if (topic.type === "NCMD" || topic.type === "DCMD") {
      const entry = this.#entries.get(keyOf(topic));
      if (entry !== undefined) resolveNames(entry, payload);
      return problems;
    }
    const entry = this.#touch(keyOf(topic));
    const isBirth = topic.type === "NBIRTH" || topic.type === "DBIRTH";
    if (isBirth) this.#learn(entry, payload, types);
    resolveNames(entry, payload);
    const unnamed = payload.metrics.filter((metric) => metric.name === undefined).length;
    if (unnamed > 0) {
      problems.push(
        `${
          unnamed === 1 ? "1 alias" : `${formatCount(unnamed)} aliases`
        } unknown: no birth names them`,
      );
    }

    if (topic.type === "NDEATH") this.#nodeDied(topic, entry, payload, problems);
    else if (topic.type === "DDEATH") {
      entry.state = "dead";
      entry.deaths++;
    } else if (isBirth) {
      entry.state = "alive";
      entry.births++;
      if (topic.type === "NBIRTH") {
        entry.birthNumber = birthNumberOf(payload);
        this.#setDevices(topic, "stale");
      }
    } else if (entry.state === "unknown") {
      problems.push("No birth was heard before this data");
    } else if (entry.state !== "alive") {
      problems.push(`Data from a ${entry.state} ${topic.device === undefined ? "node" : "device"}`);
    }
    if (topic.type !== "NDEATH") this.#checkSequence(topic, payload, problems);
    return problems;
  }

  #touch(key: string): Entry {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = {
        state: "unknown",
        births: 0,
        deaths: 0,
        missing: 0,
        lastSeq: null,
        birthNumber: null,
        byAlias: new Map(),
        typeByName: new Map(),
      };
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    while (this.#entries.size > MAX_ENTRIES) this.#forgetOldest();
    return entry;
  }

  #forgetOldest(): void {
    const oldest = this.#entries.entries().next().value;
    if (oldest === undefined) return;
    this.#known -= sizeOf(oldest[1]);
    this.#entries.delete(oldest[0]);
  }

  #learn(
    entry: Entry,
    payload: SparkplugPayload,
    types: readonly (number | undefined)[],
  ): void {
    this.#known -= sizeOf(entry);
    entry.byAlias.clear();
    entry.typeByName.clear();
    payload.metrics.slice(0, MAX_KNOWN).forEach(({ name, alias }, index) => {
      if (name === undefined) return;
      const type = types[index];
      if (alias !== undefined) entry.byAlias.set(String(alias), { name, type });
      if (type !== undefined) entry.typeByName.set(name, type);
    });
    this.#known += sizeOf(entry);
    while (this.#known > MAX_KNOWN_IN_ALL && this.#entries.size > 1) this.#forgetOldest();
  }

  #nodeDied(
    topic: SparkplugTopic,
    entry: Entry,
    payload: SparkplugPayload,
    problems: string[],
  ): void {
    const death = birthNumberOf(payload);
    if (death !== null && entry.birthNumber !== null && death !== entry.birthNumber) {
      problems.push("A death of an earlier life of this node: the node is alive");
      return;
    }
    entry.state = "dead";
    entry.deaths++;
    entry.lastSeq = null;
    this.#setDevices(topic, "stale");
  }

  /** Devices live and die with their node (Sparkplug 3.0 §5.4): a new birth has to name them again. */
  #setDevices(topic: SparkplugTopic, state: "stale"): void {
    const prefix = `${topic.group}/${topic.node}/`;
    for (const [key, entry] of this.#entries) {
      if (key.startsWith(prefix) && entry.state === "alive") entry.state = state;
    }
  }

  #checkSequence(
    topic: SparkplugTopic,
    payload: SparkplugPayload,
    problems: string[],
  ): void {
    const { seq } = payload;
    if (typeof seq !== "number" || seq > 255) return;
    // Devices count together with their node.
    const node = this.#touch(keyOf({ ...topic, device: undefined }));
    if (topic.type === "NBIRTH") {
      if (seq !== 0) problems.push(`A birth starts at seq 0, this one at ${seq}`);
    } else if (node.lastSeq !== null && seq !== node.lastSeq) {
      const expected = (node.lastSeq + 1) % 256;
      const missing = (seq - expected + 256) % 256;
      if (missing > 0) {
        node.missing += missing;
        problems.push(
          `Sequence gap: seq ${seq} after ${node.lastSeq}, ${countOf(missing, "message")} missing`,
        );
      }
    }
    node.lastSeq = seq;
  }
}

function sizeOf(entry: Entry): number {
  return entry.byAlias.size + entry.typeByName.size;
}

function keyOf(topic: Pick<SparkplugTopic, "group" | "node" | "device">): string {
  const node = `${topic.group}/${topic.node}`;
  return topic.device === undefined ? node : `${node}/${topic.device}`;
}

function resolveNames(entry: Entry, payload: SparkplugPayload): void {
  payload.metrics = payload.metrics.map((metric) => {
    if (metric.name !== undefined || metric.alias === undefined) return metric;
    const known = entry.byAlias.get(String(metric.alias));
    return known === undefined ? metric : { name: known.name, ...metric };
  });
}

function birthNumberOf(payload: SparkplugPayload): string | null {
  const metric = payload.metrics.find(({ name }) => name === "bdSeq");
  return metric?.value === undefined || metric.value === null ? null : String(metric.value);
}

/**
 * Decodes a Sparkplug B payload, or returns null when the topic is no Sparkplug B topic or the
 * bytes are no Sparkplug B payload. With `state`, aliases get their names, and gaps and deaths are
 * told in the note.
 */
export function decodeSparkplug(
  bytes: Uint8Array,
  options: { topic: string; state?: SparkplugState },
): DecodedPayload | null {
  const topic = parseSparkplugTopic(options.topic);
  if (topic === null) return null;
  const reader = new SparkplugReader((metric) => options.state?.typeOf(topic, metric));
  const payload = reader.payload(bytes);
  if (payload === null) return null;
  const problems = options.state?.observe(topic, payload, reader.types) ?? [];
  const note = [...problems, ...reader.notes()].join(". ");
  const value: { [key: string]: JsonValue } = {};
  for (const [key, member] of Object.entries(payload)) {
    if (member !== undefined) value[key] = member;
  }
  const decoded = { format: "sparkplug_b", certainty: "certain", value, encoding: "utf8" } as const;
  return note === "" ? decoded : { ...decoded, note };
}
