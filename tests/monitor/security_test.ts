import assert from "node:assert/strict";
import { hostGuard } from "../../src/monitor/http_guard.ts";
import { Login, type LoginStore } from "../../src/monitor/login.ts";
import { LiveViewer, rawRequest, startMonitor } from "./support.ts";

const TOKEN = "correct-horse-battery";
const bearer = { authorization: `Bearer ${TOKEN}` };

function memoryStore(): LoginStore {
  return { loginKey: () => "key", endedLogins: () => [], endLogin: () => {} };
}

Deno.test("a name that somebody pointed to this machine gets nothing, on any route", async () => {
  await using monitor = await startMonitor();
  const paths = [
    "/",
    "/health",
    "/ready",
    "/metrics",
    "/api/status",
    "/api/live",
    "/mcp",
    "/nothing",
  ];
  for (
    const Host of ["evil.example", `evil.example:${monitor.port}`, "127.0.0.1.evil.example", "a b"]
  ) {
    for (const path of paths) {
      const { status, body } = await rawRequest(monitor.port, { path, headers: { Host } });
      assert.ok(status === 403 || status === 400, `${Host} ${path}: ${status}`);
      assert.doesNotMatch(body, /version/);
    }
  }
});

Deno.test("loopback names, this host's, and the allowed ones with or without a port are answered", async () => {
  await using byDefault = await startMonitor();
  for (
    const Host of [
      "localhost",
      "LOCALHOST:1",
      "127.0.0.1",
      "127.1.2.3",
      "[::1]:80",
      Deno.hostname(),
    ]
  ) {
    const { status } = await rawRequest(byDefault.port, { path: "/health", headers: { Host } });
    assert.equal(status, 200, Host);
  }
  await using named = await startMonitor({ WEB_ALLOWED_HOSTS: "umbrel.local,box:9000" });
  const statuses: Record<string, number> = {};
  for (
    const Host of ["umbrel.local", "Umbrel.local.:80", "box:9000", "box", "box:9001", "localhost"]
  ) {
    statuses[Host] = (await rawRequest(named.port, { path: "/health", headers: { Host } })).status;
  }
  assert.deepEqual(statuses, {
    "umbrel.local": 200,
    "Umbrel.local.:80": 200,
    "box:9000": 200,
    "box": 403,
    "box:9001": 403,
    "localhost": 200,
  });
});

Deno.test("an address is answered where every address is listened on, and only there", () => {
  const settings = { allowed: ["umbrel.local"], hostName: null };
  const everywhere = hostGuard({ ...settings, listening: "0.0.0.0" });
  const loopback = hostGuard({ ...settings, listening: "127.0.0.1" });
  for (const host of ["192.168.1.20:8091", "[fd00::20]:8091", "10.21.0.5"]) {
    assert.deepEqual([everywhere(host), loopback(host)], [true, false], host);
  }
  for (const host of ["192.168.1.20.evil.example", "300.1.1.1", "0x7f.1", "[::1", "box", ""]) {
    assert.equal(everywhere(host), false, host);
  }
});

Deno.test("pages of other sites can neither read nor write, nor watch live", async () => {
  await using monitor = await startMonitor({ CORS_ORIGINS: "https://panel.example" });
  const own = `http://127.0.0.1:${monitor.port}`;
  const body = JSON.stringify({ source: "x", calls: [] });
  const json = { "Content-Type": "application/json" };
  const table: [string | null, number, number][] = [
    // origin, status of a read, status of a write (400: let through, and refused for its content)
    [null, 200, 400],
    [own, 200, 400],
    ["https://panel.example", 200, 403],
    ["https://evil.example", 403, 403],
    ["http://127.0.0.1:1", 403, 403],
    ["null", 403, 403],
  ];
  for (const [origin, read, write] of table) {
    const headers: Record<string, string> = origin === null ? {} : { Origin: origin };
    const got = await rawRequest(monitor.port, { path: "/api/status", headers });
    assert.equal(got.status, read, `read from ${origin}`);
    const allowed = /access-control-allow-origin: (.*)/i.exec(got.head)?.[1];
    assert.equal(allowed, origin === "https://panel.example" ? origin : undefined);
    const posted = await rawRequest(monitor.port, {
      method: "POST",
      path: "/api/log-call",
      headers: { ...headers, ...json },
      body,
    });
    assert.equal(posted.status, write, `write from ${origin}`);
    const upgrade = await rawRequest(monitor.port, {
      path: "/api/live",
      headers: {
        ...headers,
        // A socket that is really opened would stay open: without a key it is refused only after the origin was seen.
        "Connection": "close",
      },
    });
    assert.equal(upgrade.status, read === 200 ? 426 : 403, `live from ${origin}`);
  }
});

