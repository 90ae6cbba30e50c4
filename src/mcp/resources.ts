/** Whole collections and recordings as MCP resources, so that a host can save them without the chat reading them; watches. */
import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  type ReadResourceResult,
  type ResourceLink,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import { Buffer } from "node:buffer";
import type { MessageLog } from "../collect/message_log.ts";
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
  /^mqtt-mcp:\/\/(collections|recordings)\/([0-9a-f-]{36})(?:\?after=(\d{1,15}))?$/;

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
    if (log !== null) {
      resources.push({
        uri: `mqtt-mcp://recordings/${session.id}`,
        name: `recording ${session.id.slice(0, 8)}`,
        title: `Recording at ${session.broker.host}:${session.broker.port}`,
        description: `${log.total - log.evicted} of ${log.total} messages`,
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
        title: `${collection.tool} of ${new Date(collection.startedAt).toISOString()}`,
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
  const log = parts && findLog(core, { kind: parts[1], id: parts[2], clientId });
  if (!parts || log === null) {
    const shown = outgoingText(uri, new GivenLogins(uri));
    throw new ResourceNotFoundError(visibleText(shown.slice(0, 200)));
  }
  const lines: string[] = [];
  let bytes = 0;
  const pauses = new Pauses();
  let last: number | null = null;
  let next: number | null = null;
  for (const message of log.entries({ after: Number(parts[3] ?? 0) })) {
    const item = { seq: message.seq, message, sizeBytes: message.sizeBytes };
    const line = `${visibleJson(viewMessage(item, PAYLOAD_MAX_CHARS))}\n`;
    bytes += Buffer.byteLength(JSON.stringify(line));
    if (bytes > PAGE_MAX_BYTES && last !== null) {
      next = last;
      break;
    }
    lines.push(line);
    last = message.seq;
    if (pauses.due) {
      await pauses.take();
      signal.throwIfAborted();
    }
  }
  if (next !== null) {
    const facts = {
      next: `mqtt-mcp://${parts[1]}/${parts[2]}?after=${next}`,
      returned: lines.length,
      total: log.total,
      evicted: log.evicted,
    };
    lines.push(`${JSON.stringify(facts)}\n`);
  }
  return { contents: [{ uri, mimeType: RESOURCE_TYPE, text: lines.join("") }] };
}

function findLog(
  core: Core,
  { kind, id, clientId }: { kind: string; id: string; clientId: string },
): MessageLog | null {
  try {
    if (kind === "recordings") return core.recordings.logOf(core.sessions.get(id, clientId).id);
    return core.collections.get(id, (sessionId) => core.sessions.sees(sessionId, clientId)).log;
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
