/** Whole collections and recordings as MCP resources, so that a host can save them without the chat reading them; watches. */
import { isoTime } from "../iso_time.ts";
import { formatAuthority } from "../mqtt/connection_string.ts";
import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  type ReadResourceResult,
  type ResourceLink,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import { Buffer } from "node:buffer";
import type { MessageLog } from "../collect/message_log.ts";
import type { Place, RecordedMessages } from "../collect/recorded.ts";
import { Pauses } from "../collect/pauses.ts";
import type { Core } from "../core.ts";
import { MqttMcpError } from "../errors.ts";
import { GivenLogins, redactHead } from "../redact.ts";
import { outgoingText } from "./result.ts";
import { readWatch, WATCH_TYPE, watchIdOf, watchUri } from "./watch_resource.ts";
import { visibleJson, visibleText } from "../payload/visible_text.ts";
import { viewMessage } from "../tools/message_view.ts";

/** JSON Lines: one message per line, as results show it, with its whole payload. */
const RESOURCE_TYPE = "application/jsonl";

/** Bytes of a page as it stands in the JSON-RPC message, its quotes escaped: under 4 MiB with what is around it. */
const PAGE_MAX_BYTES = 4_000_000;
/** Holds the base64 text of 1 MiB; longer payloads are cut. */
const PAYLOAD_MAX_CHARS = 1_400_000;
const MOST_LISTED = 200;

const RESOURCE_URI =
  /^mqtt-mcp:\/\/(collections|recordings)\/([0-9a-f-]{36})(?:\?after=(\d{1,15})(?:\.(\d{1,15}))?)?$/;

/** What kinds of resources there are. */
export const resourceTemplates: ListResourceTemplatesResult["resourceTemplates"] = [
  {
    uriTemplate: "mqtt-mcp://collections/{collection_id}{?after}",
    name: "collection",
    title: "Messages of a collection",
    description: "All messages that one listening call heard and that are still kept, as JSON " +
      "Lines, oldest first. A last line with `next` names the next page",
    mimeType: RESOURCE_TYPE,
  },
  {
    uriTemplate: "mqtt-mcp://recordings/{session_id}{?after}",
    name: "recording",
    title: "Messages of a recording",
    description: "All messages that a session recorded and that are still kept, as JSON Lines, " +
      "oldest first. A last line with `next` names the next page",
    mimeType: RESOURCE_TYPE,
  },
  {
    uriTemplate: "mqtt-mcp://watches/{watch_id}",
    name: "watch",
    title: "A watch",
    description:
      "What is watched, and when and by what it was met. Subscribe to be told when it is",
    mimeType: WATCH_TYPE,
  },
];

/** What a client may read, newest sessions last. */
export function listResources(core: Core, clientId: string): ListResourcesResult {
  const resources: ListResourcesResult["resources"] = [];
  for (const session of core.sessions.list(clientId)) {
    const log = core.recordings.logOf(session.id);
    const isStored = isKept(core, session.id);
    if (log !== null || isStored) {
      resources.push({
        uri: `mqtt-mcp://recordings/${session.id}`,
        name: `recording ${session.id.slice(0, 8)}`,
        title: `Recording at ${formatAuthority(session.broker)}`,
        description: log === null || isStored
          ? "All that is kept of what was recorded at this broker, earlier runs included"
          : `${log.total - log.evicted} of ${log.total} messages`,
        mimeType: RESOURCE_TYPE,
      });
    }
    for (const watch of core.watches.ofSession(session.id)) {
      resources.push({
        uri: watchUri(watch.id),
        name: `watch ${watch.id.slice(0, 8)}`,
        title: visibleText(redactHead(watch.name, 100)),
        description: watch.ended === null ? `Met ${watch.met} times` : "Ended",
        mimeType: WATCH_TYPE,
      });
    }
    for (const collection of core.collections.ofSession(session.id)) {
      const { log } = collection;
      resources.push({
        uri: `mqtt-mcp://collections/${collection.id}`,
        name: `collection ${collection.id.slice(0, 8)}`,
        title: `${collection.tool} of ${isoTime(collection.startedAt)}`,
        description: `${log.total - log.evicted} of ${log.total} messages (${collection.state})`,
        mimeType: RESOURCE_TYPE,
      });
    }
  }
  return { resources: resources.slice(-MOST_LISTED) };
}

/**
 * Reads a watch, or one page of a collection or recording.
 * @throws {ResourceNotFoundError} when it is unknown, was erased, or belongs to a client that does not share it
 */