Deno.test("a browser's request from another site without an Origin is refused, a followed link is not", async () => {
  await using monitor = await startMonitor();
  const site = { "Sec-Fetch-Site": "cross-site" };
  const image = await rawRequest(monitor.port, {
    path: "/api/status",
    headers: { ...site, "Sec-Fetch-Mode": "no-cors" },
  });
  assert.equal(image.status, 403);
  const link = await rawRequest(monitor.port, {
    headers: { ...site, "Sec-Fetch-Mode": "navigate" },
  });
  assert.equal(link.status, 200);
});

Deno.test("every answer forbids inline scripts, framing, sniffing and other origins", async () => {
  await using monitor = await startMonitor();
  for (const path of ["/", "/health", "/api/status", "/metrics", "/nothing", "/api/live"]) {
    const { head } = await rawRequest(monitor.port, { path });
    const policy = /content-security-policy: (.*)/i.exec(head)?.[1] ?? "";
    assert.match(policy, /default-src 'none'/, path);
    assert.match(policy, /script-src 'self'/, path);
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/, path);
    assert.match(head, /x-content-type-options: nosniff/i, path);
    assert.match(head, /x-frame-options: DENY/i, path);
    assert.match(head, /cache-control: no-store/i, path);
  }
});

Deno.test("with WEB_TOKEN everything but health and readiness asks for it", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const { paths } = await monitor.get("/api/openapi.json", bearer);
  for (const path of [...Object.keys(paths), "/", "/mcp", "/nothing"]) {
    const methods = Object.keys(paths[path] ?? { get: {}, post: {} });
    for (const method of methods) {
      const at = path.replace("{id}", "x");
      const { status } = await rawRequest(monitor.port, {
        method: method.toUpperCase(),
        path: at,
        headers: { "Content-Type": "application/json" },
        body: method === "get" ? "" : "{}",
      });
      const open = ["/health", "/ready"].includes(path);
      const loginItself = path === "/api/login";
      assert.equal(status, open ? 200 : loginItself ? 400 : 401, `${method} ${path}`);
    }
  }
  for (const authorization of ["Bearer wrong", `Basic ${btoa(`x:${TOKEN}`)}`, `Bearer ${TOKEN}x`]) {
    const response = await fetch(`${monitor.url}/api/status`, { headers: { authorization } });
    assert.equal(response.status, 401, authorization);
    await response.body?.cancel();
  }
  assert.equal((await monitor.get("/api/status", bearer)).version, "0.1.0");
});

