/** Connecting and recording from the page: over real HTTP, with real brokers, by the tools' own ways. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { HttpMonitor } from "../../src/monitor/http_monitor.ts";
import { withLogin } from "../../src/monitor/url_login.ts";
import { parseConfig } from "../../src/config/mod.ts";
import { createCore } from "../../src/core.ts";
import { tools } from "../../src/tools/mod.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { startMonitor, until } from "./support.ts";

const PASSWORD = "corr3ct horse/battery@staple";

/** Posts JSON; gives the status and what was answered. */
async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  // deno-lint-ignore no-explicit-any -- tests look into whatever comes
): Promise<{ status: number; answer: any; text: string }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const lines = text.trim().split("\n");
  return {
    status: response.status,
    text,
    answer: response.headers.get("content-type")?.includes("ndjson")
      ? lines.map((line) => JSON.parse(line))
      : JSON.parse(text),
  };
}

Deno.test("a broker is connected to with a login and a name, recorded, and its password never comes back", async () => {
  await using broker = await startMosquitto({ users: { plant: PASSWORD } });
  await using monitor = await startMonitor();
  const target = { connection_string: broker.url, username: "plant", password: PASSWORD };
  const connected = await post(`${monitor.url}/api/connect`, {
    ...target,
    name: "Greenhouse",
    topics: ["#"],
  });
  assert.equal(connected.status, 200, connected.text);
  const { sessions } = await monitor.get("/api/sessions");
  assert.equal(sessions.length, 1);
  assert.equal(sessions[0].session_id, connected.answer.session_id);
  assert.equal(sessions[0].broker.name, "Greenhouse");
  assert.equal(sessions[0].created_by, "web monitor");
  assert.equal(sessions[0].usable, true);
  assert.deepEqual(sessions[0].recordings.map(({ topic }: { topic: string }) => topic), ["#"]);
  const tested = await post(`${monitor.url}/api/test-connection`, target);
  const wrong = await post(`${monitor.url}/api/connect`, { ...target, password: `${PASSWORD}!` });
  assert.equal(wrong.status, 422);
  assert.equal(wrong.answer.error.code, "AUTHENTICATION_FAILED");
  assert.equal(wrong.answer.error.field, "username");
  const told = [connected, tested, wrong].map(({ text }) => text);
  for (const path of ["sessions", "brokers", "calls", "logs", "status", "setup"]) {
    told.push(JSON.stringify(await monitor.get(`/api/${path}`)));
  }
  const { calls } = await monitor.get("/api/calls");
  for (const { id } of calls) {
    told.push(JSON.stringify(await monitor.get(`/api/calls/${id}/answer`)));
  }
  for (const text of told) {
    for (const form of [PASSWORD, encodeURIComponent(PASSWORD), "battery", "staple"]) {
      assert.ok(!text.includes(form), `${form} in ${text.slice(0, 300)}`);
    }
  }
  assert.equal(calls.length, 3);
});

Deno.test("a login is put into an address whatever it is made of, and twice is refused at its field", () => {
  assert.equal(withLogin("broker.lan", {}), "broker.lan");
  assert.equal(
    withLogin("broker.lan:1884", { username: "a b", password: "x/y@z:" }),
    "mqtt://a%20b:x%2Fy%40z%3A@broker.lan:1884",
  );
  assert.equal(withLogin(" wss://h/path?a=b@c ", { username: "u" }), "wss://u@h/path?a=b@c");
  assert.equal(
    withLogin("MQTTS://h", { username: "u", password: "\ud800" }),
    "MQTTS://u:%EF%BF%BD@h",
  );
  assert.throws(() => withLogin("mqtt://u:p@h", { username: "x" }), { field: "username" });
  assert.throws(() => withLogin("h", { password: "x" }), { field: "username" });
});

