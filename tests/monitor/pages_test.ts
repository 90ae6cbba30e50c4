// takes long: every page is opened
/** The pages of the monitor in a real browser, on a real server with a real broker and real calls. */
import axe from "axe-core";
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { changesBetween } from "../../src/monitor/page/changes.js";
import { formatBytes, formatDuration, formatSpan, visible } from "../../src/monitor/page/format.js";
import { pageFiles } from "../../src/monitor/page/mod.ts";
import type { Page, TestPage } from "../support/browser.ts";
import { connectClient, type TestClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";
import { clockPasses } from "../support/wait.ts";

const PAGE_DIR = new URL("../../src/monitor/page/", import.meta.url);
const PAGES = [
  "devices",
  "overview",
  "sessions",
  "topics",
  "calls",
  "logs",
  "connect",
  "setup",
  "api",
];
const DESKTOP = { name: "a desktop", size: { width: 1280, height: 800 } };
/** In dark: what keeps people out is looked for in each layout and in each set of colours, not in each pair of both. */
const PHONE = {
  name: "a phone in dark",
  size: { width: 390, height: 844 },
  colorScheme: "dark",
} as const;
/** Laid out as on a desktop: what keeps people out is looked for there and on a phone. */
const TABLET = { name: "a tablet", size: { width: 1024, height: 800 } };

/** A file that is served, by the end of its path. */
function fileNamed(name: string) {
  return Object.entries(pageFiles).find(([path]) => path.endsWith(`/${name}`))?.[1];
}

/** The modules of the pages, without the packages that are served beside them. */
function ownFiles(): [name: string, text: string][] {
  return [...Deno.readDirSync(PAGE_DIR)]
    .filter(({ name }) => !name.endsWith(".ts"))
    .map(({ name }) => [name, Deno.readTextFileSync(new URL(name, PAGE_DIR))]);
}

Deno.test("strangers' texts can only become text: no page makes markup, code or styles of a string", () => {
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|\bsrcdoc\b|\sstyle="|setAttribute\("style"|<style|javascript:/;
  for (const [name, text] of ownFiles()) {
    assert.equal(forbidden.exec(text)?.[0], undefined, name);
    if (!name.endsWith(".html")) continue;
    for (const [tag] of text.matchAll(/<script[^>]*>/g)) assert.match(tag, / src="/, name);
    assert.equal(/ on[a-z]+=/.exec(text), null, `${name} has an inline handler`);
  }
});

Deno.test("every file of the pages is served, and nothing refers to another host", () => {
  const notServed = ownFiles().map(([name]) => name)
    .filter((name) => !/\.html$|^style_/.test(name) && fileNamed(name) === undefined);
  assert.deepEqual(notServed, []);
  assert.match(fileNamed("preact_hooks.js")?.text ?? "", /from"\.\/preact\.js"/);
  for (const [name, text] of ownFiles()) {
    const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([found]) => found);
    assert.deepEqual(addresses.filter((one) => one !== "http://www.w3.org"), [], name);
  }
  const needed = ["login", "login.js", "style.css", "theme.js", "icon.svg"];
  const open = Object.entries(pageFiles).filter(([, file]) => file.public)
    .map(([path]) => path.split("/").at(-1) ?? "");
  assert.deepEqual(open.sort(), needed.sort(), "only what a login needs is open");
});

Deno.test("the app's first view asks for each module that it imports at once, and for no other", () => {
  const preloaded = [...pageFiles["/"].text.matchAll(/modulepreload" href="[^"]*\/([\w.]+)"/g)]
    .map(([, name]) => name);
  const imported = new Set(["app.js"]);
  for (const name of imported) {
    const { text } = fileNamed(name) ?? assert.fail(`${name} is not served`);
    for (const [, other] of text.matchAll(/\bfrom ?"\.\/([\w.]+)"/g)) imported.add(other);
  }
  assert.deepEqual(preloaded.toSorted(), [...imported].sort());
  assert.ok(!imported.has("topics.js"), "pages other than the first come later");
});

Deno.test("no style is for something that no page has", () => {
  const files = ownFiles();
  const pages = files.filter(([name]) => !name.endsWith(".css")).map(([, text]) => text).join("\n");
  const styles = files.filter(([name]) => name.endsWith(".css")).map(([, text]) => text).join("\n")
    .replace(/\/\*[^]*?\*\//g, "");
  const classes = new Set([...styles.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name));
  const unused = [...classes].filter((name) =>
    // uPlot's own
    name !== "u-select" && !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(pages)
  );
  assert.deepEqual(unused, []);
});

Deno.test("what is meant to stay unseen is shown, and emoji stay whole", () => {
  assert.equal(visible("\x1b[31mred\x07"), "␛[31mred␇");
  assert.equal(visible("a\nb\tc"), "a\nb\tc");
  assert.equal(visible("\x7f\x85"), "␡⟨U+0085⟩");
  assert.equal(visible("user\u202egnp.exe\u2066"), "user⟨U+202E⟩gnp.exe⟨U+2066⟩");
  assert.equal(visible("ad\u200bmin"), "ad⟨U+200B⟩min");
  assert.equal(visible("👩‍🔧 <b>"), "👩‍🔧 <b>");
});

Deno.test("figures are written the way people read them", () => {
  assert.equal(formatBytes(0), "0 B");
  assert.equal(formatBytes(1536), "1.5 KiB");
  assert.equal(formatBytes(5 * 1024 ** 3), "5.0 GiB");
  assert.equal(formatDuration(0), "0 ms");
  assert.equal(formatDuration(0.4), "< 1 ms");
  assert.equal(formatDuration(2_040), "2.0 s");
  assert.equal(formatSpan(86_400_000), "1 d");
  assert.equal(formatSpan(5_400_000), "1 h 30 min");
});

Deno.test("the difference of two payloads names each path that changed", () => {
  const { changes } = changesBetween(
    { t: 21.3, same: [1, { x: 1 }], gone: true, list: [1, 2] },
    { t: 21.4, same: [1, { x: 1 }], new: null, list: [1, 3, 4] },
  );
  assert.deepEqual(changes, [
    { path: "$.t", before: "21.3", after: "21.4" },
    { path: "$.gone", before: "true", after: null },
    { path: "$.list[1]", before: "2", after: "3" },
    { path: "$.list[2]", before: null, after: "4" },
    { path: "$.new", before: null, after: "null" },
  ]);
  assert.deepEqual(changesBetween("on", "off").changes, [
    { path: "$", before: '"on"', after: '"off"' },
  ]);
  const wide = (value: number) =>
    Object.fromEntries(Array.from({ length: 80 }, (_, key) => [`k${key}`, value]));
  assert.deepEqual([
    changesBetween(wide(1), wide(2)).changes.length,
    changesBetween(wide(1), wide(2)).more,
  ], [50, true]);
});

/** What axe-core finds that keeps people out, in one line each. */
async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy would refuse a foreign script, as it should.
  if (await page.evaluate<boolean>("globalThis.axe === undefined")) {
    await page.evaluate(axe.source);
  }
  return await violationsOf(page, "resultTypes: ['violations']");
}

/** The same in the colours of a page that is light, and what depends on colours in dark too. */
async function seriousFindingsInBoth(page: Page): Promise<string[]> {
  const light = await seriousFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await violationsOf(
    page,
    "resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']",
  );
  await page.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark.map((finding) => `in dark: ${finding}`)];
}

async function violationsOf(page: Page, options: string): Promise<string[]> {
  const violations: {
    id: string;
    impact: string;
    nodes: { html: string; failureSummary: string }[];
  }[] = await page.evaluate(
    `axe.run(document, { ${options} }).then((found) => found.violations)`,
  );
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, nodes }) =>
      `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`
    );
}

