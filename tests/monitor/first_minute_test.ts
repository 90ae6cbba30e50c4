/** What people do in the first minute: from an empty page to a diagnosis, without an assistant; and what one then did. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { connectClient } from "../support/mcp_client.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

Deno.test("from an empty page to what is wrong with a pump, and to an assistant's story", async (t) => {
  await using demo = await startDemo();
  await using monitor = await MonitorProcess.start();
  await using tab = await browser.open(monitor.url);
  const { page } = tab;

  await t.step("a broker is connected and recorded, with the form alone", async () => {
    await page.click(".empty a[href='#/connect']");
    await page.fill("[name=connection_string]", demo.url);
    await page.keyboard.press("Enter");
    await page.click("text=To the start page");
  });

  await t.step("the sick devices are there, and the worst one is opened", async () => {
    await page.waitForSelector(".tile.bad");
    await page.waitForSelector("button[aria-pressed] >> text=Sick 10");
    const worst = page.locator(".tile").first();
    assert.match(await worst.innerText(), /pump-3\s+offline.*motor protection tripped/s);
    await worst.click();
  });

  await t.step("it says what is wrong, how that shows, and what to do", async () => {
    await page.waitForSelector(".findings > li");
    const findings = await page.locator(".findings").innerText();
    assert.match(findings, /The device is offline/);
    assert.match(findings, /plant\/pump-3\/status/);
    assert.match(findings, /E217: Bearing temperature 118/);
    assert.match(findings, /Try: Check power and network/);
    await page.click(".evidence a >> text=plant/pump-3/alarm");
    await page.waitForSelector(".topic-details .payload >> text=motor protection tripped");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("what an assistant does is told step by step, as it happens", async () => {
    await using client = await connectClient("sdk v2, 2025", {
      flags: [`--core-socket=${monitor.socketPath}`],
    });
    const listed = await client.call("list_active_connections");
    const [{ session_id }] = listed.facts.connections as { session_id: string }[];
    await client.call("check_devices", { session_id });
    await page.goto(`${monitor.url}/#/calls?view=story`);
    const steps = page.locator(".step");
    await page.waitForSelector(".step >> text=Asked which devices are sick on #");
    const before = await steps.count();
    await client.call("debug_device", { session_id, device_id: "plant/press-2" });
    await client.call("query_history", { session_id, topic: "a/#/b" });
    await until(async () => await steps.count() === before + 2);
    const checked = page.locator(".step:has-text('Asked which devices are sick')");
    assert.match(await checked.locator(".told").innerText(), /^\d+ of \d+ devices are sick/);
    assert.ok(await checked.locator(".chip").count() > 3);
    const failed = page.locator(".step.error");
    assert.match(await failed.innerText(), /Looked into the history of a\/#\/b.*TOPIC_INVALID/s);
    const diagnosed = page.locator(".step:has-text('Diagnosed plant/press-2')");
    await diagnosed.locator("button").first().click();
    await diagnosed.locator("pre[aria-label='Answer'] >> text=Hydraulic pressure").waitFor();
    await diagnosed.locator("pre[aria-label='Arguments'] >> text=press-2").waitFor();
    await diagnosed.locator("a.chip >> text=plant/press-2").first().click();
    await page.waitForSelector(".findings > li >> text=E42");
    await page.goBack();
    await page.waitForSelector(".step");
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok(
      await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth") <= 0,
    );
    await page.click("button >> text=List");
    await page.waitForSelector(".call-table");
    assert.deepEqual(tab.faults, []);
  });
});
