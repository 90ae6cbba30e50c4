// takes long: the page is opened again and again
/** The devices page in a real browser: what a person sees first, and how they find out what is wrong. */
import axe from "axe-core";
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import type { Page, TestPage } from "../support/browser.ts";
import { connectClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

const PHONE = { width: 390, height: 844 };

async function names(page: Page): Promise<string[]> {
  return await page.locator(".tile-name").allInnerTexts();
}

function assertClean(tab: TestPage): void {
  assert.deepEqual(tab.faults, []);
  assert.deepEqual(tab.strangers, []);
}

/** What axe-core finds that keeps people out. */
async function seriousFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy would refuse a foreign script, as it should.
  await page.evaluate(axe.source);
  return await page.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes[0].html + nodes[0].failureSummary))`,
  );
}

async function assertNotTooWide(page: Page, where: string): Promise<void> {
  const tooWide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
  assert.ok(tooWide <= 0, `${where} is ${tooWide} px too wide`);
}

Deno.test("the first page tells what is sick on the demo, and why", async (t) => {
  await using demo = await startDemo();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  await using tab = await browser.open(monitor.url);
  const { page } = tab;
  await page.waitForSelector("h1 >> text=Devices");
  await page.waitForSelector(".empty-title >> text=No broker is connected");
  const { facts } = await client.call("establish_connection", { connection_string: demo.url });
  const session_id = String(facts.session_id);

  await t.step("a broker of which nothing is recorded is told, with a way out", async () => {
    await page.waitForSelector(".banner >> text=Nothing is recorded on");
    assert.equal(await page.locator(".tile").count(), 0);
    await client.call("record_topics", { session_id, action: "start", topics: ["#"] });
    await page.waitForSelector(".tile");
    await page.waitForSelector(".banner >> text=Nothing is recorded on", { state: "detached" });
  });

  await t.step("the ten sick devices come first, without a reload", async () => {
    const faulty = demo.devices.filter(({ fault }) => fault !== undefined);
    await page.waitForSelector("button[aria-pressed] >> text=Sick 10");
    await until(async () => await page.locator(".tile:is(.bad, .warn)").count() === faulty.length);
    const tones = await page.locator(".tile").evaluateAll((tiles) =>
      tiles.map((tile) => tile.classList.contains("bad") || tile.classList.contains("warn"))
    );
    assert.deepEqual(tones.slice(0, 10), Array(10).fill(true));
    assert.ok(tones.length > 20 && tones.slice(10).every((isSick) => !isSick));
    const pump = await page.locator(".tile").first().innerText();
    assert.match(pump, /^pump-3\s+offline/);
    assert.match(pump, /Bearing temperature 118.*motor protection tripped/s);
    const door = await page.locator(".tile:has-text('garage_door')").innerText();
    assert.match(door, /4 %/);
    assert.match(door, /of 255/);
    assert.deepEqual(await seriousFindings(page), []);
  });

  await t.step("filters stand in the address, and the way back leads through them", async () => {
    await page.click("button[aria-pressed] >> text=/^Sick/");
    await until(async () => (await names(page)).length === 10);
    await page.selectOption("label:has-text('Place') select", "plant/+");
    await until(async () => (await names(page)).length === 6);
    await page.fill("label:has-text('Search') input", "E42 pressure");
    await until(async () => (await names(page)).join() === "press-2");
    assert.match(page.url(), /#\/devices\?show=sick&place=plant%2F%2B&q=E42\+pressure$/);
    await page.reload();
    await until(async () => (await names(page)).join() === "press-2");
    await page.fill("label:has-text('Search') input", "no such thing");
    await page.click("text=Clear the filters");
    await until(async () => (await names(page)).length > 20);
    // The second time as soon as the page has followed the first: before what is typed settles.
    await page.evaluate(`new Promise((resolve) => {
      const field = document.querySelector("input[type=search]");
      const next = () => field.value === "no such thing"
        ? resolve(history.back())
        : requestAnimationFrame(next);
      history.back();
      next();
    })`);
    await until(async () => (await names(page)).length === 10);
    assert.equal(await page.inputValue("label:has-text('Search') input"), "");
    await page.goBack();
    await until(async () => (await names(page)).length > 20);
  });

  await t.step(
    "a device opens by keyboard, with evidence, suggestion, values, messages",
    async () => {
      await page.click("button[aria-pressed] >> text=/^Sick/");
      await page.focus(".tile:has-text('press-2')");
      await page.keyboard.press("Enter");
      await page.waitForSelector("h1 >> text=press-2");
      const finding = page.locator(".findings > li").first();
      await finding.waitFor();
      const text = await finding.innerText();
      assert.match(text, /E42: Hydraulic pressure/);
      assert.match(text, /Try:/);
      assert.ok(await finding.locator(".evidence li").count() > 0);
      await page.waitForSelector(".device-plots canvas");
      await page.click(".messages .message-head >> nth=0");
      await page.waitForSelector(".messages .payload");
      assert.deepEqual(await seriousFindings(page), []);
      await page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { globalThis.copied = text } } })",
      );
      await page.click("text=Ask about this");
      await page.waitForSelector("text=Copied");
      const copied = await page.evaluate<string>("globalThis.copied");
      assert.match(copied, /"plant\/press-2"/);
      assert.match(copied, /debug_device/);
      await page.setViewportSize(PHONE);
      await assertNotTooWide(page, "a device");
      await finding.locator(".evidence a").first().click();
      await page.waitForSelector(".topic-details h2 >> text=plant/press-2");
      await page.goBack();
      await page.waitForSelector(".findings > li");
      await page.click("text=All devices");
      await until(async () => (await names(page)).length === 10);
      await assertNotTooWide(page, "the devices");
      assertClean(tab);
    },
  );

  await t.step("a device or a broker that is gone is told, and nothing breaks", async () => {
    const on = demo.url;
    await page.goto(
      `${monitor.url}/#/devices?${new URLSearchParams({ on, device: "plant/gone" })}`,
    );
    await page.waitForSelector("text=Nothing of it was heard");
    await page.goto(`${monitor.url}/#/devices?device=x&on=mqtt://gone:1883`);
    await page.waitForSelector("text=No session with mqtt://gone:1883 is open any more");
    await page.goto(`${monitor.url}/#/devices?show=nonsense&place=%00&kind=%3Cb%3E`);
    await page.waitForSelector("text=No device matches");
    assert.equal(await page.locator("main b").count(), 0);
    assertClean(tab);
  });

  await t.step(
    "when the broker is lost, the devices stay and are said to be from before",
    async () => {
      await page.goto(`${monitor.url}/#/devices`);
      await page.waitForSelector(".tile");
      await demo[Symbol.asyncDispose]();
      await page.waitForSelector(".banner >> text=is not connected");
      await page.waitForSelector(".tile.stale");
    },
  );
});