async function goTo(page: Page, id: string): Promise<void> {
  if (id === "connect") {
    await page.evaluate('location.hash = "#/connect"');
    return void await page.waitForSelector("h1 >> text=Connect");
  }
  await page.click(`nav a[href="#/${id}"]`);
  await page.waitForSelector(`nav a[href="#/${id}"][aria-current="page"]`);
}

/** Fails for script errors, refused loads and requests to other hosts. */
function assertClean(tab: TestPage): void {
  assert.deepEqual(tab.faults, []);
  assert.deepEqual(tab.strangers, []);
}

/** What has broken the layout of a page before, in one line each. */
async function layoutFaults(page: Page): Promise<string[]> {
  return await page.evaluate<string[]>(`(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const faults = [];
    const heights = new Set(all(".figure-card").map((card) =>
      Math.round(card.querySelector(".card-value").getBoundingClientRect().top -
        card.getBoundingClientRect().top)
    ));
    if (heights.size > 1) faults.push("figures stand at different heights: " + [...heights]);
    for (const hidden of all(".table-box .visually-hidden")) {
      if (hidden.offsetParent?.closest(".table-box") === null) {
        faults.push("outside of its table: " + hidden.textContent);
      }
    }
    for (const bounds of all(".schema-table td:last-child .muted")) {
      if (!/\\s$/.test(bounds.previousSibling?.textContent ?? "")) {
        faults.push("no space before: " + bounds.textContent);
      }
    }
    if (innerWidth > 760) return faults;
    for (const table of all(".narrow-rows")) {
      const { clientWidth, scrollWidth } = table.parentElement;
      if (scrollWidth > clientWidth) faults.push("a table is wider than the phone");
    }
    for (const message of all(".log-message bdi")) {
      const word = document.createRange();
      word.setStart(message.firstChild, 0);
      word.setEnd(message.firstChild, message.textContent.search(/\\s|$/));
      if (word.getClientRects().length > 1) faults.push("a word is cut: " + message.textContent);
    }
    return faults;
  })()`);
}

