/**
 * A good client at work while everybody else means harm: a broker that breaks the protocol, payloads that are bombs,
 * calls that ask for endless work, and strangers at the monitor's port. Every call of the good client must be answered
 * rightly, and in the end descriptors and memory must be back.
 *
 * usage: deno run -A bench/hostile.ts [--minutes 0.5] [--only payloads,calls,brokers,strangers]
 */
import { Buffer } from "node:buffer";
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { BOMBS } from "../tests/support/bombs.ts";
import { makePrivateDir } from "../tests/support/core_process.ts";
import {
  connectClient,
  mainArgs,
  type TestClient,
  WireClient,
} from "../tests/support/mcp_client.ts";
import { freePort } from "../tests/support/free_ports.ts";
import { startMosquitto } from "../tests/support/mosquitto.ts";
import { type ScriptedClient, startScriptedBroker } from "../tests/support/scripted_broker.ts";
import { holdingsOf, idle } from "./holdings.ts";

const TOKEN = "a-token-of-the-owner-0123456789abcdef";
const CALL_MS = 120_000;
/** The core frees what nobody uses while it has nothing else to do. */
const AFTERWARDS_MS = 30_000;

type Attach = () => Promise<TestClient>;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the good client saw. */
interface Good {
  calls: number;
  wrong: string[];
  /** Milliseconds of the quick calls, which a stalled core would hold up. */
  readonly quickMs: number[];
}

/** A session on an honest broker with a device that answers, and every result looked at. */
async function good(attach: Attach, url: string, signal: AbortSignal): Promise<Good> {
  const seen: Good = { calls: 0, wrong: [], quickMs: [] };
  const device = await mqtt.connectAsync(url, { protocolVersion: 5 });
  await device.subscribeAsync("good/ask");
  device.on("message", (_topic, payload, { properties }) => {
    if (properties?.responseTopic === undefined) return;
    device.publish(properties.responseTopic, `{"echo":${payload}}`, {
      properties: { correlationData: properties.correlationData },
    });
  });
  await using client = await attach();
  async function call(
    name: string,
    args: Record<string, unknown>,
    right: (facts: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>> {
    const started = performance.now();
    seen.calls++;
    try {
      const { isError, text, facts } = await client.call(name, args, { timeoutMs: CALL_MS });
      if (isError || !right(facts)) seen.wrong.push(`${name}: ${text.slice(0, 300)}`);
      if (args.duration === undefined) seen.quickMs.push(performance.now() - started);
      return facts;
    } catch (error) {
      seen.wrong.push(`${name}: ${error}`);
      return {};
    }
  }
  const opened = await call(
    "establish_connection",
    { connection_string: url },
    (facts) => typeof facts.session_id === "string",
  );
  const { session_id } = opened;
  for (let n = 0; !signal.aborted; n++) {
    await call(
      "publish_message",
      { session_id, topic: "good/state", payload: { n }, qos: 1 },
      (facts) => facts.acknowledged === true,
    );
    await call("request_reply", {
      session_id,
      topic: "good/ask",
      payload: String(n),
      timeout: 60,
      expect: { type: "object", properties: { echo: { const: n } }, required: ["echo"] },
    }, (facts) => facts.replied === true && facts.valid === true);
    // this process is as busy as the core: what counts is what the broker is known to have taken
    const takenAt: number[] = [];
    const ticking = setInterval(async () => {
      await device.publishAsync("good/state", `{"n":${n}}`, { qos: 1 });
      takenAt.push(Date.now());
    }, 100);
    await call(
      "subscribe_and_collect",
      { session_id, topic: "good/state", duration: 1 },
      (facts) => heardWhatWasTaken(facts, takenAt),
    );
    clearInterval(ticking);
    await call(
      "list_active_connections",
      {},
      (facts) => JSON.stringify(facts).includes(String(session_id)),
    );
  }
  await call("close_connection", { session_id }, () => true);
  await device.endAsync();
  return seen;
}

/** Whether a collection has a message, or none was taken by the broker well inside its window. */
function heardWhatWasTaken(facts: Record<string, unknown>, takenAt: readonly number[]): boolean {
  if (Array.isArray(facts.messages) && facts.messages.length > 0) return true;
  const { from, to } = facts.listened as { from: string; to: string };
  const [first, last] = [Date.parse(from) + 100, Date.parse(to) - 100];
  // between two acknowledgements the message was on its way at an unknown time: only the first after `first` is sure
  return takenAt.filter((at) => at > first && at < last).length < 2;
}

/** What means harm goes on, whatever becomes of it; how often it came through is counted. */
async function persist(signal: AbortSignal, round: () => Promise<number>): Promise<number> {
  let count = 0;
  while (!signal.aborted) {
    try {
      count += await round();
    } catch {
      await pause(100);
    }
  }
  return count;
}

/** Sends one bomb after the other to the honest broker, from a few bytes to a megabyte. */
async function payloads(url: string, signal: AbortSignal): Promise<number> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
  let sent = 0;
  while (!signal.aborted) {
    for (const { make, options } of BOMBS) {
      if (signal.aborted) break;
      const payload = Buffer.from(
        make(sent % 10 === 9 ? 1_000_000 : sent % 2 === 0 ? 1_000 : 30_000),
      );
      const topic = sent % 2 === 0 ? options?.topic ?? "t" : `evil/${sent % 50}`;
      await client.publishAsync(topic, payload, { qos: 1, retain: sent % 20 === 0 });
      sent++;
      await pause(100);
    }
  }
  await client.endAsync();
  return sent;
}

const deep = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth));

