import assert from "node:assert/strict";
import { awaitMonitorPort } from "../support/monitor_port.ts";
import { makePrivateDir } from "../support/core_process.ts";
import { mainArgs, WireClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";

/** Whatever leaves is searched for this. */
const MARK = "Mk7qPw";

/** Logins as people paste them: with a scheme and without, with characters that end a quotation, cut by nothing. */
const FORMS = [
  `mqtt://u:${MARK}@h`,
  `mqtts://u:p@${MARK}@h:8883/id?x=1`,
  `mqtt://u:a'${MARK}@h`,
  `mqtt://u:a"${MARK}@h`,
  `mqtt://u:a\`${MARK}@h`,
  `mqtt://u:a<${MARK}>@h`,
  `mqtt://u:a ${MARK}@h`,
  `mqtt://u:a/${MARK}@h`,
  `mqtt://u:${MARK}${"x".repeat(2_000)}@h`,
  `u:${MARK}@h`,
  `u:a ${MARK}@h:1883`,
  `ftp://u:${MARK}@h`,
];

interface Property {
  readonly type?: string | readonly string[];
  readonly items?: unknown;
  readonly default?: unknown;
}

/** Arguments with which a call gets as far as it can in little time. */
const VALID: Readonly<Record<string, unknown>> = {
  topic: "a/b",
  topics: ["a/b"],
  device_id: "b",
  payload: "1",
  action: "status",
  duration: 0.1,
  timeout: 0.1,
};

function leaks(output: string): string[] {
  const found: string[] = [];
  for (let at = output.indexOf(MARK); at >= 0; at = output.indexOf(MARK, at + 1)) {
    found.push(output.slice(Math.max(0, at - 160), at + 60));
  }
  return found;
}

function readAll(folder: string): string {
  let text = "";
  for (const { name, isFile, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) text += readAll(`${folder}/${name}`);
    if (isFile) text += new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`));
  }
  return text;
}

Deno.test("a password that is given in any argument of any tool, resource or prompt comes back nowhere", async () => {
  await using broker = await startMosquitto();
  const dir = makePrivateDir();
  let output = "";
  {
    await using wire = new WireClient({
      flags: ["--stdio", "--no-attach", "--monitor", "--web-port=0"],
      env: {
        LOG_LEVEL: "DEBUG",
        LOG_FILE: `${dir}/log`,
        DATA_DIR: `${dir}/data`,
        CONNECTION_TIMEOUT: "1",
        MQTT_TIMEOUT: "1",
      },
    });
    await wire.initialize();
    const port = await awaitMonitorPort(wire);
    const listed = (await wire.request("tools/list")).result as {
      tools: {
        name: string;
        inputSchema: { properties?: Record<string, Property>; required?: string[] };
      }[];
    };
    const connect = async () => {
      const opened = await wire.request("tools/call", {
        name: "establish_connection",
        arguments: { connection_string: `mqtt://127.0.0.1:${broker.port}`, record: ["#"] },
      });
      return (opened.result as { structuredContent: { session_id: string } })
        .structuredContent.session_id;
    };
    const sessionId = await connect();
    const ids: number[] = [];
    const ask = async (method: string, params: unknown) => {
      ids.push(await wire.send(method, params));
    };
    const settled = async () => {
      for (const id of ids.splice(0)) await wire.answer(id);
    };
    for (const { name, inputSchema } of listed.tools) {
      const { properties = {}, required = [] } = inputSchema;
      const base: Record<string, unknown> = {};
      for (const key of Object.keys(properties)) {
        if (key === "session_id") base[key] = sessionId;
        else if (required.includes(key) || key === "duration" || key === "timeout") {
          base[key] = VALID[key];
        }
      }
      for (const form of FORMS) {
        for (const [key, property] of Object.entries(properties)) {
          const value = property.type === "array" ? [form] : form;
          await ask("tools/call", { name, arguments: { ...base, [key]: value } });
        }
        await ask("tools/call", { name, arguments: { ...base, [form]: 1 } });
        await ask("tools/call", {
          name,
          arguments: { ...base, where: [{ path: form, op: form }] },
        });
        await ask("tools/call", { name, arguments: { ...base, session_id: { [form]: form } } });
      }
      await settled();
    }
    for (const form of FORMS) {
      await ask("tools/call", { name: form, arguments: {} });
      await ask("tools/call", { name: { [form]: form } });
      await ask("resources/read", { uri: form });
      await ask("resources/read", { uri: `mqtt-mcp://collections/${form}` });
      await ask("prompts/get", { name: form });
      await ask("prompts/get", { name: "explore_broker", arguments: { [form]: "x" } });
      await ask("prompts/get", { name: "diagnose_device", arguments: { device: form } });
      await ask("prompts/get", {
        name: "explain_traffic",
        arguments: { topic: form, session_id: form },
      });
      await ask(form, {});
    }
    await settled();
    // lines that are no messages: their faults are logged
    for (const form of FORMS) {
      await wire.write(JSON.stringify({ jsonrpc: form, [form]: form }) + "\n");
      await wire.write(`{"password":"${form.replaceAll('"', "")}\n`);
    }
    await wire.request("ping");
    await wire.request("tools/call", { name: "list_active_connections", arguments: {} });
    await wire.request("resources/list");
    for (
      const path of [
        "status",
        "sessions",
        "brokers",
        "stats",
        "calls?limit=500",
        "logs",
        "calls/export?format=csv",
        "calls/export?format=json",
      ]
    ) {
      const answer = await fetch(`http://127.0.0.1:${port}/api/${path}`);
      assert.ok(answer.ok, path);
      output += await answer.text();
    }
    for (const form of FORMS) {
      for (const body of [{ connection_string: form }, { broker: form }, { [form]: form }]) {
        const answer = await fetch(`http://127.0.0.1:${port}/api/test-connection`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        output += await answer.text();
      }
    }
    await wire.closeStdin();
    await wire.ended();
    output += wire.lines.join("\n") + wire.stderr;
  }
  output += readAll(dir);
  assert.match(output, /INVALID_ARGUMENT/);
  assert.match(output, /SQLite format 3/, "the history is searched");
  assert.match(output, /Unknown prompt/);
  const found = leaks(output);
  assert.deepEqual(found.slice(0, 12), [], `${found.length} leaks`);
  await Deno.remove(dir, { recursive: true });
});

