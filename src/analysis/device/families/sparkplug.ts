import type { Finding } from "../finding_shape.ts";
import { someOf } from "../evidence.ts";
import type { DeviceIdentity } from "../naming/identity.ts";
import type { DeviceView, TopicView } from "../reading/view.ts";
import { isObject, type JsonObject } from "../reading/json.ts";
import type { Sample } from "../reading/trace.ts";
import type { Family, Statement, TopicRole } from "./family.ts";

/** Sparkplug B: `spBv1.0/<group>/<type>/<node>[/<device>]`. */
export const sparkplug: Family<"sparkplug_b"> = {
  name: "sparkplug_b",
  title: "Sparkplug B",
  countsOverTopics: true,
  tellsChanges: true,
  wideTopics: [
    { pattern: /^spBv1\.0\/STATE\/|^STATE\//, what: "every Sparkplug edge node" },
    { pattern: /^spBv1\.0\/[^/]+\/NCMD\//, what: "a whole Sparkplug edge node" },
  ],
  // A node's own births and data count with those of its devices, and may come before them.
  isDocument: (segments) =>
    segments[0] === "spBv1.0" &&
    (segments.length === 5 || segments.length === 4 && /^N(BIRTH|DATA)$/.test(segments[2])),
  learn(document, identity) {
    const [root, group, , node, device] = document.segments;
    if (device !== undefined) noteDevice(identity, `${group}/${node}`, device);
    if (!identity.owns(document.topic)) return false;
    if (device === undefined) {
      identity.conventions.add("sparkplug_b");
      return true;
    }
    // The node counts its own data with that of its devices.
    if (!identity.isFilter && identity.isNamed(device)) {
      identity.addTopic(`${root}/${group}/NDATA/${node}`, "bridge");
    }
    // A node's death takes its devices with it, and its birth holds what their data refers to.
    identity.conventions.add("sparkplug_b");
    identity.addTopic(`${root}/${group}/NDEATH/${node}`, "bridge");
    identity.addTopic(`${root}/${group}/NBIRTH/${node}`, "bridge");
    return true;
  },
  roleOf(segments, identity): TopicRole | null {
    if (segments[0] !== "spBv1.0" || segments.length < 4) return null;
    const type = segments[2];
    if (/^[ND]CMD$/.test(type)) return "command";
    if (/^[ND](BIRTH|DEATH)$/.test(type)) {
      return identity.roleFromDocuments(segments.join("/")) === "bridge"
        ? "bridge"
        : "availability";
    }
    return /^[ND]DATA$/.test(type) ? "state" : "info";
  },
  ownerOf(segments) {
    const [root, group, , node, device] = segments;
    if (root !== "spBv1.0" || node === undefined) return null;
    return { name: device ?? node, key: [group, node, device].filter(Boolean).join("/") };
  },
  filtersBeside([root, group, , node, device]) {
    if (root !== "spBv1.0" || node === undefined) return [];
    const own = `${root}/${group}/+/${node}`;
    return device === undefined ? [own] : [own, `${own}/${device}`];
  },
  statementOf(segments): Statement | null {
    const type = segments[2] ?? "";
    return type.endsWith("BIRTH") ? "online" : type.endsWith("DEATH") ? "offline" : null;
  },
  storyOf: (segments) =>
    segments[0] === "spBv1.0" ? segments.filter((_, i) => i !== 2).join("/") : null,
  counts(message, others) {
    // Tahu 1.3.1, Sparkplug 3.0 §5.4: a death with another bdSeq than the birth's is of a
    // connection that a newer one has replaced.
    if (message.segments[2] !== "NDEATH") return true;
    const death = message.reading.fields.get("bdSeq");
    const birth = others.filter((other) =>
      other.segments[2] === "NBIRTH" && other.segments[3] === message.segments[3] &&
      other.reading.at <= message.reading.at
    ).sort((a, b) => a.reading.at - b.reading.at).at(-1)?.reading.fields.get("bdSeq");
    return typeof death !== "number" || typeof birth !== "number" || death === birth;
  },
  replyTopics(segments) {
    const answer = [...segments];
    answer[2] = segments[2] === "NCMD" ? "NDATA" : "DDATA";
    const birth = [...segments];
    birth[2] = segments[2] === "NCMD" ? "NBIRTH" : "DBIRTH";
    return [answer.join("/"), birth.join("/")];
  },
  // A metric's name is its key.
  judged: ({ sample, fields }) =>
    sample.decoded === undefined
      ? null
      : { ...sample.decoded, format: "json", value: Object.fromEntries(fields) },
  restarts: newBirths,
  missingMessages,
  ownFindings: unnamedMetrics,
};

/** Data that names its metrics by alias only, of whom no birth was heard, or one that does not name them. */
function unnamedMetrics(view: DeviceView): Finding[] {
  const data = view.topics.filter(({ segments }) => /^[ND]DATA$/.test(segments[2] ?? ""));
  const unnamed = data.flatMap((topic) => topic.live).map((reading) => reading.sample)
    .filter((sample) => /alias(es)? unknown/.test(sample.decoded?.note ?? ""));
  if (unnamed.length === 0) return [];
  const since = data.flatMap((topic) => unnamedSinceBirth(topic, view));
  const aliases = [...new Set(since.flatMap((sample) => metricsOf(sample).flatMap(aliasIn)))];
  const isMissing = since.length >= LEAST_UNNAMED && aliases.length > 0;
  return [{
    severity: isMissing ? "warning" : "info",
    code: "reported_error",
    title: isMissing
      ? `Data bears ${aliases.length === 1 ? "an alias" : "aliases"} that its birth did not name: ${
        aliases.slice(0, 8).join(", ")
      }`
      : "Values have no names: they come by alias, and no birth was heard that names them",
    evidence: {
      summary: isMissing
        ? `${since.length} data messages since the last birth hold aliases that it does not`
        : `${unnamed.length} data messages hold aliases only`,
      messages: someOf(isMissing ? since : unnamed),
    },
    suggestion: isMissing
      ? "Hosts drop these values. What a device tells may only change with a new birth: let it send one whenever its metrics or aliases do, and ask for one now (Node Control/Rebirth = true)."
      : "Births are not retained: ask for one (NCMD, Node Control/Rebirth = true) or listen until the next. A host that joined late has the same gap.",
  }];
}

/** One such message may have been under way while the birth was sent. */
const LEAST_UNNAMED = 2;

/** Messages of a topic with aliases that none of the births heard before it gave a name, its own being one of them. */
function unnamedSinceBirth({ live, segments }: TopicView, { topics }: DeviceView): Sample[] {
  const own = segments.with(2, `${segments[2]?.[0]}BIRTH`).join("/");
  const births = topics.filter(({ segments }) => segments[2]?.endsWith("BIRTH"));
  const bornAt = births.find(({ topic }) => topic === own)?.live.at(-1)?.at ?? Infinity;
  const named = new Set(
    births.flatMap(({ live }) =>
      live.slice(-1).flatMap(({ sample }) => metricsOf(sample).map(({ alias }) => String(alias)))
    ),
  );
  return live.filter(({ at, sample }) =>
    at > bornAt && metricsOf(sample).flatMap(aliasIn).some((alias) => !named.has(alias))
  ).map(({ sample }) => sample);
}

function metricsOf({ decoded }: Sample): JsonObject[] {
  const metrics = isObject(decoded?.value) ? decoded.value["metrics"] : undefined;
  return Array.isArray(metrics) ? metrics.filter(isObject) : [];
}

/** The alias of a metric that has no name. */
function aliasIn({ name, alias }: JsonObject): string[] {
  return name === undefined && alias !== undefined ? [String(alias)] : [];
}

/** Births with a new `bdSeq`; a birth with the same one only answers a request for it. */
function newBirths(topic: TopicView) {
  if (topic.segments[2] !== "NBIRTH") return [];
  const bdSeqs = topic.live.map((reading) => reading.fields.get("bdSeq"));
  return topic.live.filter((_, i) => i > 0 && bdSeqs[i] !== bdSeqs[i - 1])
    .map((reading) => reading.sample);
}

/** The devices of each node that were heard, whoever's they are. */
const devices = new WeakMap<DeviceIdentity, Map<string, Set<string>>>();

function noteDevice(identity: DeviceIdentity, node: string, device: string): void {
  let nodes = devices.get(identity);
  if (nodes === undefined) devices.set(identity, nodes = new Map());
  const known = nodes.get(node) ?? new Set();
  if (nodes.size < 1_000) nodes.set(node, known);
  if (known.size < 100) known.add(device);
}

/** Whether all that a node counts was heard, so that a skipped number is a lost message. */
function isHeardWhole(
  one: { group: string; node: string },
  o: { view: DeviceView; topics: readonly TopicView[] },
): boolean {
  const { identity } = o.view;
  if (identity.isFilter) {
    const named = identity.deviceId.split("/")[4] ?? "#";
    return named === "#" || named === "+";
  }
  if (identity.isNamed(one.node)) return true;
  const known = devices.get(identity)?.get(`${one.group}/${one.node}`);
  return known !== undefined && [...known].every((device) => identity.isNamed(device)) &&
    // From a birth on a host hears all; without one, numbers may be others'.
    o.topics.some(({ segments, readings }) =>
      segments[2] === "NBIRTH" && segments[3] === one.node && readings.length > 0
    );
}

/** What a node's `seq` skipped; only when all of its topics were heard, not one device's. */
function missingMessages(view: DeviceView): Finding[] {
  const topics = view.topics.filter((topic) => topic.family === sparkplug);
  if (topics.length === 0 || topics.some((topic) => topic.trace.thinned)) return [];
  const node = view.sparkplug.nodes().find((one) =>
    one.device === undefined && one.missing >= 2 && isHeardWhole(one, { view, topics })
  );
  if (node === undefined) return [];
  return [{
    severity: "warning",
    code: "gap",
    title: `${node.missing} messages of node "${node.node}" are missing`,
    evidence: {
      summary: `The node's "seq" skipped ${node.missing} numbers while we listened`,
      messages: someOf(
        topics.flatMap((topic) => topic.live.slice(-1)).map((reading) => reading.sample),
      ),
    },
    suggestion:
      "Ask the node for a rebirth (NCMD, Node Control/Rebirth): values may be old until then. Look at its link to the broker.",
  }];
}
