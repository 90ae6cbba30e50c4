import process from "node:process";
import { type Demo, type DemoOptions, startDemo } from "./mod.ts";

/** Settings of {@linkcode runDemo}. */
interface RunDemoOptions extends DemoOptions {
  /** Writes a piece of text for the person at the terminal. Default: standard output. */
  readonly write?: (text: string) => void;
}

/**
 * The `--demo` mode: starts the demo, tells where it is, what is in it and how to stop, and returns
 * after SIGINT, SIGTERM or the abort signal, with everything closed.
 */
export async function runDemo(o: RunDemoOptions = {}): Promise<void> {
  const write = o.write ?? ((text: string) => void process.stdout.write(text));
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  o.signal?.addEventListener("abort", stop, { once: true });
  if (o.signal?.aborted) stop();
  try {
    await using demo = await startDemo({
      ...(o.port !== undefined && { port: o.port }),
      ...(o.seed !== undefined && { seed: o.seed }),
    });
    write(describeDemo(demo));
    if (!stopped.signal.aborted) {
      await new Promise<void>((resolve) =>
        stopped.signal.addEventListener("abort", () => resolve(), { once: true })
      );
    }
  } finally {
    o.signal?.removeEventListener("abort", stop);
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  }
  write("Demo broker stopped\n");
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The demo as a person reads it: where it is, its devices, the faulty ones marked. */
function describeDemo(demo: Demo): string {
  const width = Math.max(...demo.devices.map((device) => device.name.length));
  const familyWidth = Math.max(...demo.devices.map((device) => device.family.length));
  const faulty = demo.devices.filter((device) => device.fault !== undefined).length;
  const lines = [
    `Demo broker: ${demo.url} (MQTT 3.1.1, this machine only)`,
    "",
    `${demo.devices.length} simulated devices, ${faulty} of them faulty (marked with !):`,
    "",
    ...demo.devices.map((device) => {
      const mark = device.fault === undefined ? " " : "!";
      const about = device.fault ?? device.topics.join("  ");
      return `${mark} ${device.name.padEnd(width)}  ${device.family.padEnd(familyWidth)}  ${about}`;
    }),
    "",
    `Connect with establish_connection and the connection string "${demo.url}".`,
    "To have an answer to what happened before, let a core record it (in another terminal):",
    `  mqtt-mcp --core --default-mqtt-broker ${demo.url} --record "#"`,
    "Stop with Ctrl-C.",
    "",
  ];
  return lines.join("\n");
}