async function run(
  flags: readonly string[],
  options: { env?: Record<string, string>; stdin?: string } = {},
): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...mainArgs, ...flags],
    env: options.env ?? {},
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.stdin ?? ""));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

Deno.test("settings and --check tell no password on a terminal, and nothing that steers it", async () => {
  const dir = makePrivateDir();
  Deno.writeTextFileSync(`${dir}/brokers.json`, JSON.stringify({ [`mqtt://u:${MARK}@h`]: 5 }));
  const runs = await Promise.all([
    run(["--web-api-url", `ftp://u:${MARK}@h`]),
    run([`--web-api-url=ftp://u:a" ${MARK}@h`]),
    run(["--session-ttl", `\u001b[31m\u202eu:${MARK}@h`]),
    run(["--stdio", "--no-attach"], { env: { BROKERS_FILE: `${dir}/brokers.json` } }),
    run(["--check", `mqtt://u:a<${MARK}>@127.0.0.1:1`]),
    run(["--check", `u:${MARK}@\u001b[31m`]),
    run(["--check", "-"], { stdin: `mqtt://u:${MARK}@127.0.0.1:1\n` }),
  ]);
  for (const [i, { code, output }] of runs.entries()) {
    assert.ok(code === 1 || code === 2, `run ${i}: ${code} ${output}`);
    assert.deepEqual(leaks(output), [], `run ${i}`);
    // deno-lint-ignore no-control-regex -- these are what must not reach a terminal
    assert.doesNotMatch(output, /[\u001b\u202e]/, `run ${i}`);
  }
  assert.match(runs.at(-1)!.output, /127\.0\.0\.1:1/, "the line on stdin is what is tested");
  await Deno.remove(dir, { recursive: true });
});