export async function readResource(
  uri: string,
  { core, clientId, signal }: { core: Core; clientId: string; signal: AbortSignal },
): Promise<ReadResourceResult> {
  const watchId = watchIdOf(uri);
  const watch = watchId === null ? null : core.watches.find(watchId, clientId);
  if (watch !== null) return readWatch(watch);
  const parts = RESOURCE_URI.exec(uri);
  await core.recordings.catchUp();
  const found = parts && findMessages(core, { kind: parts[1], id: parts[2], clientId });
  if (!parts || found === null) {
    const shown = outgoingText(uri, new GivenLogins(uri));
    throw new ResourceNotFoundError(visibleText(shown.slice(0, 200)));
  }
  const lines: string[] = [];
  let bytes = 0;
  const pauses = new Pauses();
  let last: Place | null = null;
  let next: Place | null = null;
  const after = { seq: Number(parts[3] ?? 0), at: Number(parts[4] ?? 0) };
  const all = { from: 0, to: Infinity, matches: () => true };
  reading:
  for await (const piece of found.messages.pieces({ ...all, after })) {
    // what is not read before the next pause may be written over meanwhile
    const rest = piece.map((message) => ({ ...message, payload: message.payload.slice() }));
    for (const message of rest) {
      const item = { seq: message.seq, message, sizeBytes: message.sizeBytes };
      const line = `${visibleJson(viewMessage(item, PAYLOAD_MAX_CHARS))}\n`;
      bytes += Buffer.byteLength(JSON.stringify(line));
      if (bytes > PAGE_MAX_BYTES && last !== null) {
        next = last;
        break reading;
      }
      lines.push(line);
      last = { seq: message.seq, at: message.receivedAt };
      if (pauses.due) {
        await pauses.take();
        signal.throwIfAborted();
      }
    }
  }
  if (next !== null) {
    const place = found.log === null ? `${next.seq}.${next.at}` : next.seq;
    const facts = {
      next: `mqtt-mcp://${parts[1]}/${parts[2]}?after=${place}`,
      returned: lines.length,
      ...(found.log !== null && { total: found.log.total, evicted: found.log.evicted }),
    };
    lines.push(`${JSON.stringify(facts)}\n`);
  }
  return { contents: [{ uri, mimeType: RESOURCE_TYPE, text: lines.join("") }] };
}

/** Whether a session's recording is on a disk, too. */
function isKept(core: Core, sessionId: string): boolean {
  const source = core.recordings.recorded(sessionId, "#")?.source;
  return source !== null && source !== undefined;
}

/** What a resource stands for; `log` where it is in memory only. */
function findMessages(
  core: Core,
  { kind, id, clientId }: { kind: string; id: string; clientId: string },
): { messages: RecordedMessages; log: MessageLog | null } | null {
  const inMemory = (log: MessageLog | null) => log && { messages: log, log };
  try {
    if (kind === "recordings") {
      const sessionId = core.sessions.get(id, clientId).id;
      const recorded = core.recordings.recorded(sessionId, "#");
      if (recorded?.source) return { messages: recorded.source, log: null };
      return inMemory(core.recordings.logOf(sessionId));
    }
    const sees = (sessionId: string) => core.sessions.sees(sessionId, clientId);
    return inMemory(core.collections.get(id, sees).log);
  } catch (error) {
    if (error instanceof MqttMcpError) return null;
    throw error;
  }
}

/** The link to the whole of what a tool's result shows a part of; null where there is none. */
export function resourceLink(
  facts: Readonly<Record<string, unknown>>,
  call: { readonly tool: string; readonly args: Readonly<Record<string, unknown>> },
): ResourceLink | null {
  if (typeof facts.collection_id === "string") {
    return {
      type: "resource_link",
      uri: `mqtt-mcp://collections/${facts.collection_id}`,
      name: `collection ${facts.collection_id.slice(0, 8)}`,
      description: "The whole collection as JSON Lines",
      mimeType: RESOURCE_TYPE,
    };
  }
  if (call.tool !== "query_history" || typeof call.args.session_id !== "string") return null;
  return {
    type: "resource_link",
    uri: `mqtt-mcp://recordings/${call.args.session_id}`,
    name: `recording ${call.args.session_id.slice(0, 8)}`,
    description: "The whole recording as JSON Lines",
    mimeType: RESOURCE_TYPE,
  };
}
