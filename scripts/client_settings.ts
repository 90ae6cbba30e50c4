/** The version of Deno that this project is pinned to. */
export const DENO_VERSION = Deno.readTextFileSync(new URL("../.dvmrc", import.meta.url)).trim();

/** Rights that the server needs; the same as in the `start` task of deno.json. */
export const SERVER_RIGHTS = [
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-sys",
] as const;

/** An entry under `mcpServers` of Cursor's mcp.json. */
export interface ClientEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How an MCP host starts this checkout's server through npm's Deno, with that broker as default. `env`: what else it has
 * to be told, since hosts hand nearly nothing of their own environment on.
 */
export function clientEntry(
  o: { mainPath: string; broker: string; env?: Readonly<Record<string, string>> },
): ClientEntry {
  return {
    command: "npx",
    args: ["-y", `deno@${DENO_VERSION}`, "run", ...SERVER_RIGHTS, o.mainPath, "--stdio"],
    env: { ...o.env, DEFAULT_MQTT_BROKER: o.broker },
  };
}