Deno.test("the stages of a test are told one by one, and the report or the error comes last", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const accept = { accept: "application/x-ndjson" };
  const { answer } = await post(`${monitor.url}/api/test-connection`, {
    connection_string: broker.url,
  }, accept);
  const stages = answer.slice(0, -1).map(({ stage }: { stage: { message: string } }) =>
    stage.message.split(":")[0]
  );
  const { report } = answer.at(-1);
  assert.deepEqual(
    stages,
    report.checks.map(({ name }: { name: string }) => name),
  );
  assert.equal(report.healthy, true);
  const wrong = await post(`${monitor.url}/api/test-connection`, {
    connection_string: "http://x:secretsecret@y",
  }, accept);
  assert.equal(wrong.answer.length, 1);
  assert.equal(wrong.answer[0].error.code, "CONNECTION_STRING_INVALID");
  assert.equal(wrong.answer[0].error.field, "connection_string");
  assert.ok(!wrong.text.includes("secretsecret"));
});

Deno.test("each wrong field is named, and nothing is connected", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const connect = async (body: object) => {
    const { status, answer } = await post(`${monitor.url}/api/connect`, body);
    return [status, answer.error?.field];
  };
  assert.deepEqual(await connect({}), [400, "connection_string"]);
  // an unknown name may be anything, a login too: the message tells it, without what is secret
  assert.deepEqual(await connect({ connection_string: broker.url, nam: "x" }), [400, undefined]);
  assert.deepEqual(
    await connect({ connection_string: broker.url, name: "x".repeat(61) }),
    [400, "name"],
  );
  assert.deepEqual(await connect({ connection_string: "ftp://h" }), [422, "connection_string"]);
  assert.deepEqual(await connect({ connection_string: broker.url, topics: ["a/#/b"] }), [
    422,
    "topics",
  ]);
  assert.deepEqual((await monitor.get("/api/sessions")).sessions, []);
});

Deno.test("a name belongs to one broker, can be changed, and is not the operator's", async () => {
  await using one = await startMosquitto();
  await using other = await startMosquitto();
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify({ Hall: "mqtt://127.0.0.1:1" }));
  await using monitor = await startMonitor({ BROKERS_FILE: file });
  await Deno.remove(file);
  const connect = (connection_string: string, name: string) =>
    post(`${monitor.url}/api/connect`, { connection_string, name });
  const { answer } = await connect(one.url, "Cellar");
  for (const taken of ["Cellar", "Hall"]) {
    const refused = await connect(other.url, taken);
    assert.deepEqual([refused.status, refused.answer.error.field], [422, "name"], taken);
  }
  const renamed = await post(`${monitor.url}/api/brokers/name`, {
    session_id: answer.session_id,
    name: "Attic",
  });
  assert.equal(renamed.status, 200, renamed.text);
  const { sessions } = await monitor.get("/api/sessions");
  assert.deepEqual(sessions.map(({ broker }: { broker: { name: string } }) => broker.name), [
    "Attic",
  ]);
  assert.equal((await connect(other.url, "Cellar")).status, 200);
});

Deno.test("names of brokers outlast the process where DATA_DIR is set", async () => {
  await using broker = await startMosquitto();
  const dir = await Deno.makeTempDir();
  {
    await using monitor = await startMonitor({ DATA_DIR: dir });
    await post(`${monitor.url}/api/connect`, { connection_string: broker.url, name: "Barn" });
  }
  await using monitor = await startMonitor({ DATA_DIR: dir });
  await monitor.call("establish_connection", { connection_string: broker.url });
  const { sessions } = await monitor.get("/api/sessions");
  assert.equal(sessions[0].broker.name, "Barn");
  await Deno.remove(dir, { recursive: true });
});

Deno.test("recordings are begun and ended, and a wrong filter is named", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const { answer } = await post(`${monitor.url}/api/connect`, { connection_string: broker.url });
  const record = (body: object) =>
    post(`${monitor.url}/api/record`, { session_id: answer.session_id, ...body });
  assert.equal((await record({ action: "start", topics: ["a/#"] })).status, 200);
  const wrong = await record({ action: "start", topics: ["a/#/b"] });
  assert.deepEqual([wrong.status, wrong.answer.error.field], [422, "topics"]);
  const none = await record({ action: "start", topics: [] });
  assert.deepEqual([none.status, none.answer.error.field], [422, "topics"]);
  const stopped = await record({ action: "stop", topics: ["a/#"] });
  assert.equal(stopped.answer.recording[0].state, "stopped");
});