/** A call that runs until it is cancelled; resolves with its result. */
function callLong(client: TestClient, session: string) {
  return client.call("subscribe_and_collect", {
    session_id: session,
    topic: "plant/#",
    duration: 120,
    max_messages: 500,
    when_full: "sample",
  }, { onProgress: () => {}, timeoutMs: 120_000 });
}

const HOSTILE = [
  {
    topic: "hostile/<img src=x onerror=hacked=1>",
    payload: '<img src=x onerror="globalThis.hacked=1"><script>hacked=1</script>',
  },
  { topic: "hostile/ansi \x1b[31m", payload: "\x1b[2J\x1b[31mred\x1b]0;title\x07" },
  { topic: "hostile/rtl \u202egnp.txt", payload: "invoice\u202egnp.exe" },
  {
    topic: "hostile/json",
    payload: { "<b>key</b>": "</pre><svg onload=hacked=1>", __proto__x: "\u2066" },
  },
  { topic: "hostile/emoji", payload: "😀".repeat(262_144) },
];

Deno.test("the pages show what happens, for everybody, and do what their buttons say", async (t) => {
  await using demo = await startDemo();
  await using mosquitto = await startMosquitto();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });

  await t.step("with nothing there yet, each page says what to do next", async () => {
    await using tab = await browser.open(monitor.url);
    const { page } = tab;
    for (const id of ["devices", "overview", "sessions", "topics", "calls"]) {
      await goTo(page, id);
      await page.waitForSelector(".empty >> text=Set up a client");
    }
    await page.click(".empty >> text=Set up a client");
    await page.waitForSelector(".snippet pre");
    assertClean(tab);
  });

  await t.step("a link that is followed before the first paint leads there", async () => {
    const initScript = `new MutationObserver((_, observer) => {
      if (document.querySelector("main") === null) return;
      observer.disconnect();
      location.hash = "#/logs";
    }).observe(document, { childList: true, subtree: true })`;
    await using tab = await browser.open(monitor.url, { initScript });
    const { page } = tab;
    await page.waitForSelector('nav a[href="#/logs"][aria-current="page"]');
    assertClean(tab);
  });

  const { facts } = await client.call("establish_connection", {
    connection_string: demo.url,
    record: ["#"],
  });
  const session = String(facts.session_id);
  await client.call("list_topics", { session_id: session, duration: 0.5 });
  await client.call("close_connection", { session_id: crypto.randomUUID() });

  for (const view of [DESKTOP, TABLET, PHONE]) {
    await t.step(`every page can be used on ${view.name}`, async () => {
      const running = new AbortController();
      // not one that a recording answers at once
      const call = client.call("subscribe_and_collect", {
        session_id: session,
        topic: "plant/#",
        duration: 120,
        when_full: "sample",
      }, {
        signal: running.signal,
        onProgress: () => {},
      }).catch(() => {});
      await using _cancelled = {
        [Symbol.asyncDispose]: async () => {
          running.abort();
          await call;
        },
      };
      await using tab = await browser.open(monitor.url, view);
      const { page } = tab;
      await goTo(page, "overview");
      await page.waitForSelector(".plot-canvas canvas");
      await page.waitForSelector(".running-call progress");
      for (const id of PAGES) {
        await goTo(page, id);
        await readyOf[id](page, session);
        assert.equal(
          await page.textContent("h1"),
          id === "api" ? "API" : id[0].toUpperCase() + id.slice(1),
        );
        if (view !== TABLET) {
          assert.deepEqual(await seriousFindings(page), [], `${id} on ${view.name}`);
        }
        const tooWide = await page.evaluate<number>(
          "document.documentElement.scrollWidth - innerWidth",
        );
        assert.ok(tooWide <= 0, `${id} on ${view.name} is ${tooWide} px too wide`);
        const tallest = await page.evaluate<number>(
          "Math.max(...[...document.querySelectorAll('nav a span')].map((one) => one.offsetHeight))",
        );
        assert.ok(tallest < 30, `a name in the navigation breaks on ${view.name}`);
        const overlapping = await page.evaluate<number>(
          "[...document.querySelectorAll('nav a')].filter((a) => a.scrollWidth > a.clientWidth).length",
        );
        assert.equal(overlapping, 0, `names in the navigation overlap on ${view.name}`);
        assert.deepEqual(await layoutFaults(page), [], `${id} on ${view.name}`);
      }
      assertClean(tab);
    });
  }

  await t.step("hostile topics and payloads show as text", async () => {
    const opened = await client.call("establish_connection", {
      connection_string: mosquitto.url,
      record: ["#"],
    });
    // The demo's broker lets control characters into topics, Mosquitto does not; but it takes a megabyte.
    const other = String(opened.facts.session_id);
    const sessionOf = (topic: string) => topic === "hostile/emoji" ? other : session;
    for (const { topic, payload } of HOSTILE) {
      const { isError, text } = await client.call("publish_message", {
        session_id: sessionOf(topic),
        topic,
        payload,
      });
      assert.equal(isError, false, text);
    }
    await using tab = await browser.open(monitor.url);
    const { page } = tab;
    const details = ".topic-details .message .payload";
    const show = async (topic: string) => {
      await page.goto(
        `${monitor.url}/#/topics?${new URLSearchParams({ session: sessionOf(topic), topic })}`,
      );
      await page.waitForSelector(
        `.topic-details h2:has-text(${JSON.stringify(topic.slice(8, 12))})`,
      );
      return await page.textContent(details) ?? "";
    };
    assert.match(
      await show(HOSTILE[0].topic),
      /^<img src=x onerror="globalThis\.hacked=1"><script>/,
    );
    await page.waitForSelector(".tree >> text=<img src=x onerror=hacked=1>");
    assert.equal(await show(HOSTILE[1].topic), btoa(String(HOSTILE[1].payload)), "not text at all");
    assert.equal(await page.textContent(".topic-details h2"), "hostile/ansi ␛[31m");
    assert.match(await show(HOSTILE[2].topic), /^invoice⟨U\+202E⟩gnp\.exe$/);
    assert.match(await page.textContent(".topic-details h2") ?? "", /rtl ⟨U\+202E⟩gnp\.txt/);
    assert.match(await show(HOSTILE[3].topic), /"<b>key<\/b>": "<\/pre><svg onload=hacked=1>"/);
    const emoji = await show(HOSTILE[4].topic);
    assert.match(emoji, /^(😀){100}/u);
    assert.ok(emoji.length < 100_000, `${emoji.length} characters of a megabyte`);
    await goTo(page, "sessions");
    await page.click(`.session:has-text("${session.slice(0, 8)}") >> text=Watch packets`);
    await page.waitForSelector(".packet-table tbody tr");
    const again = client.call("publish_message", { session_id: session, ...HOSTILE[0] });
    await page.waitForSelector(".packet-what >> text=<img src=x onerror=hacked=1>");
    await again;
    assert.equal(await page.evaluate("'hacked' in globalThis"), false);
    assert.equal(await page.locator("main img, main script, main b").count(), 0);
    await client.call("close_connection", { session_id: other });
    assertClean(tab);
  });

  await t.step("a topic's changes and numbers follow what is published", async () => {
    await using tab = await browser.open(monitor.url);
    const { page } = tab;
    const topic = "bench/sensor";
    const send = (payload: unknown) =>
      client.call("publish_message", { session_id: session, topic, payload });
    await send({ temperature: 21.5, state: "ok" });
    await page.goto(`${monitor.url}/#/topics?${new URLSearchParams({ session, topic })}`);
    await page.waitForSelector(".topic-details .message");
    await send({ temperature: 22.5, state: "hot" });
    const changes = page.locator(".changes").first();
    await changes.waitFor();
    const shown = (await changes.innerText()).replace(/\s+/g, " ");
    assert.match(shown, /\$\.temperature 21\.5 22\.5/);
    assert.match(shown, /\$\.state "ok" "hot"/);
    await page.waitForSelector(
      ".numbers .plot-canvas[aria-label^='temperature: temperature 22.5']",
    );
    await page.fill(".topic-tree input", "moisture");
    await page.waitForSelector(".tree a.node-name >> text=greenhouse/climate/bed-1/moisture");
    await untilCount(page, page.locator(".tree .node-name:has-text('moisture')"), 3);
    assertClean(tab);
  });

  await t.step("the cancel button ends a running call", async () => {
    await using tab = await browser.open(`${monitor.url}/#/overview`);
    const { page } = tab;
    const call = callLong(client, session);
    await page.click("button[aria-label^='Cancel subscribe_and_collect']");
    await call;
    await page.waitForSelector(".running-call", { state: "detached" });
    await goTo(page, "calls");
    await page.waitForSelector(".call-table tbody tr:first-child .badge.warn >> text=cancelled")
      .catch(async (cause) => {
        const shown = (await page.innerText("main")).slice(0, 2_000);
        throw new Error(`The page shows, with ${JSON.stringify(tab.faults)}: ${shown}`, { cause });
      });
    assertClean(tab);
  });

  await t.step("calls can be filtered, read in detail and taken away", async () => {
    await using tab = await browser.open(`${monitor.url}/#/calls`);
    const { page } = tab;
    const rows = page.locator(".call-table tbody tr:not(.details)");
    await rows.first().waitFor();
    const all = await rows.count();
    await page.selectOption("label:has-text('Outcome') select", "error");
    await untilCount(page, rows, 1);
    await page.click(".call-table .tool");
    await page.waitForSelector("tr.details .problem-box >> text=SESSION_NOT_FOUND");
    await client.call("list_active_connections");
    await client.call("close_connection", { session_id: crypto.randomUUID() });
    await untilCount(page, rows, 2);
    assert.match(page.url(), /outcome=error/);

    const exported = await download(page, "JSON");
    assert.deepEqual(JSON.parse(exported).map(({ tool }: { tool: string }) => tool), [
      "close_connection",
      "close_connection",
    ]);
    const [head, ...lines] = (await download(page, "CSV")).trim().split(/\r?\n/);
    assert.match(head, /tool.*outcome/);
    assert.equal(lines.length, 2);

    await page.selectOption("label:has-text('Outcome') select", "");
    await page.selectOption("label:has-text('Tool') select", "close_connection");
    await untilCount(page, rows, 3);
    await page.selectOption("label:has-text('Tool') select", "");
    await page.fill("label:has-text('Text') input", "hostile/ansi");
    await untilCount(page, rows, 1);
    await page.fill("label:has-text('Text') input", "nothing has this");
    await page.click("text=Clear the filters");
    await rows.nth(all).waitFor();
    assertClean(tab);
  });

  await t.step("a call that ends while the list is read shows all the same", async () => {
    await using tab = await browser.open(monitor.url);
    const { page } = tab;
    await page.waitForSelector(".link-state.live");
    const called = Promise.withResolvers<void>();
    await page.route("**/api/calls?*", async (route) => {
      const response = await route.fetch();
      await client.call("list_topics", { session_id: session, pattern: "late/#", duration: 0.5 });
      // it has come over the live link, and more than one redraw has passed
      await clockPasses(2_500);
      await route.fulfill({ response });
      called.resolve();
    });
    await goTo(page, "calls");
    await called.promise;
    await page.waitForSelector(".call-table tbody tr >> text=late/#");
    await page.unrouteAll();
    assertClean(tab);
  });

  await t.step("ten thousand calls in a minute do not stall the page", async () => {
    await using tab = await browser.open(`${monitor.url}/#/calls`);
    const { page } = tab;
    await page.waitForSelector(".call-table");
    await page.evaluate(`
      globalThis.redraws = 0;
      globalThis.since = performance.now();
      new MutationObserver(() => redraws++)
        .observe(document.querySelector(".call-table tbody"), { childList: true });
    `);
    // At twice that rate, for three seconds.
    for (let batch = 0; batch < 30; batch++) {
      const response = await fetch(`${monitor.url}/api/log-call`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          source: "elsewhere",
          calls: Array.from({ length: 33 }, () => reportedCall()),
        }),
      });
      assert.equal(response.status, 200, await response.text());
      // deno-lint-ignore timing/pause -- the rate at which calls come is what is tried
      await page.waitForTimeout(100);
    }
    await page.selectOption("label:has-text('Tool') select", "busy_tool");
    await page.waitForSelector(".table-foot:has-text('of 990.')");
    const rows = await page.locator(".call-table tbody tr").count();
    assert.ok(rows <= 300, `${rows} rows`);
    const [redraws, most] = await page.evaluate<[number, number]>(
      "[redraws, (performance.now() - since) / 400 + 2]",
    );
    assert.ok(redraws <= most, `${redraws} redraws where ${Math.round(most)} are enough`);
    assertClean(tab);
  });

  await t.step("the log can be filtered, searched and held", async () => {
    await using tab = await browser.open(`${monitor.url}/#/logs`);
    const { page } = tab;
    const lines = page.locator(".log-line");
    await lines.first().waitFor();
    const before = await lines.count();
    await page.fill("input[type=search]", "monitor listens");
    await untilCount(page, lines, 1);
    await page.click(".choices >> text=Errors");
    await page.waitForSelector("text=No line matches");
    await page.click("text=Clear the filters");
    await lines.nth(before - 1).waitFor();
    await page.click("text=Pause");
    await page.waitForSelector("button[aria-pressed=true] >> text=Resume");
    await page.click("text=Resume");
    assertClean(tab);
  });

  await t.step(
    "the setup page has a snippet for each client, and each tool's parameters",
    async () => {
      await using tab = await browser.open(`${monitor.url}/#/setup`);
      const { page } = tab;
      for (const name of ["Cursor", "Claude Code", "Claude Desktop", "VS Code"]) {
        await page.click(`.choices >> text="${name}"`);
        await page.waitForSelector(`.snippet pre[aria-label^="Snippet for ${name}"]`);
      }
      await page.click(".tool-card:has-text('record_topics') summary");
      await page.waitForSelector(".tool-card[open] >> text=session_id");
      assertClean(tab);
    },
  );

  await t.step("keyboard alone reaches the content and the theme", async () => {
    await using tab = await browser.open(monitor.url);
    const { page } = tab;
    await page.waitForSelector(".tiles");
    await page.keyboard.press("Tab");
    assert.equal(
      await page.evaluate("document.activeElement?.textContent"),
      "Skip to the content",
    );
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement?.tagName"), "H1");
    await page.focus("nav a[href='#/calls']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("h1:focus >> text=Calls");
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.focus("button[aria-label^='Theme']");
    await page.keyboard.press("Enter");
    assert.equal(await background(), light, "light by choice, as by the system");
    await page.keyboard.press("Enter");
    const dark = await background();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await background(), dark, "a choice outlasts a reload");
  });

  await t.step("closing a session asks first", async () => {
    await using tab = await browser.open(`${monitor.url}/#/sessions`);
    const { page } = tab;
    await page.click("button[aria-label^='Close the session']");
    await page.waitForSelector("dialog[open] >> text=Close this session?");
    assert.deepEqual(await seriousFindingsInBoth(page), [], "the dialog");
    const { y, height } = await page.locator("dialog").boundingBox() ?? assert.fail();
    const { height: whole } = page.viewportSize() ?? assert.fail();
    assert.ok(Math.abs(y - (whole - y - height)) <= 2, `the dialog stands at ${y} of ${whole}`);
    const lost = await page.textContent("dialog p >> text=erased");
    assert.doesNotMatch(lost ?? "", /\b0 |\b1 recording are/);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.click("button[aria-label^='Close the session']");
    await page.click("dialog >> text=Keep it");
    assert.equal((await client.call("list_active_connections")).facts.total, 1);
    await page.click("button[aria-label^='Close the session']");
    await page.click("dialog .button.danger");
    await page.waitForSelector("text=No broker is connected");
    assert.equal((await client.call("list_active_connections")).facts.total, 0);
    assertClean(tab);
  });
});

