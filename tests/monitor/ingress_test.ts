/** The monitor behind a proxy that serves it below a path of its own, as Home Assistant does. */
import assert from "node:assert/strict";
import { request } from "node:http";
import { pageFiles } from "../../src/monitor/page/mod.ts";
import { INGRESS_ADDRESS, startIngressProxy } from "../support/ingress_proxy.ts";
import { browser } from "../support/shared_browser.ts";
import { rawRequest, startMonitor } from "./support.ts";

const PAGE_DIR = new URL("../../src/monitor/page/", import.meta.url);
const ingress = { from: INGRESS_ADDRESS, mcpPort: 18091 };
const TOKEN = "correct-horse-battery";

/** Asks through the proxy: its own name is one that `fetch` does not look up. */
async function through(url: string, path: string, headers: Record<string, string> = {}) {
  const at = new URL(url);
  return await rawRequest(Number(at.port), {
    path: `${at.pathname}${path}`,
    headers: { Host: at.host, ...headers },
  });
}

Deno.test("no file of the pages has an absolute address, so that a proxy may serve them below a path of its own", () => {
  // in quotes, or after url(: a slash, then a letter; texts of a topic or a rate hold no such thing alone
  const absolute = /(?:["'`]|\burl\()\/(?=[a-z])(?![^"'`\n]*\s)[\w./?&=${}-]*["'`)]/i;
  for (const { name } of Deno.readDirSync(PAGE_DIR)) {
    if (name.endsWith(".ts")) continue;
    const text = Deno.readTextFileSync(new URL(name, PAGE_DIR))
      .replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
    for (const line of text.split("\n")) {
      // the end of an address is looked at, not asked for
      const found = absolute.exec(line.replace(/\.(endsWith|startsWith)\([^)]*\)/g, ""))?.[0];
      assert.ok(found === undefined || found === '"/s"', `${name}: ${line.trim()}`);
    }
  }
  for (const bad of ['fetch("/api/x")', 'href="/login"', "url(/a.png)", "`/api/${id}`", "'/mcp'"]) {
    assert.match(bad, absolute);
  }
});

Deno.test("every file that the pages refer to is found below the proxy's path", async () => {
  await using monitor = await startMonitor({}, { pages: pageFiles, ingress });
  await using proxy = await startIngressProxy(monitor);
  for (const page of ["/", "/login"]) {
    const { status, body } = await through(proxy.url, page);
    assert.equal(status, 200);
    const addresses = [...body.matchAll(/(?:href|src|action)="([^"#]+)"/g)].map(([, a]) => a);
    assert.ok(addresses.length > 4);
    for (const address of addresses.filter((one) => one !== "api/login")) {
      const { pathname } = new URL(address, `${proxy.url}${page}`);
      const found = await through(new URL(proxy.url).origin, pathname.slice(1));
      assert.equal(found.status, 200, `${page} → ${address}`);
    }
  }
  assert.deepEqual(proxy.strays, []);
});

Deno.test("in Home Assistant's frame every page opens, live, without a login, whatever the host is called", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN }, { pages: pageFiles, ingress });
  await using proxy = await startIngressProxy(monitor);
  await using tab = await browser.open(proxy.frameUrl);
  const frame = tab.page.frameLocator("iframe");
  await frame.locator("h1").waitFor();
  await frame.getByText("Live", { exact: true }).first().waitFor();
  const pages = frame.locator("nav a");
  const titles = await pages.allInnerTexts();
  assert.ok(titles.length >= 7, titles.join(", "));
  for (const title of titles.map((text) => text.trim())) {
    await pages.filter({ hasText: title }).first().click();
    await frame.locator("h1", { hasText: title }).waitFor();
  }
  await pages.filter({ hasText: "Setup" }).click();
  await frame.getByText("http://homeassistant.localhost:18091/mcp").first().waitFor();
  assert.deepEqual(tab.faults, []);
  assert.deepEqual([tab.strangers, proxy.strays], [[], []]);
});

Deno.test("only Home Assistant's own site may show the pages in a frame, and only what comes through it", async () => {
  await using monitor = await startMonitor({}, { ingress });
  await using proxy = await startIngressProxy(monitor);
  const { head } = await through(proxy.url, "/");
  assert.match(head, /frame-ancestors 'self'/);
  assert.match(head, /x-frame-options: SAMEORIGIN/i);
  const direct = await rawRequest(monitor.port, { path: "/health" });
  assert.match(direct.head, /frame-ancestors 'none'/);
  assert.match(direct.head, /x-frame-options: DENY/i);
});

Deno.test("past Home Assistant nothing but the health is answered without a token", async () => {
  await using monitor = await startMonitor({}, { pages: pageFiles, ingress });
  const statuses: Record<string, number> = {};
  for (const path of ["/", "/health", "/ready", "/metrics", "/api/status", "/api/live", "/mcp"]) {
    const { status, body } = await rawRequest(monitor.port, {
      path,
      // what anybody can say of themselves
      headers: { "X-Ingress-Path": "/api/hassio_ingress/x", "X-Forwarded-For": INGRESS_ADDRESS },
    });
    statuses[path] = status;
    if (status === 403) assert.match(body, /INGRESS_ONLY.*web_token/);
  }
  assert.deepEqual(statuses, {
    "/": 403,
    "/health": 200,
    "/ready": 200,
    "/metrics": 403,
    "/api/status": 403,
    "/api/live": 403,
    "/mcp": 403,
  });
});

Deno.test("with a token: past Home Assistant all is asked for it, and /mcp even through it", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN }, { pages: pageFiles, ingress });
  await using proxy = await startIngressProxy(monitor);
  const direct = async (path: string, headers: Record<string, string> = {}) =>
    (await rawRequest(monitor.port, { path, headers })).status;
  assert.equal(await direct("/api/status"), 401);
  assert.equal(await direct("/api/status", { Authorization: `Bearer ${TOKEN}` }), 200);
  assert.equal(await direct("/api/status", { Host: "evil.example" }), 403);
  assert.equal((await through(proxy.url, "/api/status")).status, 200);
  assert.equal((await through(proxy.url, "/mcp")).status, 401);
});

Deno.test("through Home Assistant pages of other sites can neither read nor write", async () => {
  await using monitor = await startMonitor({}, { ingress });
  await using proxy = await startIngressProxy(monitor);
  const own = new URL(proxy.url).origin;
  for (
    const [Origin, status] of [[own, 200], ["http://evil.example", 403], ["null", 403]] as const
  ) {
    assert.equal((await through(proxy.url, "/api/status", { Origin })).status, status, Origin);
  }
  // a proxy before Home Assistant that changes the Host says under which name people see it
  const behind = { Host: "10.0.0.5:8123", Origin: "https://ha.example" };
  const asked = async (headers: Record<string, string>) =>
    (await askFrom(INGRESS_ADDRESS, {
      port: monitor.port,
      path: "/api/status",
      headers: { ...behind, ...headers },
    })).status;
  assert.equal(await asked({ "X-Forwarded-Host": "ha.example" }), 200);
  assert.equal(await asked({ "X-Forwarded-Host": "other.example" }), 403);
});

/** Asks from an address of this machine, under any name. */
async function askFrom(
  localAddress: string,
  o: { port: number; path: string; headers: Record<string, string> },
): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  request({ ...o, host: "127.0.0.1", localAddress, agent: false }, (answer) => {
    let body = "";
    answer.setEncoding("utf8").on("data", (text) => body += text);
    answer.once("end", () => resolve({ status: answer.statusCode ?? 0, body }));
  }).on("error", reject).end();
  return await promise;
}

Deno.test("where no port leads to /mcp the setup shows none, and never a command of the container", async () => {
  for (const [mcpPort, url] of [[null, null], [18091, "http://ha.example:18091/mcp"]] as const) {
    await using monitor = await startMonitor({ WEB_TOKEN: TOKEN }, {
      ingress: { from: "127.0.0.1", mcpPort },
    });
    const { body } = await askFrom("127.0.0.1", {
      port: monitor.port,
      path: "/api/setup",
      headers: { Host: "ha.example:8123" },
    });
    const setup = JSON.parse(body);
    assert.equal(setup.mcp_url, url);
    assert.equal(setup.container, null);
    const where = setup.snippets.map((snippet: { where: string }) => snippet.where);
    assert.deepEqual([...new Set(where)], url === null ? [] : ["http"]);
  }
});

Deno.test("a login with a plain form leads back below the proxy's path", async () => {
  await using monitor = await startMonitor({ WEB_TOKEN: TOKEN });
  for (const [token, to] of [[TOKEN, "/"], ["wrong", "/?wrong"]]) {
    const { status, head } = await rawRequest(monitor.port, {
      method: "POST",
      path: "/api/login",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: `token=${token}`,
    });
    assert.equal(status, 303);
    const location = /location: (.*)/i.exec(head)?.[1] ?? "";
    assert.equal(new URL(location, "http://host/below/api/login").href, `http://host/below${to}`);
  }
});