Deno.test("a person gets the login page, and the cookie of a login opens everything", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const page = await rawRequest(monitor.port, { headers: { Accept: "text/html" } });
  assert.equal(page.status, 401);
  assert.match(page.body, /the login/);

  const answer = await fetch(`${monitor.url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  assert.deepEqual(await answer.json(), { logged_in: true });
  const cookie = answer.headers.get("set-cookie") ?? "";
  assert.match(cookie, /; HttpOnly/);
  assert.match(cookie, /; SameSite=Strict/);
  assert.ok(!cookie.includes(TOKEN));
  const [pair] = cookie.split(";");
  assert.equal((await monitor.get("/api/status", { cookie: pair })).version, "0.1.0");
  await using viewer = new LiveViewer(monitor.port, { headers: { cookie: pair } });
  await viewer.until("snapshot");

  for (
    const forged of [pair.slice(0, -1), pair.replace(/=\d+/, "=9999999999"), "mqtt_mcp_login=x"]
  ) {
    const response = await fetch(`${monitor.url}/api/status`, { headers: { cookie: forged } });
    assert.equal(response.status, 401, forged);
    await response.body?.cancel();
  }
  await using other = await startMonitor({ WEB_TOKEN: "another token" });
  const elsewhere = await fetch(`${other.url}/api/status`, { headers: { cookie: pair } });
  assert.equal(elsewhere.status, 401, "a login ends with the token it was made with");
  await elsewhere.body?.cancel();
});

Deno.test("a form without a script logs in, and is sent back when the token is wrong", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const post = (token: string) =>
    fetch(`${monitor.url}/api/login`, {
      method: "POST",
      body: new URLSearchParams({ token }),
      redirect: "manual",
    });
  const right = await post(TOKEN);
  assert.equal(right.status, 303);
  assert.match(right.headers.get("set-cookie") ?? "", /^mqtt_mcp_login=\d/);
  const wrong = await post("guess");
  assert.equal(wrong.status, 303);
  assert.equal(wrong.headers.get("set-cookie"), null);
  await Promise.all([right.body?.cancel(), wrong.body?.cancel()]);
});

Deno.test("guesses of the token are slowed down, and the right token from the same address is let through", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  const attempt = async (token: string) => {
    const response = await fetch(`${monitor.url}/api/status`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await response.body?.cancel();
    return response.status;
  };
  const guesses: number[] = [];
  for (let i = 0; i < 60; i++) guesses.push(await attempt(`guess-${i}`));
  assert.equal(guesses[0], 401);
  assert.ok(guesses.includes(429));
  assert.equal(await attempt(TOKEN), 200);
  const login = await fetch(`${monitor.url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: TOKEN }),
  });
  assert.deepEqual(await login.json(), { logged_in: true });
});

Deno.test("one wrong token that is sent again and again uses up nobody else's attempts", () => {
  const login = new Login(TOKEN, { store: memoryStore() });
  const outcomes = (tokens: string[]) =>
    tokens.map((token) => login.tokenCheck(token, "10.0.0.1").outcome);
  const repeated = outcomes(Array(60).fill("an old token"));
  assert.equal(repeated[0], "denied");
  assert.ok(repeated.includes("slow_down"));
  assert.deepEqual(outcomes(["a typing error"]), ["denied"]);
  const guessed = outcomes(Array.from({ length: 60 }, (_, i) => `guess ${i}`));
  assert.ok(guessed.includes("slow_down"));
  assert.equal(login.tokenCheck("guess", "10.0.0.2").outcome, "denied");
  assert.equal(login.tokenCheck(TOKEN, "10.0.0.1").outcome, "ok");
});

Deno.test("whoever knows the token is answered while others without it ask more than is answered", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN }, { limitClock: () => 0 });
  const counted: Record<number, number> = {};
  const flood = Array.from({ length: 40 }, async () => {
    for (let i = 0; i < 26; i++) {
      const response = await fetch(`${monitor.url}/api/status`);
      counted[response.status] = (counted[response.status] ?? 0) + 1;
      await response.body?.cancel();
    }
  });
  await Promise.all(flood);
  assert.deepEqual(counted, { 401: 1_000, 429: 40 });
  assert.equal((await monitor.get("/api/status", bearer)).version, "0.1.0");
});

