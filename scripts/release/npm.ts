/**
 * Packs the program for npm: `deno task npm` writes `dist/npm/bitsperity-mqtt-mcp-VERSION.tgz`, and prints its path.
 *
 * It holds the bundled program, and a starter that runs it with npm's own package of Deno at the pinned version, in the
 * rights that are compiled into the downloads. Nothing of it runs when it is installed.
 */
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import server from "../../server.json" with { type: "json" };
import { DENO_VERSION } from "../client_settings.ts";
import { bundleProgram } from "../compile.ts";
import { permissionFlags } from "./permissions.ts";

const ROOT = join(import.meta.dirname ?? ".", "..", "..");
const REPOSITORY = "https://github.com/bitsperity/mqtt-mcp";

/** The package's manifest. */
export function npmManifest() {
  return {
    name: manifest.name,
    version: manifest.version,
    description: server.description,
    keywords: ["mcp", "mqtt", "mcp-server", "model-context-protocol", "iot", "home-assistant"],
    license: manifest.license,
    author: "Bitsperity",
    homepage: `${REPOSITORY}#readme`,
    bugs: `${REPOSITORY}/issues`,
    repository: { type: "git", url: `git+${REPOSITORY}.git` },
    // by this the MCP registry sees that the package is the server's
    mcpName: server.name,
    bin: { "mqtt-mcp": "mqtt-mcp.cjs" },
    type: "module",
    files: ["mqtt-mcp.cjs", "program", "flags.json"],
    engines: { node: ">=18" },
    dependencies: { deno: DENO_VERSION },
    publishConfig: { access: "public" },
  };
}

/** How the starter runs the program: what the compiler embeds into the downloads, as arguments of `deno`. */
export function runFlags(): string[] {
  return [
    "run",
    "--quiet",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--node-modules-dir=none",
    "--no-code-cache",
    "--v8-flags=--max-semi-space-size=4",
    ...permissionFlags("download"),
  ];
}

/** Packs into a folder, and returns the archive's path. `entry`: another module in place of the program. */
export async function packForNpm(out: string, entry = "main.ts"): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "npm-" });
  try {
    await bundleProgram({ folder: join(folder, "program") }, entry);
    await Deno.copyFile(
      join(ROOT, "scripts", "release", "npm_start.cjs"),
      join(folder, "mqtt-mcp.cjs"),
    );
    if (Deno.build.os !== "windows") await Deno.chmod(join(folder, "mqtt-mcp.cjs"), 0o755);
    await Deno.writeTextFile(join(folder, "flags.json"), JSON.stringify(runFlags()));
    await Deno.writeTextFile(
      join(folder, "package.json"),
      JSON.stringify(npmManifest(), null, 2),
    );
    for (const name of ["README.md", "LICENSE"]) {
      await Deno.copyFile(join(ROOT, name), join(folder, name));
    }
    await Deno.mkdir(out, { recursive: true });
    const { success, stdout, stderr } = await new Deno.Command(
      Deno.build.os === "windows" ? "npm.cmd" : "npm",
      {
        args: ["pack", folder, "--pack-destination", out, "--ignore-scripts", "--silent"],
        stdin: "null",
      },
    ).output();
    const decoder = new TextDecoder();
    if (!success) throw new Error(`Cannot pack for npm: ${decoder.decode(stderr).trim()}`);
    return join(out, decoder.decode(stdout).trim());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) console.log(await packForNpm(join("dist", "npm")));