/** A monitor that records a broker on which so many devices, all of them well, have spoken; and a client of that broker. */
async function startPlant(stack: AsyncDisposableStack, devices: number) {
  const broker = stack.use(await startMosquitto({ config: ["max_queued_messages 0"] }));
  const monitor = stack.use(await MonitorProcess.start());
  const client = stack.use(
    await connectClient("sdk v2, 2025", { flags: [`--core-socket=${monitor.socketPath}`] }),
  );
  await client.call("establish_connection", { connection_string: broker.url, record: ["#"] });
  const publisher = stack.use(await connectPublisher(broker.url));
  const payload = JSON.stringify({ temperature: 21.5, pressure: 2 });
  const topics = Array.from({ length: devices }, (_, i) => pressTopic(i));
  await publisher.publishAll(topics.map((topic) => [topic, payload] as const), { retain: true });
  return { url: monitor.url, publisher };
}

function pressTopic(i: number): string {
  return `plant/hall-${i % 7}/press-${i}/telemetry`;
}

Deno.test("two thousand devices can be looked through, and hostile names are text", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, publisher } = await startPlant(stack, 2_100);
  const name = "<img src=x onerror=hacked=1>";
  await publisher.publish(`plant/${name}/telemetry`, JSON.stringify({ error: "<b>E1</b>", n: 1 }));
  await using tab = await browser.open(url);
  const { page } = tab;
  await page.waitForSelector(".head >> text=2,101 devices");
  assert.equal((await names(page))[0], name);
  assert.ok(await page.locator(".tile").count() < 400, "no more than are looked at");
  await page.waitForSelector("text=/101 more devices, none of them sicker/");
  await page.fill("label:has-text('Search') input", "press-1234");
  await until(async () => (await names(page)).join() === "press-1234");
  await page.click(".tile");
  await page.waitForSelector("h1 >> text=press-1234");
  await page.waitForSelector("h2 >> text=No sign of trouble");
  assert.equal(await page.evaluate("'hacked' in globalThis"), false);
  assertClean(tab);
});