function endlessSchema(): Record<string, unknown> {
  const $defs: Record<string, unknown> = { d0: { type: "string" } };
  for (let i = 1; i <= 40; i++) {
    $defs[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i - 1}` }, { $ref: `#/$defs/d${i - 1}` }] };
  }
  return { $defs, $ref: "#/$defs/d40" };
}

/** Calls that ask for endless work, about the bombs too. Whether they are refused is not looked at: only that they end. */
async function calls(attach: Attach, url: string, signal: AbortSignal): Promise<number> {
  const echo = await mqtt.connectAsync(url, { protocolVersion: 5 });
  await echo.subscribeAsync("evil/ask");
  echo.on("message", (_topic, _payload, { properties }) => {
    if (properties?.responseTopic !== undefined) {
      echo.publish(properties.responseTopic, `"${"a".repeat(200_000)}!"`);
    }
  });
  const total = await persist(signal, async () => {
    let made = 0;
    await using client = await attach();
    const call = async (name: string, args: Record<string, unknown>) => {
      made++;
      return await client.call(name, args, { timeoutMs: CALL_MS });
    };
    const { facts } = await call("establish_connection", { connection_string: url });
    const { session_id } = facts;
    const ask = { session_id, topic: "evil/ask", payload: "", timeout: 5 };
    await Promise.all([
      call("request_reply", { ...ask, expect: endlessSchema() }),
      call("request_reply", { ...ask, expect: { pattern: "^(a+)+$" } }),
      call("request_reply", { ...ask, expect: { pattern: "(a|a)*b{1,900}$" } }),
      call("request_reply", { ...ask, payload: deep(4_000) }),
      call("query_history", { session_id, where: deep(4_000) }),
      call("list_topics", { session_id, exclude: Array(60_000).fill("a/#"), duration: 1 }),
      call("get_topic_schema", { session_id, topic: "#", duration: 3 }),
      call("subscribe_and_collect", { session_id, topic: "#", duration: 3 }),
      call("debug_device", { session_id, device_id: "evil", duration: 3 }),
      call("monitor_performance", { session_id, topics: ["#"], duration: 3 }),
      call("record_topics", { session_id, action: "start", topics: ["#"] }),
    ]);
    const where = [{ path: "a.b[0]", op: "contains", value: "x".repeat(9_000) }];
    await Promise.all([
      call("query_history", { session_id, where }),
      call("query_history", { session_id, contains: "a".repeat(1_000) }),
      call("query_history", { session_id, aggregate: { by: "topic", field: "a" } }),
    ]);
    await call("close_connection", { session_id });
    return made;
  });
  await echo.endAsync();
  return total;
}

/** What a broker can do to a client once it is connected. */
const BROKER_FAULTS: readonly ((client: ScriptedClient) => void)[] = [
  (client) => client.sendRaw(Buffer.alloc(200_000, Buffer.from([0xd0, 0]))),
  (client) => client.sendRaw(crypto.getRandomValues(new Uint8Array(10_000))),
  (client) => client.sendRaw(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f)),
  (client) => client.sendRaw(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff)),
  (client) => {
    for (let i = 1; i <= 200; i++) {
      client.send({
        cmd: "publish",
        topic: `evil/${i}`,
        payload: Buffer.alloc(100_000),
        qos: 2,
        messageId: i,
        dup: false,
        retain: false,
      });
    }
  },
  (client) => {
    for (let i = 0; i < 20_000; i++) {
      client.send({
        cmd: "publish",
        topic: `evil/${i}`,
        payload: "x",
        qos: 0,
        dup: false,
        retain: false,
      });
    }
  },
  (client) => client.close(),
];

/** Sessions on a broker that breaks the protocol, one way after the other. */
async function brokers(attach: Attach, signal: AbortSignal): Promise<number> {
  let sessions = 0;
  await using broker = startScriptedBroker();
  return await persist(signal, async () => {
    await using client = await attach();
    const opened = await client.call("establish_connection", { connection_string: broker.url }, {
      timeoutMs: CALL_MS,
    });
    const { session_id } = opened.facts;
    const fault = BROKER_FAULTS[sessions++ % BROKER_FAULTS.length];
    const collecting = client.call("subscribe_and_collect", {
      session_id,
      topic: "evil/#",
      duration: 2,
    }, { timeoutMs: CALL_MS });
    await pause(200);
    for (const one of broker.clients) {
      try {
        if (one.isOpen) fault(one);
      } catch {
        // it has gone meanwhile
      }
    }
    await collecting;
    await client.call("close_connection", { session_id }, { timeoutMs: CALL_MS });
    return 1;
  });
}