/** What each page is waited for, and opened at, before it is looked at. */
const readyOf: Record<string, (page: Page, session: string) => Promise<unknown>> = {
  async devices(page) {
    await page.click(".tile >> text=garage_door");
    await page.waitForSelector(".findings li");
    await page.waitForSelector(".device-plots canvas");
    assert.deepEqual(await seriousFindingsInBoth(page), [], "one device");
    await page.click("text=All devices");
    await page.waitForSelector(".tile");
  },
  overview: (page) => page.waitForSelector(".plot-canvas canvas"),
  async sessions(page) {
    await page.click("text=Watch packets");
    await page.waitForSelector(".packet-table tbody tr");
  },
  async topics(page) {
    await page.waitForSelector(".tree .node");
    await page.click(".node:has-text('greenhouse') .twist");
    await page.click(".node:has-text('climate') .twist");
    await page.click(".tree a.node-name:has-text('temperature')");
    await page.waitForSelector(".numbers canvas");
  },
  async calls(page) {
    await page.click(".call-table .tool");
    await page.waitForSelector("tr.details");
  },
  logs: (page) => page.waitForSelector(".log-line"),
  async connect(page) {
    await page.click("text=Only test");
    await page.waitForSelector(".field:has([name=connection_string]) .field-problem");
  },
  async setup(page) {
    await page.waitForSelector(".snippet pre");
    await page.click(".tool-card >> nth=0");
  },
  async api(page) {
    await page.click(".operation:has-text('/api/calls') >> nth=0");
    await page.waitForSelector(".operation[open] table");
  },
};

