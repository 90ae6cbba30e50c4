/** The topics page in a real browser: exact, of the right broker, and true when the broker is gone. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import type { Locator, Page } from "../support/browser.ts";
import { connectClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { browser } from "../support/shared_browser.ts";
import { LiveViewer, MonitorProcess, until } from "./support.ts";

const DETAILS = ".topic-details";

/** Where a topic of a broker is. */
function topicAddress(url: string, broker: string, topic?: string): string {
  return `${url}/#/topics?${new URLSearchParams({ broker, ...(topic && { topic }) })}`;
}

async function names(items: Locator): Promise<string[]> {
  return (await items.locator(".node-name").allInnerTexts()).map((name) => name.trim());
}

async function height(page: Page): Promise<number> {
  return await page.evaluate<number>("document.documentElement.scrollHeight");
}

Deno.test("the topics page tells what is so, and keeps it in its address", async (t) => {
  await using broker = await startMosquitto({ config: ["max_queued_messages 0"] });
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  const { facts } = await client.call("establish_connection", {
    connection_string: broker.url,
    record: ["#"],
  });
  const session_id = String(facts.session_id);
  const publish = async (topic: string, payload: unknown, more: Record<string, unknown> = {}) => {
    const sent = await client.call("publish_message", { session_id, topic, payload, ...more });
    assert.equal(sent.isError, false, sent.text);
  };

  await t.step("a counter is shown with all its digits, in the plot too", async () => {
    await publish("counter", "1234567");
    await publish("counter", "1234568");
    await using tab = await browser.open(topicAddress(monitor.url, broker.url, "counter"));
    await tab.page.waitForSelector(".numbers .plot-canvas[aria-label$='value 1,234,568']");
    await tab.page.waitForSelector(`${DETAILS} .payload >> text=/^1234568$/`);
    assert.deepEqual(tab.faults, []);
  });

  await t.step("values that come at once are drawn, be it as a point", async () => {
    {
      await using publisher = await connectPublisher(broker.url);
      await publisher.publishAll([["lone", "6"], ["lone", "7"]]);
    }
    await using tab = await browser.open(topicAddress(monitor.url, broker.url, "lone"));
    const { page } = tab;
    await page.waitForSelector(".numbers .plot-canvas[aria-label$='value 7']");
    const drawn = () =>
      page.evaluate<number>(`(() => {
        const canvas = document.querySelector(".numbers canvas");
        const line = document.querySelector(".numbers .legend span");
        const wanted = getComputedStyle(line).color.match(/\\d+/g).slice(0, 3).map(Number);
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let at = 0; at < data.length; at += 4) {
          if (wanted.every((part, i) => Math.abs(part - data[at + i]) < 4) && data[at + 3] > 250) found++;
        }
        return found;
      })()`);
    await until(async () => await drawn() > 4);
    await page.waitForSelector(".numbers .plot-when >> text=2 values");
  });

  await t.step("a number that comes with its time is drawn, the time is not", async () => {
    for (const celsius of [21.25, 21.5]) {
      await publish("room", { ts: Date.now(), seq: celsius, celsius, heating: "ON" });
    }
    await using tab = await browser.open(topicAddress(monitor.url, broker.url, "room"));
    await tab.page.waitForSelector(".numbers .plot-title >> text=celsius");
    assert.equal(await tab.page.locator(".numbers .choices[aria-label='Field']").count(), 0);
  });

  await t.step(
    "messages that come leave those before them closed, unless somebody opened them",
    async () => {
      await publish("busy", "0");
      await using tab = await browser.open(topicAddress(monitor.url, broker.url, "busy"));
      const { page } = tab;
      await page.waitForSelector(`${DETAILS} .payload`);
      for (let i = 1; i <= 3; i++) {
        await publish("busy", `${i}`);
        await page.waitForSelector(`${DETAILS} .message:first-child .payload >> text="${i}"`);
        assert.equal(await page.locator(`${DETAILS} .payload`).count(), 1);
      }
      await page.click(`${DETAILS} .message:nth-child(2) .message-head`);
      await publish("busy", "4");
      await page.waitForSelector(`${DETAILS} .message:first-child .payload >> text="4"`);
      await page.waitForSelector(`${DETAILS} .message:nth-child(3) .payload >> text="2"`);
      assert.equal(await page.locator(`${DETAILS} .payload`).count(), 2);
      await page.click(`${DETAILS} >> text=Pause`);
      await publish("busy", "5");
      await page.waitForSelector(`${DETAILS} >> text=Resume (1 new)`);
      assert.equal(await page.locator(`${DETAILS} .payload`).first().innerText(), "4");
    },
  );

  await t.step(
    "what MQTT 5 adds to a message is shown, and what is to be said about it",
    async () => {
      await publish("request", "\x00\x01not text", {
        content_type: "application/x-own",
        response_topic: "answers/here",
        user_properties: { site: "north <b>" },
        message_expiry_interval: 3600,
      });
      await using tab = await browser.open(topicAddress(monitor.url, broker.url, "request"));
      const shown = await tab.page.locator(`${DETAILS} .properties`).innerText();
      for (const text of ["application/x-own", "answers/here", "site", "north <b>", "3600"]) {
        assert.ok(shown.includes(text), `${text} in ${shown}`);
      }
      await publish("archive", "H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAA=", { encoding: "base64" });
      await tab.page.goto(topicAddress(monitor.url, broker.url, "archive"));
      await tab.page.waitForSelector(`${DETAILS} .message`);
    },
  );

  await t.step("the tree is used with the arrow keys", async () => {
    for (const name of ["dev10", "dev2", "dev1"]) await publish(`keys/${name}/power`, "ON");
    await using tab = await browser.open(topicAddress(monitor.url, broker.url));
    const { page } = tab;
    await page.locator("[role=treeitem]:has-text('keys')").focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("[role=treeitem][aria-level='2'] >> text=dev1");
    await until(async () =>
      (await names(page.locator("[role=treeitem][aria-level='2']"))).join() === "dev1,dev2,dev10"
    );
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("[role=treeitem]:focus .node-name >> text=/^dev1$/");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector("[role=treeitem][aria-level='3']");
    await page.keyboard.press("ArrowDown");
    await page.waitForSelector("[role=treeitem]:focus .node-name >> text=/^power$/");
    await page.keyboard.press("Enter");
    await page.waitForSelector(`${DETAILS} h2 >> text=keys/dev2/power`);
    await page.waitForSelector("[aria-selected=true]");
    assert.equal(await page.locator("[aria-selected=true]").getAttribute("aria-level"), "3");
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector("[role=treeitem]:focus .node-name >> text=/^dev2$/");
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector("[role=treeitem][aria-level='3']", { state: "detached" });
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await page.waitForSelector("[role=treeitem][aria-posinset='1'][aria-level='1']:focus");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("a reload and the way back lead to what was looked at", async () => {
    await publish("back/first", { a: 1, b: 1 });
    await publish("back/first", { a: 2, b: 3 });
    await publish("back/second", "x");
    await using tab = await browser.open(topicAddress(monitor.url, broker.url));
    const { page } = tab;
    await page.click(".node:has-text('back') .twist");
    await page.click("a.node-name >> text=first");
    await page.click(".choices[aria-label='Field'] >> text=b");
    await page.waitForSelector(".plot-canvas[aria-label^='2 fields:']");
    await page.click(".choices[aria-label='Field'] >> text=a");
    await page.waitForSelector(".plot-canvas[aria-label^='b:']");
    await page.click(".choices[aria-label='Time range'] >> text=10 min");
    await page.click("a.node-name >> text=second");
    await page.waitForSelector(`${DETAILS} h2 >> text=back/second`);
    await page.goBack();
    await page.waitForSelector(`${DETAILS} h2 >> text=back/first`);
    await page.waitForSelector(".plot-canvas[aria-label^='b:']");
    await page.reload();
    await page.waitForSelector(".plot-canvas[aria-label^='b:']");
    await page.waitForSelector("[aria-pressed=true] >> text=10 min");
    await page.waitForSelector("a.node-name >> text=second");
    await page.fill(".topic-tree input", "back/");
    await until(() => page.url().includes("q=back"));
    await page.reload();
    await page.waitForSelector("a.node-name >> text=back/second");
    assert.equal(await page.inputValue(".topic-tree input"), "back/");
    await page.fill(".topic-tree input", "");
    await page.waitForSelector("[role=treeitem][aria-level='2']");
  });

  await t.step(
    "a topic of 64 kB and ten thousand topics leave the page as high as others",
    async () => {
      const long = `long/${"x".repeat(60_000)}`;
      await publish(long, "found");
      await using tab = await browser.open(topicAddress(monitor.url, broker.url, long), {
        size: { width: 390, height: 844 },
      });
      const { page } = tab;
      await page.waitForSelector(`${DETAILS} .payload >> text=found`);
      assert.ok(await height(page) < 2_000, `${await height(page)} px`);
      await page.setViewportSize({ width: 1024, height: 800 });
      await page.goto(topicAddress(monitor.url, broker.url));
      await page.click(".node:has-text('long') .twist");
      await page.waitForSelector("[role=treeitem][aria-level='2']");
      assert.ok(await height(page) < 2_000, `${await height(page)} px`);
      assert.deepEqual(tab.faults, []);
      await using publisher = await connectPublisher(broker.url);
      await publisher.publishAll(
        Array.from({ length: 10_000 }, (_, i) => [`many/dev-${i}`, "1"] as const),
      );
      await page.goto(`${topicAddress(monitor.url, broker.url)}&open=many`);
      await page.waitForSelector(".node-more");
      const rows = page.locator("[role=treeitem][aria-level='2']");
      assert.deepEqual((await names(rows)).slice(0, 3), ["dev-0", "dev-1", "dev-2"]);
      const before = await rows.count();
      await page.click(".node-more");
      await until(async () => await rows.count() > before);
      assert.ok(await rows.count() <= 1_001);
      const over = "document.documentElement.scrollWidth - innerWidth";
      assert.ok(await page.evaluate<number>(over) <= 0);
      assert.deepEqual(tab.faults, []);
    },
  );

  await t.step("a link to what is gone says so, and shows nothing of another broker", async () => {
    await using tab = await browser.open(
      topicAddress(monitor.url, "mqtt://elsewhere.lan:1883", "counter"),
    );
    const { page } = tab;
    await page.waitForSelector("text=No session with mqtt://elsewhere.lan:1883 is open any more");
    assert.equal(await page.locator(DETAILS).count(), 0);
    await page.goto(`${monitor.url}/#/topics?session=1f0c5a52-old&topic=counter`);
    await page.waitForSelector("text=The session 1f0c5a52 has ended");
    await page.click(`main a >> text=${broker.url}`);
    await page.waitForSelector("[role=tree]");
  });

  await t.step("a broker that is gone looks it, and the time without it is marked", async () => {
    await publish("gone", "1");
    await using tab = await browser.open(topicAddress(monitor.url, broker.url, "gone"));
    const { page } = tab;
    await page.waitForSelector(`${DETAILS} .payload`);
    assert.equal(await page.locator(".stale").count(), 0);
    await broker.kill();
    await page.waitForSelector(".banner.inline >> text=Not connected since");
    await page.waitForSelector(".topics.stale");
    const opacity = await page.evaluate<number>(
      "Number(getComputedStyle(document.querySelector('.node-value')).opacity)",
    );
    assert.ok(opacity < 1);
    await broker.restart();
    await page.waitForSelector(".topics:not(.stale)");
    assert.equal(await page.locator(".banner.inline").count(), 0);
    await publish("gone", "2");
    await page.waitForSelector(`${DETAILS} .message:first-child .payload >> text="2"`);
    await using viewer = new LiveViewer(monitor.port);
    await viewer.until("snapshot");
    viewer.send({ type: "watch_topics", watch: 1, session_id, levels: [], topic: "gone" });
    const { topic } = await viewer.until("topics");
    assert.equal(topic?.gaps.length, 1);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${monitor.url}/#/sessions`);
    await page.waitForSelector("text=/^1 gap$/");
    const over = "document.documentElement.scrollWidth - innerWidth";
    assert.ok(await page.evaluate<number>(over) <= 0, "why the gap is there widens the page");
    assert.deepEqual(tab.faults, []);
  });
});

Deno.test("Sparkplug's metrics have their names, from the births before them", async () => {
  await using demo = await startDemo();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  const { facts } = await client.call("establish_connection", {
    connection_string: demo.url,
    record: ["spBv1.0/#"],
  });
  await client.call("publish_message", {
    session_id: facts.session_id,
    topic: "spBv1.0/Plant/NCMD/edge-1",
    payload: "rebirth",
  });
  await using tab = await browser.open(
    topicAddress(monitor.url, demo.url, "spBv1.0/Plant/DDATA/edge-1/mixer"),
  );
  const { page } = tab;
  await page.waitForSelector(".numbers .choices[aria-label='Field'] >> text=Mixer/Torque");
  const fields = await page.locator(".choices[aria-label='Field'] button").allInnerTexts();
  assert.ok(fields.includes("Mixer/Speed"), `${fields}`);
  assert.deepEqual(fields.filter((name) => /timestamp|seq$/i.test(name)), []);
  await until(async () =>
    /"name": "Mixer\/Speed"/.test(await page.locator(`${DETAILS} .payload`).first().innerText())
  );
  assert.deepEqual(tab.faults, []);
});
