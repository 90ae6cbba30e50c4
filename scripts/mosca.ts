/** mosca, an MQTT broker from npm that nobody maintains any more and many still run: the tests want it, the program does not. */
import { runtimeEnvironment } from "./runtime_environment.ts";

const VERSION = "2.8.3";
const INSTALL_LIMIT_MS = 3 * 60_000;
/** Newer ones refuse what mosca gives them. */
const PACKAGE = { private: true, overrides: { jsonschema: "1.2.4" } };

/** Where it is installed: its 500 packages do not belong into this repository's lock file. */
export function moscaFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  return `${cache}/mqtt-mcp/mosca-${VERSION}`;
}

/** Whether it is installed whole. */
export async function hasMosca(): Promise<boolean> {
  const found = await Deno.stat(`${moscaFolder()}/installed`).catch(() => null);
  return found !== null;
}

/** Installs it with npm; no script of any package runs. Tells whether that went well. */
export async function installMosca(): Promise<boolean> {
  const folder = moscaFolder();
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(PACKAGE));
  const install = ["install", `mosca@${VERSION}`, "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = new Deno.Command("npm", {
    args: install,
    cwd: folder,
    signal: AbortSignal.timeout(INSTALL_LIMIT_MS),
    env: runtimeEnvironment(),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  const { success } = await npm.output().catch(() => ({ success: false }));
  if (success) await Deno.writeTextFile(`${folder}/installed`, "");
  return success;
}