async function untilCount(
  page: Page,
  rows: ReturnType<Page["locator"]>,
  wanted: number,
): Promise<void> {
  try {
    await until(async () => await rows.count() === wanted);
  } catch {
    assert.fail(`${await rows.count()} rows instead of ${wanted} at ${page.url()}`);
  }
}

async function download(page: Page, label: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.click(`.head-tools >> text=${label}`),
  ]);
  const path = await file.path();
  return await Deno.readTextFile(path);
}

function reportedCall(): Record<string, unknown> {
  return {
    id: crypto.randomUUID(),
    started_at: new Date().toISOString(),
    tool: "busy_tool",
    client: "busy client",
    client_id: "busy",
    session_id: null,
    arguments: '{"topic":"a/b/c"}',
    duration_ms: 12,
    outcome: "ok",
    error_code: null,
    error: null,
    result_bytes: 100,
    result_tokens: 25,
  };
}

Deno.test("a monitor that goes away is said to be away, and the page heals when it is back", async () => {
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  let port = 0;
  await using first = await MonitorProcess.start(["--monitor"], { folder });
  port = first.port;
  await using tab = await browser.open(`${first.url}/#/overview`);
  const { page } = tab;
  await page.waitForSelector(".link-state.live");
  await page.waitForSelector(".cards");
  await first.end("SIGKILL");
  await page.waitForSelector(".banner >> text=Reconnecting…");
  await page.waitForSelector(".cards");
  await page.waitForSelector(".link-state.reconnecting");
  await Deno.mkdir(folder, { recursive: true });
  await using _second = await MonitorProcess.start(["--monitor", `--web-port=${port}`], { folder });
  await page.waitForSelector(".banner.live >> text=The server was started anew");
  assert.deepEqual(await seriousFindingsInBoth(page), [], "when it is back");
  await page.waitForSelector(".link-state.live");
  await page.waitForSelector(".banner", { state: "detached" });
  await goTo(page, "logs");
  await page.waitForSelector(".log-line");
});

