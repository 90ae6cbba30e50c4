/** Watches on the page, in a real browser: what is met is told at once, wherever one is. */
import assert from "node:assert/strict";
import { connectClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

Deno.test("a watch that is met is told on any page, and stays to be read on its own", async () => {
  await using broker = await startMosquitto();
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  await using tab = await browser.open(`${monitor.url}/#/watches`);
  const { page } = tab;
  await page.waitForSelector(".empty-title >> text=Nothing is watched");
  const { facts } = await client.call("establish_connection", {
    connection_string: broker.url,
    record: ["#"],
  });
  const session_id = String(facts.session_id);
  const name = "Freezer <b>too warm</b>";
  const started = await client.call("watch_topics", {
    session_id,
    action: "start",
    name,
    topic: "freezer/temperature",
    where: [{ path: "$", op: ">", value: -15 }],
    cooldown: 1,
  });
  assert.equal(started.isError, false, started.text);
  await client.call("watch_topics", {
    session_id,
    action: "start",
    name: "Never",
    topic: "no/such/topic",
  });
  await page.goto(`${monitor.url}/#/calls`);
  await page.waitForSelector(".call-table");
  const publish = (payload: string) =>
    client.call("publish_message", { session_id, topic: "freezer/temperature", payload });
  await publish("-9.5");
  await page.waitForSelector(`.banner.met >> text=${name}`);
  await page.click(".banner.met >> text=Look");
  await page.waitForSelector(".watch.chosen");
  assert.match(page.url(), /#\/watches\?watch=[0-9a-f-]{36}$/);
  assert.equal(await page.locator(".banner.met").count(), 0);
  const card = page.locator(".watch").first();
  assert.match(await card.innerText(), /Freezer <b>too warm<\/b>.*met 1 time/s);
  assert.match(await card.locator(".payload").innerText(), /-9\.5/);
  assert.deepEqual(await page.locator("section h2").allInnerTexts(), ["Met (1)", "Waiting (1)"]);
  await until(async () => {
    await publish("-8.25");
    return /met [2-9] times/.test(await card.innerText());
  });
  assert.match(await card.locator(".payload").innerText(), /-8\.25/);
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(
    await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth") <= 0,
  );
  await card.locator("a >> text=freezer/temperature").first().click();
  await page.waitForSelector(".topic-details h2 >> text=freezer/temperature");
  await page.goBack();
  await page.waitForSelector(".watch.chosen");
  await page.goto(`${monitor.url}/#/watches?watch=00000000-0000-0000-0000-000000000000`);
  await page.waitForSelector("text=is not known any more");
  await client.call("close_connection", { session_id });
  await page.waitForSelector(".watch .badge >> text=over");
  assert.deepEqual(tab.faults, []);
});