Deno.test("writes are offered on loopback or with a token, and nowhere else", async () => {
  await using broker = await startMosquitto();
  await using open = await startMonitor({ WEB_HOST: "0.0.0.0" });
  const refused = await post(`${open.url}/api/connect`, { connection_string: broker.url });
  assert.deepEqual([refused.status, refused.answer.error.code], [403, "NOT_OFFERED"]);
  assert.match(refused.answer.error.message, /WEB_TOKEN/);
  const { offers } = await open.get("/api/status");
  assert.deepEqual([offers.writes, offers.publish, offers.clear, offers.demo], [
    false,
    false,
    false,
    false,
  ]);
  assert.match(offers.why, /WEB_TOKEN/);
  await using guarded = await startMonitor({ WEB_HOST: "0.0.0.0", WEB_TOKEN: "t0ken-of-the-test" });
  const authorization = "Bearer t0ken-of-the-test";
  const taken = await post(
    `${guarded.url}/api/connect`,
    { connection_string: broker.url },
    { authorization },
  );
  assert.equal(taken.status, 200, taken.text);
  const anonymous = await post(`${guarded.url}/api/connect`, { connection_string: broker.url });
  assert.equal(anonymous.status, 401);
});

Deno.test("a page of another site can write nothing", async () => {
  await using monitor = await startMonitor({ CORS_ORIGINS: "https://reader.example" });
  for (const origin of ["https://evil.example", "https://reader.example", "null"]) {
    for (const path of ["connect", "demo", "record", "brokers/name"]) {
      const { status, answer } = await post(`${monitor.url}/api/${path}`, {}, { origin });
      assert.deepEqual([status, answer.error.code], [403, "FOREIGN_ORIGIN"], `${origin} ${path}`);
    }
  }
});

Deno.test("what the operator forbids stays forbidden from the page", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor({
    ALLOWED_BROKERS: "broker.lan",
    SUBSCRIBE_DENY: "secret/#",
  });
  const refused = await post(`${monitor.url}/api/connect`, { connection_string: broker.url });
  assert.deepEqual([refused.status, refused.answer.error.code, refused.answer.error.field], [
    422,
    "NOT_ALLOWED",
    "connection_string",
  ]);
  await using named = await startMonitor({ NAMED_BROKERS_ONLY: "true" });
  assert.equal((await named.get("/api/status")).offers.named_only, true);
  const byString = await post(`${named.url}/api/connect`, { connection_string: broker.url });
  assert.equal(byString.answer.error.code, "NOT_ALLOWED");
  const demo = await post(`${named.url}/api/demo`, {});
  assert.equal(demo.answer.error.code, "NOT_ALLOWED");
});

Deno.test("the demo starts once for all who ask, and ends with its last session", async () => {
  const core = await createCore(parseConfig([], { WEB_PORT: "0" }));
  let started = 0;
  const ended: string[] = [];
  const monitor = await HttpMonitor.start(core, {
    tools,
    pages: {},
    mode: "core",
    clients: () => 0,
    async startDemo() {
      started++;
      const demo = await startDemo();
      return {
        port: demo.port,
        url: demo.url,
        async [Symbol.asyncDispose]() {
          await demo[Symbol.asyncDispose]();
          ended.push(demo.url);
        },
      };
    },
  });
  try {
    const url = `http://127.0.0.1:${monitor.port}/api`;
    const [one, other] = await Promise.all([post(`${url}/demo`, {}), post(`${url}/demo`, {})]);
    assert.equal(one.status, 200, one.text);
    assert.equal(other.status, 200, other.text);
    assert.equal(started, 1);
    const again = await post(`${url}/demo`, {});
    const open = core.sessions.all();
    assert.deepEqual(open.map(({ id }) => id), [one.answer.session_id]);
    assert.equal(other.answer.session_id, one.answer.session_id);
    assert.equal(again.answer.session_id, one.answer.session_id);
    const { sessions } = await (await fetch(`${url}/sessions`)).json();
    assert.equal(sessions[0].broker.name, "Demo");
    await until(() => (core.recordings.logOf(open[0].id)?.total ?? 0) > 20);
    for (const { id } of open) await core.sessions.close(id, "monitor");
    await until(() => ended.length === 1);
    assert.equal((await post(`${url}/demo`, {})).status, 200);
    assert.equal(started, 2);
  } finally {
    await monitor.close();
    await core.close();
    await until(() => ended.length === 2);
  }
});