Deno.test("with a token, nothing shows before the login, and a wrong token is told", async () => {
  const token = "correct-horse-battery-staple";
  await using monitor = await MonitorProcess.start(["--monitor"], { env: { WEB_TOKEN: token } });
  for (const view of [DESKTOP, PHONE]) {
    await using tab = await browser.open(`${monitor.url}/#/calls`, view);
    const { page } = tab;
    await page.waitForSelector("h1 >> text=MQTT MCP monitor");
    assert.deepEqual(await seriousFindings(page), [], `login on ${view.name}`);
    assert.equal(await page.locator("nav").count(), 0);
    await page.fill("#token", "wrong");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=That is not the token.");
    await page.fill("#token", token);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".link-state.live");
    await page.waitForSelector("h1 >> text=Calls");
    await page.click("button[aria-label='Log out']");
    await page.waitForSelector("#token");
    assert.deepEqual(tab.faults.filter((fault) => !/status of 401/.test(fault)), []);
    assert.deepEqual(tab.strangers, []);
  }
});

Deno.test("the foot of the navigation holds all of its parts at every width, with a token and a lost link", async () => {
  const token = "correct-horse-battery-staple";
  await using monitor = await MonitorProcess.start(["--monitor"], { env: { WEB_TOKEN: token } });
  await using tab = await browser.open(monitor.url);
  const { page } = tab;
  await page.fill("#token", token);
  await page.keyboard.press("Enter");
  await page.waitForSelector("button[aria-label='Log out']");
  const check = async (when: string) => {
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 800 });
      const foot = await page.locator(".side-foot").boundingBox();
      const side = await page.locator(".side").boundingBox();
      assert.ok(foot && side);
      assert.ok(foot.height <= 54, `${Math.round(foot.height)} px high at ${width} ${when}`);
      assert.ok(width > 760 || side.height <= 56, `${side.height} px of a phone ${when}`);
      for (const part of await page.locator(".side-foot > *").all()) {
        const box = await part.boundingBox();
        if (box === null) continue;
        const inside: boolean = box.x >= side.x && box.x + box.width <= side.x + side.width;
        assert.ok(inside, `${await part.innerHTML()} at ${width} ${when}`);
      }
    }
  };
  await check("live");
  await monitor.end("SIGKILL");
  await page.waitForSelector(".link-state.reconnecting");
  await check("without a link");
});

