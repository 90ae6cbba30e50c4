/** The monitor as what a process runs beside its core. */
import { say } from "../stderr.ts";
import type { Config } from "../config/mod.ts";
import { ConfigError } from "../config/config_error.ts";
import { log, type LogLine } from "../log.ts";
import type { Companion } from "../mcp/companion.ts";
import { tools } from "../tools/mod.ts";
import type { RunningDemo } from "./demo_host.ts";
import { HttpMonitor } from "./http_monitor.ts";
import { pageFiles } from "./page/mod.ts";

/** Lines that are kept until the monitor has started. */
const MOST_EARLY_LINES = 200;

/**
 * The monitor of a process with these settings. Where its port is taken, a core does not start, and a stdio process says
 * so in one line on stderr and goes on without it. `startDemo` starts the demo broker, for its pages to offer.
 */
export function createMonitor(
  config: Config,
  { startDemo }: { startDemo?: () => Promise<RunningDemo> } = {},
): Companion {
  let monitor: HttpMonitor | null = null;
  let early: LogLine[] = [];
  return {
    observer: {
      onStart: (call) => monitor?.observer.onStart?.(call),
      onProgress: (id, report) => monitor?.observer.onProgress?.(id, report),
      onEnd: (call) => monitor?.observer.onEnd?.(call),
    },
    onLogLine(line) {
      if (monitor !== null) monitor.addLogLine(line);
      else if (early.length < MOST_EARLY_LINES) early.push(line);
    },
    async start(core, { mode, clients }) {
      try {
        monitor = await HttpMonitor.start(core, {
          tools,
          pages: pageFiles,
          mode,
          clients,
          startDemo,
        });
      } catch (error) {
        if (mode === "core" || !(error instanceof ConfigError)) throw error;
        await say(`${error.message}; going on without it`);
        return;
      }
      for (const line of early) monitor.addLogLine(line);
      early = [];
      log("monitor").info("The monitor listens on http://{host}:{port}", {
        host: config.webHost.includes(":") ? `[${config.webHost}]` : config.webHost,
        port: monitor.port,
      });
    },
    async close() {
      await monitor?.close();
    },
  };
}