/** Bytes of the heap in use, as the monitor tells them. */
async function heapOf(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return Number(/^\S*process_heap_bytes (\S+)$/m.exec(await answer.text())?.[1]);
}

/** Requests that are half sent, too large, nonsense, or carry wrong tokens. */
async function strangers(port: number, signal: AbortSignal): Promise<number> {
  const encoder = new TextEncoder();
  const heads = [
    "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
    "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n{",
    `GET /${"a/".repeat(30_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /api/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${
      "x".repeat(5_000)
    }\r\n\r\n`,
    `POST /api/log-call HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n${"[".repeat(9)}`,
    "\u0000\u0001\u0002\u0003",
    "GET /api/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
  ];
  let sent = 0;
  while (!signal.aborted) {
    const open: Deno.Conn[] = [];
    for (let i = 0; i < 40; i++) {
      try {
        const connection = await Deno.connect({ hostname: "127.0.0.1", port });
        open.push(connection);
        await connection.write(encoder.encode(heads[sent++ % heads.length]));
      } catch {
        // refused or closed: what it should be
      }
    }
    await pause(500);
    for (const connection of open) {
      try {
        connection.close();
      } catch {
        // closed by the other side
      }
    }
  }
  return sent;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0);
}

async function main(minutes: number, only: readonly string[]): Promise<number> {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  const port = freePort();
  const env = {
    CORE_SOCKET: `${dir}/core.sock`,
    DATA_DIR: `${dir}/data`,
    WEB_TOKEN: TOKEN,
    // as the package for npm and the images have it
    DENO_USR2_MEMORY_TRIM: "1",
  };
  const flags = ["--monitor", `--web-port=${port}`];
  await using core = new WireClient({ args: mainArgs, flags, env });
  await core.until(() => core.stderr.includes("listens on"));
  const attach = () => connectClient("sdk v2, 2025", { args: mainArgs, flags: ["--stdio"], env });
  // once through everything first, so that what is loaded late is no leak
  await good(attach, broker.url, AbortSignal.timeout(100));
  const before = { ...await idle(core.process.pid), heapMb: await heapOf(port) / 1024 ** 2 };

  const stop = new AbortController();
  const started = performance.now();
  let peak = 0;
  const watching = setInterval(async () => {
    peak = Math.max(peak, (await holdingsOf(core.process.pid)).rssMb);
  }, 1_000);
  setTimeout(() => stop.abort(), minutes * 60_000);
  const { signal } = stop;
  const [seen, bombs, evilCalls, evilSessions, requests] = await Promise.all([
    good(attach, broker.url, signal),
    only.includes("payloads") ? payloads(broker.url, signal) : 0,
    only.includes("calls") ? calls(attach, broker.url, signal) : 0,
    only.includes("brokers") ? brokers(attach, signal) : 0,
    only.includes("strangers") ? strangers(port, signal) : 0,
  ]);
  clearInterval(watching);
  const seconds = Math.round((performance.now() - started) / 1000);
  await pause(AFTERWARDS_MS);
  const after = { ...await idle(core.process.pid), heapMb: await heapOf(port) / 1024 ** 2 };

  console.log(
    `${seconds} s: ${seen.calls} calls of the good client, ${seen.wrong.length} not answered rightly; ` +
      `beside them ${bombs} hostile payloads, ${evilCalls} hostile calls, ${evilSessions} sessions on a ` +
      `hostile broker, ${requests} hostile requests`,
  );
  console.log(
    `quick calls of the good client: median ${percentile(seen.quickMs, 0.5)} ms, 95 of 100 within ${
      percentile(seen.quickMs, 0.95)
    } ms, the longest ${percentile(seen.quickMs, 1)} ms`,
  );
  for (const wrong of seen.wrong.slice(0, 10)) console.log(`  ${wrong}`);
  const rows = ["rssMb", "heapMb", "descriptors", "sockets", "threads", "idleCpuPercent"] as const;
  console.table(Object.fromEntries(rows.map((row) => [row, {
    before: Math.round(before[row] * 10) / 10,
    after: Math.round(after[row] * 10) / 10,
  }])));
  console.log(`memory while attacked: ${Math.round(peak)} MiB at most`);
  const ended = performance.now();
  core.process.kill("SIGTERM");
  await core.ended(10_000);
  console.log(`SIGTERM ended it in ${Math.round(performance.now() - ended)} ms`);
  await Deno.remove(dir, { recursive: true });
  return seen.wrong.length === 0 && after.descriptors <= before.descriptors + 2 ? 0 : 1;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "0.5" },
      only: { type: "string", default: "payloads,calls,brokers,strangers" },
    },
  });
  Deno.exit(await main(Number(values.minutes), values.only.split(",")));
}
