import { Server } from "@modelcontextprotocol/server";
import { version } from "../config/mod.ts";
import icon from "./icon.svg" with { type: "text" };
import { instructions } from "./instructions.ts";

const SERVER_INFO = {
  name: "mqtt-mcp",
  title: "MQTT",
  version,
  websiteUrl: "https://github.com/bitsperity/mqtt-mcp",
};
/** Within the answer, so that a host asks nobody for it. */
const ICON = {
  src: `data:image/svg+xml;base64,${btoa(icon)}`,
  mimeType: "image/svg+xml",
  sizes: ["any"],
};

/** Tool lists do not change while the program runs, so clients may keep them this long. */
const LIST_CACHE = { ttlMs: 3_600_000, cacheScope: "private" } as const;

/**
 * A server that says who it is and what it can do, and answers nothing else yet. `era`: the protocol's, `modern` is
 * 2026-07-28 and later. `subscribe`: whether resources can be subscribed to.
 */
export function newServer(o: { era?: "legacy" | "modern"; subscribe: boolean }): Server {
  // 2026-07-28 repeats who the server is in every result: an icon would outweigh most of them.
  const info = o.era === "modern" ? SERVER_INFO : { ...SERVER_INFO, icons: [ICON] };
  return new Server(info, {
    capabilities: {
      completions: {},
      tools: { listChanged: false },
      prompts: { listChanged: false },
      resources: { listChanged: false, subscribe: o.subscribe },
    },
    instructions,
    cacheHints: {
      "tools/list": LIST_CACHE,
      "prompts/list": LIST_CACHE,
      "resources/templates/list": LIST_CACHE,
      "server/discover": LIST_CACHE,
    },
  });
}