Deno.test("a logout ends the cookie wherever it was copied to, its live views too, and over a restart", async () => {
  const dataDir = await Deno.makeTempDir();
  const settings = { WEB_TOKEN: TOKEN, DATA_DIR: dataDir };
  const loggedIn = async (url: string) => {
    const answer = await fetch(`${url}/api/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: TOKEN }),
    });
    await answer.body?.cancel();
    return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  };
  const statusWith = async (url: string, cookie: string) => {
    const response = await fetch(`${url}/api/status`, { headers: { cookie } });
    await response.body?.cancel();
    return response.status;
  };
  let left: string;
  let kept: string;
  try {
    {
      await using monitor = await startMonitor(settings);
      left = await loggedIn(monitor.url);
      kept = await loggedIn(monitor.url);
      await using leaving = new LiveViewer(monitor.port, { headers: { cookie: left } });
      await using staying = new LiveViewer(monitor.port, { headers: { cookie: kept } });
      await Promise.all([leaving.until("snapshot"), staying.until("snapshot")]);
      const out = await fetch(`${monitor.url}/api/logout`, {
        method: "POST",
        headers: { cookie: left, "content-type": "application/json" },
        body: "{}",
      });
      assert.match(out.headers.get("set-cookie") ?? "", /^mqtt_mcp_login=;/);
      await out.body?.cancel();
      await leaving.closed;
      assert.equal(staying.socket.readyState, WebSocket.OPEN);
      assert.equal(await statusWith(monitor.url, left), 401);
      assert.equal(await statusWith(monitor.url, kept), 200);
    }
    await using again = await startMonitor(settings);
    assert.equal(await statusWith(again.url, left), 401);
    assert.equal(await statusWith(again.url, kept), 200);
    await using forgetful = await startMonitor({ WEB_TOKEN: TOKEN });
    assert.equal(
      await statusWith(forgetful.url, kept),
      401,
      "logouts are kept where cookies are, or neither",
    );
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("bodies are bounded and typed, and writes are limited in rate", async () => {
  await using monitor = await startMonitor({}, { limitClock: () => 0 });
  const post = async (path: string, type: string, body: string) => {
    const response = await fetch(monitor.url + path, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await post("/api/test-connection", "text/plain", "{}"), 415);
  assert.equal(await post("/api/test-connection", "application/json", "{"), 400);
  assert.equal(await post("/api/test-connection", "application/json", '{"url":"x"}'), 400);
  const long = JSON.stringify({ connection_string: "x".repeat(20_000) });
  assert.equal(await post("/api/test-connection", "application/json", long), 413);
  // Without a length in front it is cut off as it comes.
  const stream = ReadableStream.from([long, long]).pipeThrough(new TextEncoderStream());
  const streamed = await fetch(`${monitor.url}/api/test-connection`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: stream,
  });
  assert.equal(streamed.status, 413);
  await streamed.body?.cancel();

  const statuses = await Promise.all(
    Array.from({ length: 150 }, () => post("/api/logout", "application/json", "{}")),
  );
  assert.ok(statuses.includes(200) && statuses.includes(429));
});

Deno.test("MCP over HTTP stays off without WEB_TOKEN", async () => {
  await using monitor = await startMonitor();
  const response = await fetch(`${monitor.url}/mcp`, { method: "POST", body: "{}" });
  assert.equal(response.status, 404);
  assert.match((await response.json()).error.hint, /WEB_TOKEN/);
});

Deno.test("no route ever gives a credential away", async () => {
  const secret = "hunter2-very-secret";
  const dataDir = await Deno.makeTempDir();
  try {
    await using monitor = await startMonitor({
      WEB_TOKEN: TOKEN,
      DATA_DIR: dataDir,
      DEFAULT_MQTT_BROKER: `mqtt://admin:${secret}@127.0.0.1:1`,
      CONNECTION_TIMEOUT: "1",
    });
    const tried = await fetch(`${monitor.url}/api/test-connection`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer },
      body: JSON.stringify({
        connection_string: `mqtt://user:${secret}@127.0.0.1:1/id?x=${secret}`,
      }),
    });
    assert.ok(!(await tried.text()).includes(secret));
    const again = await fetch(`${monitor.url}/api/test-connection`, {
      method: "POST",
      headers: { "content-type": "application/json", ...bearer },
      body: JSON.stringify({ connection_string: `mqtt://user:${secret}@127.0.0.1:1` }),
    });
    assert.equal((await again.json()).healthy, false);
    await monitor.get("/api/calls", bearer);
    const { paths } = await monitor.get("/api/openapi.json", bearer);
    for (const path of Object.keys(paths)) {
      const response = await fetch(`${monitor.url}${path.replace("{id}", "x")}`, {
        headers: bearer,
      });
      const text = await response.text();
      assert.ok(!text.includes(secret) && !text.includes(TOKEN), path);
    }
    for await (const { name } of Deno.readDir(dataDir)) {
      const file = new TextDecoder("latin1").decode(await Deno.readFile(`${dataDir}/${name}`));
      assert.ok(!file.includes(secret), name);
    }
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
