/** Connecting from the page, in a real browser: from nothing to topics without an assistant. */
import assert from "node:assert/strict";
import { startMosquitto } from "../support/mosquitto.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

Deno.test("a person connects from the page, and is told beside the field what is wrong", async (t) => {
  await using broker = await startMosquitto({ users: { plant: "green-house-7" } });
  await using monitor = await MonitorProcess.start();

  await t.step("what is wrong stands beside its field, and what was typed stays", async () => {
    await using tab = await browser.open(`${monitor.url}/#/connect`);
    const { page } = tab;
    await page.fill("[name=connection_string]", "ftp://broker.lan");
    await page.fill("[name=name]", "Greenhouse");
    await page.click("button[type=submit]");
    await page.waitForSelector(".field:has([name=connection_string]) .field-problem");
    assert.match(
      await page.innerText(".field:has([name=connection_string]) .field-problem"),
      /ftp.*mqtt, mqtts, ws and wss/s,
    );
    assert.equal(await page.getAttribute("[name=connection_string]", "aria-invalid"), "true");
    assert.equal(await page.inputValue("[name=connection_string]"), "ftp://broker.lan");
    assert.equal(await page.inputValue("[name=name]"), "Greenhouse");
    assert.equal(await page.locator(".problem-box").count(), 0);
    await page.fill("[name=connection_string]", "");
    await page.click("button[type=submit]");
    await page.waitForSelector(
      ".field:has([name=connection_string]) .field-problem >> text=Give the address of a broker",
    );
  });

  await t.step(
    "an unreachable broker is explained by its stages, and not connected to",
    async () => {
      await using tab = await browser.open(`${monitor.url}/#/connect`);
      const { page } = tab;
      await page.fill("[name=connection_string]", "mqtt://127.0.0.1:1");
      await page.click("button[type=submit]");
      await page.waitForSelector(".verdict.bad");
      await page.waitForSelector("tr:has-text('tcp') .badge.bad");
      await page.waitForSelector("text=Connect all the same");
      await page.click("text=Connect all the same");
      await page.waitForSelector(".field:has([name=connection_string]) .field-problem");
      assert.equal(await page.inputValue("[name=connection_string]"), "mqtt://127.0.0.1:1");
    },
  );

  await t.step(
    "with a login it is tested, connected, recorded and named; the password is gone",
    async () => {
      await using tab = await browser.open(`${monitor.url}/#/connect`);
      const { page } = tab;
      await page.fill("[name=connection_string]", broker.url);
      await page.fill("[name=username]", "plant");
      await page.fill("[name=password]", "green-house-7");
      await page.fill("[name=name]", "Greenhouse");
      await page.click("button[type=submit]");
      await page.waitForSelector("text=Connected, and everything is being recorded.");
      assert.equal(await page.inputValue("[name=password]"), "");
      assert.ok(!(await page.content()).includes("green-house-7"));
      await page.click("text=Its topics");
      await page.waitForSelector("text=Recorded: #");
      await page.goto(`${monitor.url}/#/sessions`);
      await page.waitForSelector(".session-name >> text=Greenhouse");
      await page.goBack();
      await page.waitForSelector("text=Recorded: #");
      await page.goBack();
      await page.waitForSelector("h1 >> text=Connect");
      assert.equal(await page.inputValue("[name=name]"), "Greenhouse");
      assert.deepEqual(tab.faults, []);
    },
  );

  await t.step("a recording is ended and begun again from the sessions page", async () => {
    await using tab = await browser.open(`${monitor.url}/#/sessions`);
    const { page } = tab;
    await page.click("td >> text=Stop");
    await page.waitForSelector(".badge >> text=stopped");
    await page.click("summary >> text=Record topics");
    await page.fill("[name=topics]", "plant/#, a/#/b");
    await page.click(".record-form button[type=submit]");
    await page.waitForSelector(".field:has([name=topics]) .field-problem");
    assert.equal(await page.inputValue("[name=topics]"), "plant/#, a/#/b");
    await page.fill("[name=topics]", "plant/#");
    await page.click(".record-form button[type=submit]");
    await page.waitForSelector("td.topic-cell >> text=plant/#");
  });

  await t.step("a broker gets another name, and its links still lead to it", async () => {
    const links = ["Greenhouse", broker.url].map((name) =>
      `${monitor.url}/#/topics?${new URLSearchParams({ broker: name })}`
    );
    await using tab = await browser.open(`${monitor.url}/#/sessions`);
    const { page } = tab;
    await page.click("text=Name…");
    await page.fill("dialog [name=name]", "Orchard");
    await page.click("dialog [type=submit]");
    await page.waitForSelector(".session-name >> text=Orchard");
    await page.goto(links[1]);
    await page.waitForSelector("text=Recorded: ");
    await page.goto(links[0]);
    await page.waitForSelector("text=No session with Greenhouse is open any more");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("the demo is one click away on an empty page, and its topics come", async () => {
    await using other = await MonitorProcess.start();
    await using tab = await browser.open(`${other.url}/#/topics`);
    const { page } = tab;
    await page.click(".empty >> text=Try the demo");
    await until(() => page.url().endsWith("/#/"));
    await page.goto(`${other.url}/#/topics`);
    await page.waitForSelector("[role=treeitem]:has-text('zigbee2mqtt')");
    await page.goto(`${other.url}/#/topics?broker=Demo`);
    await until(async () => await page.locator("[role=treeitem]").count() > 3);
    assert.deepEqual(tab.faults, []);
  });
});
