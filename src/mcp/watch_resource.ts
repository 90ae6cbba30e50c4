/** A watch as an MCP resource, which clients can be told of. */
import { isoTime } from "../iso_time.ts";
import type { ReadResourceResult } from "@modelcontextprotocol/server";
import { visibleJson } from "../payload/visible_text.ts";
import { withoutLogins } from "../redact.ts";
import { watchFacts } from "../tools/watch_view.ts";
import type { Watch } from "../watching/watch.ts";
import { DATA_NOTICE } from "./result.ts";

/** One JSON object. */
export const WATCH_TYPE = "application/json";

const WATCH_URI = /^mqtt-mcp:\/\/watches\/([0-9a-f-]{36})$/;

/** The address of a watch. */
export function watchUri(id: string): string {
  return `mqtt-mcp://watches/${id}`;
}

/** The id in the address of a watch, or null where it is none. */
export function watchIdOf(uri: string): string | null {
  return WATCH_URI.exec(uri)?.[1] ?? null;
}

/** A watch as a resource is read: as `watch_topics` shows it, with the times at which it was met. */
export function readWatch(watch: Watch): ReadResourceResult {
  const facts = {
    data_notice: DATA_NOTICE,
    ...watchFacts(watch),
    latest_times: watch.times.map(isoTime),
  };
  const text = visibleJson(withoutLogins(facts));
  return { contents: [{ uri: watchUri(watch.id), mimeType: WATCH_TYPE, text }] };
}