Deno.test("the page of a device tells what changed where nothing calls it trouble", async () => {
  await using stack = new AsyncDisposableStack();
  const { url, publisher } = await startPlant(stack, 3);
  const before = [180.2, 179.8, 180.5, 180.1, 179.9, 180.4];
  const since = [12.1, 12.2, 12.3];
  // It goes on, or on a busy machine it has fallen silent before anybody looks.
  let told = 0;
  const telling = setInterval(() => {
    const Lage = before[told] ?? since[told % since.length];
    told++;
    publisher.publish("plant/hall-1/lathe-7/telemetry", JSON.stringify({ Lage })).catch(() => {});
  }, 250);
  stack.defer(() => clearInterval(telling));
  await until(() => told > 2 * before.length);
  await using tab = await browser.open(url);
  const { page } = tab;
  await page.fill("label:has-text('Search') input", "lathe-7");
  await until(async () => (await names(page)).join() === "lathe-7");
  await page.click(".tile");
  await page.waitForSelector("h2 >> text=No sign of trouble");
  await page.waitForSelector('li >> text=/"Lage" 179.8 to 180.5, then 12.1 to 12.3 since/');
  assertClean(tab);
});

Deno.test("the way back from a device far down leads to where one was, and news take nothing from under the keyboard", async () => {
  await using stack = new AsyncDisposableStack();
  // judging begins again only after five times as long as it took: with thousands, on a busy machine, minutes
  const { url, publisher } = await startPlant(stack, 300);
  await using tab = await browser.open(url);
  const { page } = tab;
  await page.waitForSelector(".head >> text=300 devices");
  await until(async () => await page.locator(".tile").count() > 50);
  await until(async () => {
    // again, as a person does: what comes into sight may be taller than it was taken for
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    return await page.locator(".tile").count() > 200;
  });
  const far = page.locator(".tile").nth(150);
  const list = page.url();
  await page.evaluate(`addEventListener("click", ({ target }) => {
    globalThis.opened = target.closest(".tile")?.getAttribute("href");
  }, true)`);
  await until(async () => {
    // a click whose tile is moved by news between press and release is none, as for a person
    await far.click({ timeout: 5_000 }).catch(() => {});
    return await page.waitForURL(({ href }) => href !== list, { timeout: 5_000 })
      .then(() => true, () => false);
  });
  const opened = await page.evaluate<string>("opened");
  await page.waitForSelector("h1:focus");
  assert.equal(await page.evaluate("scrollY"), 0);
  await page.goBack();
  await page.waitForSelector(".tile:focus");
  assert.equal(await page.locator(".tile:focus").getAttribute("href"), opened);
  assert.ok(await page.evaluate<number>("scrollY") > 1_000, "where one was");
  // What the keyboard is at stays there when news put it elsewhere.
  const focused = Number(/press-(\d+)/.exec(opened)?.[1]);
  await publisher.publish(pressTopic(focused), JSON.stringify({ error: "E9: jammed" }), {
    retain: true,
  });
  await page.waitForSelector(`.tile:is(.bad, .warn) >> text=press-${focused}`);
  assert.equal(await page.evaluate("document.activeElement.getAttribute('href')"), opened);
  assertClean(tab);
});
