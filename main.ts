/** The program: reads the settings, starts the chosen mode, shuts down. Does nothing when imported; a bundle calls `run`. */
import { type Config, environmentNames, parseConfig, version } from "./src/config/mod.ts";
import { ConfigError } from "./src/config/config_error.ts";
import { helpText } from "./src/config/help.ts";
import type { Companion } from "./src/mcp/companion.ts";
import { terminalLine } from "./src/redact.ts";

/** What each mode loads and runs; the promise is its exit code. Lazy, so that a mode loads only its own. */
const starters = {
  async stdio(config) {
    if (config.attach && !config.withMonitor) {
      const { bridgeToCore } = await import("./src/mcp/bridge.ts");
      const outcome = await bridgeToCore(config);
      if (outcome !== "no_core") return outcome;
    }
    const { startStdio } = await import("./src/mcp/start_stdio.ts");
    return await startStdio(config, await companionsOf(config));
  },
  async core(config) {
    const { startCore } = await import("./src/mcp/start_core.ts");
    return await startCore(config, await companionsOf(config));
  },
  async monitor(config) {
    const { startCore } = await import("./src/mcp/start_core.ts");
    return await startCore(config, await companionsOf(config));
  },
  async healthcheck(config) {
    const { runHealthcheck } = await import("./src/monitor/healthcheck.ts");
    return await runHealthcheck(config);
  },
  async demo() {
    const { runDemo } = await import("./src/demo/run.ts");
    await runDemo();
    return 0;
  },
  async check(config) {
    const { runCheck } = await import("./src/check.ts");
    return await runCheck(config);
  },
  async export(config) {
    const { runExport } = await import("./src/recorded/export.ts");
    return await runExport(config);
  },
  async replay(config) {
    const { runReplay } = await import("./src/recorded/replay.ts");
    return await runReplay(config);
  },
  async eraseStore(config) {
    const { runErase } = await import("./src/recorded/erase.ts");
    return await runErase(config);
  },
  version: () => print(version),
  help: () => print(helpText()),
} satisfies Starters as Starters;

type Starters = { readonly [mode in Config["mode"]]?: (config: Config) => Promise<number> };

/** What the settings ask for beside the core: the web monitor, and reports to one elsewhere. */
async function companionsOf(config: Config): Promise<Companion[]> {
  const companions: Companion[] = [];
  if (config.mode === "monitor" || config.withMonitor) {
    const { createMonitor } = await import("./src/monitor/start.ts");
    companions.push(createMonitor(config, {
      // Loaded when somebody asks for it: most never do.
      startDemo: async () => await (await import("./src/demo/mod.ts")).startDemo(),
    }));
  }
  const { webApiUrl } = config;
  if (webApiUrl !== undefined) {
    const { createReporter } = await import("./src/monitor/reporter.ts");
    companions.push(createReporter({ ...config, webApiUrl }));
  }
  return companions;
}

/** Runs the program and resolves with its exit code; wrong settings are one line on stderr and code 2. */
export async function main(
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  let args = flags;
  try {
    let config = parseConfig(args, env);
    if (config.mode === "homeAssistant") {
      const { askHomeAssistant } = await import("./src/supervisor.ts");
      const { options, ingress } = await askHomeAssistant(config, env.SUPERVISOR_TOKEN);
      args = [...flags, ...options];
      config = { ...parseConfig(args, env), mode: "monitor", ingress };
    }
    const start = starters[config.mode];
    if (start === undefined) throw new ConfigError(`Cannot start --${config.mode} in this build`);
    return await start(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const given = [...args, ...Object.values(env)];
    await write(Deno.stderr, `mqtt-mcp: ${terminalLine(error.message, given)}\n`);
    return 2;
  }
}

async function print(text: string): Promise<number> {
  await write(Deno.stdout, `${text}\n`);
  return 0;
}

async function write(
  stream: { write(bytes: Uint8Array): Promise<number> },
  text: string,
): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await stream.write(rest));
}

function readEnvironment(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of environmentNames) {
    const value = Deno.env.get(name);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Runs the program as this process. */
export async function run(): Promise<never> {
  return Deno.exit(await main(Deno.args, readEnvironment()));
}

if (import.meta.main) await run();