Deno.test("after a restart what was there before is known: calls, the broker of each, and what was not kept", async () => {
  await using broker = await startMosquitto();
  const folder = await Deno.makeTempDir({ prefix: "monitor" });
  const settings = { folder, env: { DATA_DIR: `${folder}/data` } };
  await using first = await MonitorProcess.start(["--monitor"], settings);
  {
    await using client = await connectClient("sdk v2, 2025", {
      flags: [`--core-socket=${first.socketPath}`],
    });
    const { host } = new URL(broker.url);
    await client.call("establish_connection", { connection_string: `mqtt://u:pw-9931@${host}` });
    await client.call("close_connection", { session_id: crypto.randomUUID() });
    await using tab = await browser.open(`${first.url}/#/calls`);
    const { page } = tab;
    await page.click("tr:has-text('establish_connection') .tool");
    await page.waitForSelector(`.broker-cell >> text=mqtt://${host}`);
    await page.waitForSelector("pre[aria-label='Answer'] >> text=session_id");
    assert.doesNotMatch(await page.content(), /pw-9931/);
    await page.goto(`${first.url}/#/setup`);
    await page.waitForSelector(`.snippet pre >> text=--core-socket=${first.socketPath}`);
  }
  await first.end("SIGTERM");
  await using second = await MonitorProcess.start(["--monitor"], settings);
  await using tab = await browser.open(`${second.url}/#/overview`);
  const { page } = tab;
  await page.waitForSelector(".figure-card:has-text('Errors') .card-value >> text=1");
  await page.waitForSelector("text=No call is running");
  assert.equal(await page.locator("text=No assistant has called yet").count(), 0);
  await page.goto(`${second.url}/#/calls`);
  await page.click("tr:has-text('establish_connection') .tool");
  await page.waitForSelector("text=Not kept any more");
  await page.waitForSelector(".broker-cell >> text=mqtt://");
});
