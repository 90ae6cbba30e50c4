/**
 * Packs a compiled program as a bundle that Claude Desktop installs with a double click: `mcpb.ts TARGET` makes
 * `dist/mqtt-mcp-TARGET.mcpb` of `dist/mqtt-mcp-TARGET`. One for each target: the format tells systems apart, and not
 * processors.
 */
import { join } from "node:path";
import { version } from "../../src/config/mod.ts";
import { tools } from "../../src/tools/mod.ts";
import { fileNameOf, type Target, targetNamed } from "./targets.ts";

const PLATFORMS = { linux: "linux", macos: "darwin", windows: "win32" } as const;

/** The bundle's manifest for a target. */
export function bundleManifest(target: Target) {
  const system = target.name.split("-")[0] as keyof typeof PLATFORMS;
  const program = system === "windows" ? "mqtt-mcp.exe" : "mqtt-mcp";
  return {
    manifest_version: "0.3",
    name: "mqtt-mcp",
    display_name: "MQTT",
    version,
    description:
      "Work with MQTT brokers: discover topics, collect messages, publish, diagnose devices",
    author: { name: "Bitsperity", url: "https://github.com/bitsperity" },
    repository: { type: "git", url: "https://github.com/bitsperity/mqtt-mcp.git" },
    documentation: "https://github.com/bitsperity/mqtt-mcp#readme",
    license: "MIT",
    server: {
      type: "binary",
      entry_point: program,
      mcp_config: {
        ...system === "windows"
          ? { command: `\${__dirname}/${program}`, args: ["--stdio"] }
          : { command: "/bin/sh", args: ["${__dirname}/start.sh", "--stdio"] },
        env: {
          DEFAULT_MQTT_BROKER: "${user_config.broker}",
          READ_ONLY: "${user_config.read_only}",
        },
      },
    },
    tools: tools.map((tool) => ({ name: tool.name, description: tool.title })),
    user_config: {
      broker: {
        type: "string",
        title: "Broker",
        description: "For calls that name none: mqtt://user:password@host:1883",
        required: false,
        sensitive: true,
        default: "",
      },
      read_only: {
        type: "boolean",
        title: "Read only",
        description: "Leave out every tool that sends or removes anything",
        required: false,
        default: false,
      },
    },
    compatibility: { platforms: [PLATFORMS[system]] },
  };
}

/** Lays out the files of a target's bundle around its program. */
export async function layOutBundle(
  folder: string,
  { target, program }: { target: Target; program: string },
): Promise<void> {
  const manifest = bundleManifest(target);
  await Deno.writeTextFile(join(folder, "manifest.json"), JSON.stringify(manifest, null, 2));
  await Deno.copyFile(program, join(folder, manifest.server.entry_point));
  if (target.name.startsWith("windows")) return;
  const start = await Deno.readTextFile(new URL("mcpb_start.sh", import.meta.url));
  await Deno.writeTextFile(join(folder, "start.sh"), start.replaceAll("TARGET", target.name));
  if (Deno.build.os === "windows") return;
  for (const name of [manifest.server.entry_point, "start.sh"]) {
    await Deno.chmod(join(folder, name), 0o755);
  }
}

async function main(name: string): Promise<void> {
  const target = targetNamed(name);
  const folder = await Deno.makeTempDir({ prefix: "mcpb-" });
  try {
    await layOutBundle(folder, { target, program: join("dist", fileNameOf(target)) });
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-lock",
        "npm:@anthropic-ai/mcpb@2.1.2",
        "pack",
        folder,
        `dist/mqtt-mcp-${name}.mcpb`,
      ],
    }).output();
    if (!success) {
      throw new Error(`Cannot pack the bundle for ${name}: ${new TextDecoder().decode(stderr)}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main(Deno.args[0] ?? "");
