/** Calls in words: what an assistant did, and which calls belong together. Pure. */

/** @typedef {import("../shapes/calls.ts").CallEntry} Call */

/** After a pause this long something new begins. */
const PAUSE_MS = 10 * 60_000;

/**
 * What a call did, as one would say it.
 * @param {Pick<Call, "tool" | "arguments" | "broker">} call
 * @returns {{ did: string, what: string | null }} `what` is a stranger's text
 */
export function wordsOf({ tool, arguments: json, broker }) {
  const args = parsed(json);
  const text = (/** @type {string} */ name) =>
    typeof args[name] === "string" && args[name] !== "" ? String(args[name]) : null;
  const list = (/** @type {string} */ name) =>
    Array.isArray(args[name]) ? args[name].map(String).join(", ") : null;
  switch (tool) {
    case "establish_connection":
      return { did: "Connected to", what: text("broker") ?? broker ?? null };
    case "close_connection":
      return { did: "Closed the session", what: null };
    case "list_active_connections":
      return { did: "Looked at the open sessions", what: null };
    case "list_topics":
      return { did: "Looked which topics there are on", what: text("pattern") ?? "#" };
    case "subscribe_and_collect":
      return { did: "Listened to", what: text("topic") };
    case "publish_message":
      return {
        did: args.dry_run === true ? "Tried a publish to, without sending," : "Published to",
        what: text("topic"),
      };
    case "get_topic_schema":
      return { did: "Worked out the structure of", what: text("topic") };
    case "debug_device":
      return { did: "Diagnosed", what: text("device_id") };
    case "check_devices":
      return { did: "Asked which devices are sick on", what: text("pattern") ?? "#" };
    case "wait_for":
      return { did: "Waited for", what: text("topic") };
    case "watch_topics":
      return watchWords(args, text);
    case "monitor_performance":
      return { did: "Measured the traffic on", what: list("topics") ?? "#" };
    case "test_connection":
      return { did: "Tested the connection to", what: text("broker") ?? broker ?? null };
    case "record_topics":
      return recordWords(args, list("topics"));
    case "query_history":
      return { did: "Looked into the history of", what: text("topic") ?? "#" };
    case "clear_retained":
      return {
        did: args.dry_run === false
          ? "Cleared retained messages on"
          : "Looked which retained messages are on",
        what: list("topics"),
      };
    case "request_reply":
      return { did: "Asked and waited for the reply on", what: text("topic") };
    default:
      return { did: `Called ${tool}`, what: null };
  }
}

/** @param {Record<string, unknown>} args @param {(name: string) => string | null} text */
function watchWords(args, text) {
  if (args.action === "start") {
    return { did: "Began to watch", what: text("name") ?? text("device") ?? text("topic") };
  }
  return args.action === "stop"
    ? { did: "Stopped a watch", what: null }
    : { did: "Looked at the watches", what: null };
}

/** @param {Record<string, unknown>} args @param {string | null} topics */
function recordWords(args, topics) {
  if (args.action === "start") return { did: "Began to record", what: topics };
  return args.action === "stop"
    ? { did: "Stopped recording", what: topics }
    : { did: "Looked what is recorded", what: null };
}

/** @param {string} json perhaps cut @returns {Record<string, unknown>} */
function parsed(json) {
  try {
    const args = JSON.parse(json);
    return typeof args === "object" && args !== null ? args : {};
  } catch {
    return {};
  }
}

/**
 * Calls by what belongs together: those of one assistant with no long pause between them. The latest first, each in its
 * own order.
 * @template {{ call: Call }} Entry
 * @param {readonly Entry[]} entries newest first
 * @returns {{ key: string, client: string, source: string, entries: Entry[] }[]}
 */
export function chaptersOf(entries) {
  /** @type {Map<string, { key: string, client: string, source: string, entries: Entry[] }>} */
  const latest = new Map();
  /** @type {{ key: string, client: string, source: string, entries: Entry[] }[]} */
  const chapters = [];
  for (const entry of entries) {
    const { client, client_id, source, started_at, id } = entry.call;
    const who = `${source} ${client_id} ${client}`;
    const known = latest.get(who);
    const next = known?.entries[0].call;
    const isNear = next !== undefined &&
      Date.parse(next.started_at) - Date.parse(started_at) < PAUSE_MS;
    if (known !== undefined && isNear) {
      known.entries.unshift(entry);
      // its first call: what is told later leaves what somebody opened open
      known.key = id;
      continue;
    }
    const chapter = { key: id, client, source, entries: [entry] };
    latest.set(who, chapter);
    chapters.push(chapter);
  }
  return chapters;
}
