/**
 * `deno task demo`: starts the demo broker, spawns the real server over stdio as an MCP host would,
 * runs through its tools and prints what an assistant would learn. With `--keep` the broker stays
 * until Ctrl-C; `--port N` chooses where it listens.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { fileURLToPath } from "node:url";
import { type Demo, startDemo } from "../src/demo/mod.ts";
import { SCRATCH_FILTER } from "../src/mqtt/own_topics.ts";
import { clientEntry, SERVER_RIGHTS } from "./client_settings.ts";
import { fetchPackages, stderrDisplay } from "./packages.ts";
import { hostEnvironment, runtimeEnvironment } from "./runtime_environment.ts";
import { plainLine, terminalStyle, wrapText } from "./terminal_style.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Where `--keep` puts the broker, so that a pasted mcp.json goes on working. */
const KEPT_PORT = 18_830;
const LISTEN_SECONDS = 15;
const WATCH_SECONDS = 30;
const WIDTH = 100;

const style = terminalStyle({
  color: !Deno.noColor && Deno.stdout.isTerminal(),
});

/** What a tool handed out; read with care, since it came over a wire. */
type Facts = Record<string, unknown>;

interface DemoArguments {
  readonly keep: boolean;
  readonly port: number;
}

if (import.meta.main) {
  let failed = false;
  try {
    failed = !(await showDemo(readArguments(Deno.args)));
  } catch (error) {
    console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`);
    failed = true;
  }
  Deno.exit(failed ? 1 : 0);
}

function readArguments(args: readonly string[]): DemoArguments {
  let keep = false;
  let port: number | null = null;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--keep") keep = true;
    else if (args[i] === "--port") port = Number(args[++i]);
    else throw new Error(`Unknown argument "${args[i]}"; there are --keep and --port N`);
  }
  if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) {
    throw new Error("Cannot listen there: --port takes a number from 0 to 65535");
  }
  return { keep, port: port ?? (keep ? KEPT_PORT : 0) };
}

async function showDemo(o: DemoArguments): Promise<boolean> {
  await fetchServer();
  const began = performance.now();
  await using demo = await startDemo({ port: o.port });
  const faulty = demo.devices.filter((device) => device.fault !== undefined);
  heading("A broker to play with");
  say(wrapText(
    `${demo.url} with ${demo.devices.length} simulated devices of a home and a small plant. ` +
      `${faulty.length} of them are faulty; the server is not told which.`,
    { width: WIDTH, indent: "  " },
  ));

  const dataDir = await Deno.makeTempDir({ prefix: "mqtt-mcp-demo-" });
  let passed: boolean;
  try {
    heading("The server, started as an MCP host starts it");
    say(style.dim(`deno run --cached-only ${SERVER_RIGHTS.join(" ")} main.ts --stdio --no-attach`));
    passed = await talkToServer(dataDir, (client) => useTools(client, demo));
    heading("The server, stopped and started again");
    passed &&= await talkToServer(dataDir, (client) => askAboutBefore(client, demo));
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }

  heading("Use it yourself");
  printClientSettings(demo, o);
  say(style.dim(`All of that took ${((performance.now() - began) / 1000).toFixed(0)} s.`));
  if (o.keep) {
    say(`The demo broker stays at ${demo.url} until Ctrl-C.`);
    await interrupted();
  }
  return passed;
}

/** So that the server, which has a minute to answer, has nothing left to download when it is started. */
async function fetchServer(): Promise<void> {
  heading("The packages that the server needs");
  const display = stderrDisplay();
  try {
    const { packages, seconds } = await fetchPackages([MAIN], display);
    display.done();
    say(
      packages > 0
        ? `${counted(packages, "package")} in ${seconds.toFixed(0)} s; the next start needs none`
        : "all there, nothing to download",
    );
  } catch (error) {
    display.done();
    throw error;
  }
}

/** Starts a server, which keeps what it records in a directory, and ends it. */
async function talkToServer(
  dataDir: string,
  talk: (client: Client) => Promise<boolean>,
): Promise<boolean> {
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: ["run", "--cached-only", ...SERVER_RIGHTS, MAIN, "--stdio", "--no-attach"],
    env: {
      ...runtimeEnvironment(),
      LOG_LEVEL: "WARNING",
      RECORD_STORE: "sqlite",
      DATA_DIR: dataDir,
    },
    stderr: "pipe",
  });
  let complaints = "";
  transport.stderr?.on("data", (chunk: Uint8Array) => {
    complaints = (complaints + new TextDecoder().decode(chunk)).slice(-4000);
  });
  const client = new Client({ name: "mqtt-mcp-demo", version: "1.0.0" });
  const began = performance.now();
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    const ready = Math.round(performance.now() - began);
    const names = tools.map((tool) => tool.name).join(", ");
    say(
      wrapText(`${tools.length} tools after ${ready} ms: ${names}`, { width: WIDTH, indent: "  " }),
    );
    return await talk(client);
  } catch (error) {
    if (complaints !== "") console.error(style.dim(complaints.trimEnd()));
    throw error;
  } finally {
    await client.close();
  }
}

/** True if no tool failed and the diagnoses are those the demo knows to be true. */
async function useTools(client: Client, demo: Demo): Promise<boolean> {
  const call = createCaller(client);

  question("Connect to my broker", "establish_connection");
  const connection = await call("establish_connection", { connection_string: demo.url });
  const session = textOf(connection.session_id);
  say(
    `${textOf(connection.status)} in ${numberOf(connection.connect_ms)} ms over MQTT ` +
      `${textOf(connection.mqtt_version)}, session ${session.slice(0, 8)}…`,
  );

  question("Is the connection healthy?", "test_connection");
  showChecks(await call("test_connection", { session_id: session }));

  question("Keep an ear on the greenhouse", "record_topics");
  await call("record_topics", { session_id: session, action: "start", topics: ["greenhouse/#"] });
  say("recording greenhouse/# in the background");

  question("Tell me when the heater's plug drops off", "watch_topics");
  const watching = await call("watch_topics", {
    session_id: session,
    action: "start",
    device: "heater_plug",
    // it comes and goes: it may be gone already
    retained: true,
    name: "the heater's plug drops off",
  });
  say(plainLine(textOf(watching.answer), WIDTH));

  const listen = { session_id: session, duration: LISTEN_SECONDS };
  const asked = devicesToAskAbout(demo);
  heading(`Listening for ${LISTEN_SECONDS} s, ${asked.length + 5} calls side by side`);
  const waiting = showProgress();
  const [fleet, topics, collected, schema, performanceFacts, command, ...diagnoses] = await Promise
    .all([
      call("check_devices", listen),
      call("list_topics", { ...listen, exclude: [SCRATCH_FILTER] }),
      call("subscribe_and_collect", {
        ...listen,
        topic: "plant/#",
        when_full: "sample",
        target: 20,
      }),
      call("get_topic_schema", { ...listen, topic: "plant/conveyor-1/telemetry" }),
      call("monitor_performance", { ...listen, probe: true }, waiting.update),
      commandPlug(call, session),
      ...asked.map((device) => call("debug_device", { ...listen, device_id: device.name })),
    ]);
  waiting.done();

  question("Which of my devices are sick?", "check_devices");
  showFleet(fleet!);
  question("What is on it?", "list_topics");
  showTopics(topics!);
  question("What is happening in the plant?", "subscribe_and_collect");
  showCollection(collected!);
  question("What does the conveyor send?", "get_topic_schema");
  showSchema(schema!);
  question("Switch the washing machine's plug off", "publish_message");
  showCommand(command as Facts);
  question("How is the broker doing?", "monitor_performance");
  showPerformance(performanceFacts!);
  question("Why are they?", "debug_device");
  const right = showDiagnoses(asked, diagnoses);

  question("Wait for the next alarm of the plant", "wait_for");
  const alarm = await call("wait_for", {
    session_id: session,
    topic: "plant/+/alarm",
    timeout: 30,
  });
  const { message = "" } = recordOf(recordOf(alarm.message).payload);
  say(
    `after ${numberOf(alarm.waited_s)} s ${style.cyan(textOf(recordOf(alarm.message).topic))}: ${
      plainLine(textOf(message), 100)
    }`,
  );

  question("What did the greenhouse send meanwhile?", "query_history");
  const history = await call("query_history", {
    session_id: session,
    topic: "greenhouse/climate/temperature",
    aggregate: { by: "time", bucket: 5 },
  });
  const rows = showTemperatures(history);

  question("Did the heater's plug drop off?", "watch_topics");
  const watch = await metWatch(call, session);
  say(
    numberOf(watch.met) > 0
      ? `yes, ${textOf(watch.last_met_at).slice(11, 19)}: ${plainLine(textOf(watch.evidence), 120)}`
      : "not so far",
  );

  question("That is all", "close_connection");
  const closed = await call("close_connection", { session_id: session });
  say(
    `${
      textOf(closed.status)
    }; its messages in memory are erased, the recorded ones stay on the disk`,
  );
  return right && rows > 0 && numberOf(watch.met) > 0;
}

/** The watch, once what it waits for was seen; as it is after a while, on a machine that is busy with other things. */
async function metWatch(call: Call, session: string): Promise<Facts> {
  for (let second = 0;; second++) {
    const told = await call("watch_topics", { session_id: session, action: "list" });
    const [watch = {}] = listOf(told.watches);
    if (numberOf(watch.met) > 0 || second >= WATCH_SECONDS) return watch;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** True if what was recorded before the server was stopped can be asked about. */
async function askAboutBefore(client: Client, demo: Demo): Promise<boolean> {
  const call = createCaller(client);
  const connection = await call("establish_connection", { connection_string: demo.url });
  question("How warm was the greenhouse before you were restarted?", "query_history");
  return showTemperatures(
    await call("query_history", {
      session_id: textOf(connection.session_id),
      topic: "greenhouse/climate/temperature",
      since: "-1h",
      aggregate: { by: "time", bucket: 10 },
    }),
  ) > 0;
}

/** Shows rows of figures; returns how many there are. */
function showTemperatures(history: Facts): number {
  const rows = Array.isArray(history.rows) ? history.rows as Facts[] : [];
  for (const row of rows) {
    say(
      `${textOf(row.key).slice(11, 19)}  ${numberOf(row.count)} readings, ` +
        `${numberOf(row.min)} to ${numberOf(row.max)} °C`,
    );
  }
  return rows.length;
}

type Call = (
  tool: string,
  args: Facts,
  onProgress?: (message: string) => void,
) => Promise<Facts>;

function createCaller(client: Client): Call {
  return async (tool, args, onProgress) => {
    const result = await client.callTool({ name: tool, arguments: args }, {
      timeout: 60_000,
      ...(onProgress
        ? {
          onprogress: (progress: { message?: string }) => onProgress(progress.message ?? ""),
        }
        : {}),
    });
    const text = result.content.flatMap((block) => block.type === "text" ? block.text : [])
      .join("\n");
    if (result.isError) throw new Error(`${tool} answered ${plainLine(text, 400)}`);
    return (result.structuredContent ?? JSON.parse(text)) as Facts;
  };
}

/** All that are sick and three that are not: the server must not blame those. */
function devicesToAskAbout(demo: Demo): Demo["devices"] {
  const healthy = new Set(["greenhouse", "pump-1", "washer_plug"]);
  return demo.devices.filter((device) => device.fault !== undefined || healthy.has(device.name));
}

async function commandPlug(call: Call, session: string): Promise<Facts> {
  const listening = call("subscribe_and_collect", {
    session_id: session,
    topic: "stat/washer_plug/#",
    duration: 10,
    max_messages: 2,
  });
  // The subscription must stand before the plug answers; a moment is enough on loopback.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const published = await call("publish_message", {
    session_id: session,
    topic: "cmnd/washer_plug/POWER",
    payload: "OFF",
    qos: 1,
  });
  return { published, answer: await listening };
}

function showChecks(report: Facts): void {
  const checks = listOf(report.checks).map((check) => {
    const status = textOf(check.status);
    const mark = status === "pass"
      ? style.green("✓")
      : status === "fail"
      ? style.red("✗")
      : style.yellow(status === "warn" ? "!" : "–");
    return `${mark} ${textOf(check.name)}`;
  });
  say(
    `${report.healthy === true ? style.green("healthy") : style.red("not healthy")}: ` +
      checks.join("  "),
  );
}

function showTopics(facts: Facts): void {
  say(`${numberOf(facts.topic_count)} topics; the patterns with most messages:`);
  const tree = [...listOf(facts.tree)]
    .sort((a, b) => numberOf(b.messages) - numberOf(a.messages))
    .slice(0, 8);
  for (const entry of tree) {
    say(
      `  ${plainLine(textOf(entry.pattern), 56).padEnd(58)}` +
        style.dim(
          `${counted(numberOf(entry.topics), "topic")}, ` +
            counted(numberOf(entry.messages), "message"),
        ),
    );
  }
}

function showCollection(facts: Facts): void {
  say(
    `${numberOf(facts.original_message_count)} messages, the ${numberOf(facts.message_count)} ` +
      "most telling ones handed over; first among them:",
  );
  const telling = listOf(facts.messages)
    .filter((message) => JSON.stringify(message.kept_for ?? "").includes("error"))
    .slice(0, 3);
  for (const message of telling) {
    const payload = typeof message.payload === "string"
      ? message.payload
      : JSON.stringify(message.payload);
    say(`  ${style.cyan(plainLine(textOf(message.topic), 40))} ${plainLine(payload, 120)}`);
  }
}

function showSchema(facts: Facts): void {
  const confidence = recordOf(facts.confidence);
  say(`${numberOf(facts.sample_count)} samples, confidence ${textOf(confidence.level)}:`);
  for (const field of listOf(facts.fields).slice(0, 6)) {
    const types = Array.isArray(field.types) ? field.types.join(" or ") : "";
    const presence = Math.round(numberOf(field.presence) * 100);
    say(
      `  ${style.cyan(plainLine(textOf(field.path), 30).padEnd(16))} ${types.padEnd(18)} ` +
        style.dim(`in ${presence} % of the messages`),
    );
  }
  for (const warning of stringsOf(facts.warnings).slice(0, 2)) {
    say(`  ${style.yellow("!")} ${plainLine(warning, 200)}`);
  }
}

function showCommand(facts: Facts): void {
  const published = recordOf(facts.published);
  const answers = listOf(recordOf(facts.answer).messages);
  say(
    `${textOf(published.status)}, acknowledged by ${textOf(published.ack)} in ` +
      `${numberOf(published.duration_ms)} ms; the plug answered:`,
  );
  for (const answer of answers.slice(0, 2)) {
    const payload = typeof answer.payload === "string"
      ? answer.payload
      : JSON.stringify(answer.payload);
    say(`  ${style.cyan(plainLine(textOf(answer.topic), 60))} ${plainLine(payload, 100)}`);
  }
}

function showPerformance(facts: Facts): void {
  say(wrapText(plainLine(textOf(facts.summary), 400), { width: WIDTH, indent: "  " }));
  const series = recordOf(recordOf(facts.throughput).series);
  say(
    `  ${style.cyan(plainLine(textOf(series.sparkline), 80))} ` +
      style.dim(`messages per ${numberOf(series.bucket_seconds)} s`),
  );
  for (const probe of listOf(recordOf(recordOf(facts.latency).probe).by_qos)) {
    say(
      `  QoS ${numberOf(probe.qos)} round trip: ${numberOf(probe.p50)} ms, ` +
        `95 % within ${numberOf(probe.p95)} ms`,
    );
  }
  for (const alert of listOf(facts.alerts).slice(0, 3)) {
    say(`  ${style.yellow("!")} ${plainLine(textOf(alert.message), 200)}`);
  }
}

function showFleet(facts: Facts): void {
  say(plainLine(textOf(facts.answer), 300));
  for (const row of listOf(facts.devices)) {
    const finding = listOf(row.findings)[0];
    say(`  ${textOf(row.device).padEnd(24)} ${plainLine(textOf(finding?.title), 80)}`);
  }
}

/** Prints each diagnosis beside the truth; true if no sick device was missed and no other blamed. */
function showDiagnoses(asked: Demo["devices"], diagnoses: readonly Facts[]): boolean {
  let found = 0;
  let blamed = 0;
  for (const [index, device] of asked.entries()) {
    const facts = diagnoses[index];
    const findings = listOf(facts.findings).filter((finding) => finding.severity !== "info");
    const sick = findings.length > 0;
    if (sick && device.fault !== undefined) found++;
    if (sick && device.fault === undefined) blamed++;
    const state = textOf(recordOf(facts.connection).state);
    const health = typeof facts.health === "number" ? `health ${facts.health}` : "not heard";
    const mark = sick ? style.red("✗") : style.green("✓");
    say(
      `${mark} ${style.bold(device.name.padEnd(14))} ${state.padEnd(9)} ${health.padEnd(11)} ` +
        style.dim(plainLine(textOf(facts.convention), 30)),
    );
    for (const finding of findings.slice(0, 2)) {
      say(
        `    ${style.yellow(textOf(finding.severity))} ` +
          wrapped(plainLine(textOf(finding.title), 200), "      "),
      );
      if (finding === findings[0]) {
        say(
          `    ${style.dim("→")} ` + wrapped(plainLine(textOf(finding.suggestion), 240), "      "),
        );
      }
    }
    if (device.fault !== undefined) {
      say(`    ${style.dim(wrapped(`the truth: ${device.fault}`, "      "))}`);
    }
  }
  const sickCount = asked.filter((device) => device.fault !== undefined).length;
  const verdict = `${found} of ${sickCount} faulty devices found, ` +
    `${blamed} of ${asked.length - sickCount} healthy ones blamed`;
  const right = found === sickCount && blamed === 0;
  say(right ? style.green(verdict) : style.red(verdict));
  return right;
}

function printClientSettings(demo: Demo, o: DemoArguments): void {
  const broker = o.keep ? demo.url : `mqtt://127.0.0.1:${KEPT_PORT}`;
  if (!o.keep) {
    say(
      `To play on, start the demo broker again and leave it running: ` +
        style.bold("deno task demo --keep"),
    );
  }
  say("Cursor's mcp.json (~/.cursor/mcp.json) for the demo broker and for your own:");
  const env = hostEnvironment();
  const settings = {
    mcpServers: {
      "mqtt-demo": clientEntry({ mainPath: MAIN, broker, env }),
      "mqtt": clientEntry({ mainPath: MAIN, broker: "mqtt://USER:PASSWORD@YOUR-BROKER:1883", env }),
    },
  };
  console.log(JSON.stringify(settings, null, 2));
}

function showProgress(): { update(message: string): void; done(): void } {
  const terminal = Deno.stdout.isTerminal();
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
  return {
    update(message) {
      if (terminal) write(`\r\x1b[2K  ${style.dim(plainLine(message, 90))}`);
    },
    done() {
      if (terminal) write("\r\x1b[2K");
    },
  };
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", resolve);
  });
}

function heading(text: string): void {
  console.log(`\n${style.bold(text)}`);
}

function question(text: string, tool: string): void {
  console.log(`\n${style.bold(`“${text}”`)}  ${style.dim(tool)}`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function wrapped(text: string, indent: string): string {
  return wrapText(text, { width: WIDTH, indent: `  ${indent}` });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function recordOf(value: unknown): Facts {
  return typeof value === "object" && value !== null ? value as Facts : {};
}

function listOf(value: unknown): Facts[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
