/** What is chosen on a page stands in its address: a reload keeps it, and Back undoes it. */
import assert from "node:assert/strict";
import type { Page } from "../support/browser.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

const pressed = (label: string, text: string) => async (page: Page) => {
  const button = page.locator(`.choices[aria-label='${label}'] button >> text="${text}"`);
  return await button.getAttribute("aria-pressed") === "true";
};
const selected = (label: string, value: string) => async (page: Page) =>
  await page.locator(`label:has-text("${label}") select`).inputValue() === value;

/** A page, what is chosen on it, and how that and what was before can be told. */
const CHOICES: readonly {
  readonly page: string;
  readonly ready: string;
  readonly choose: (page: Page) => Promise<unknown>;
  readonly chosen: (page: Page) => Promise<boolean>;
  readonly before: (page: Page) => Promise<boolean>;
}[] = [
  {
    page: "overview",
    ready: ".choices[aria-label='Time range']",
    choose: (page) => page.click("[aria-label='Time range'] >> text=24 h"),
    chosen: pressed("Time range", "24 h"),
    before: pressed("Time range", "10 min"),
  },
  {
    page: "logs",
    ready: ".choices[aria-label='Least level']",
    choose: (page) => page.click("[aria-label='Least level'] >> text=Warning"),
    chosen: pressed("Least level", "Warning+"),
    before: pressed("Least level", "Debug"),
  },
  {
    page: "setup",
    ready: ".snippet pre",
    choose: (page) => page.click("[aria-label='Client'] >> text=VS Code"),
    chosen: pressed("Client", "VS Code"),
    before: pressed("Client", "Cursor"),
  },
  {
    page: "calls",
    ready: "select",
    choose: (page) => page.selectOption("label:has-text('Outcome') select", "error"),
    chosen: selected("Outcome", "error"),
    before: selected("Outcome", ""),
  },
];

Deno.test("what is chosen on a page outlasts a reload, and the way back undoes it", async (t) => {
  await using monitor = await MonitorProcess.start();
  for (const { page: id, ready, choose, chosen, before } of CHOICES) {
    await t.step(id, async () => {
      await using tab = await browser.open(`${monitor.url}/#/${id}`);
      const { page } = tab;
      await page.waitForSelector(ready);
      assert.equal(await before(page), true);
      await choose(page);
      await until(() => chosen(page));
      await page.reload();
      await page.waitForSelector(ready);
      await until(() => chosen(page));
      await page.goBack();
      await until(() => before(page));
      await page.goto(`${monitor.url}/#/${id}?range=x&level=x&client=x&outcome=x&where=x`);
      await page.waitForSelector("h1");
      assert.deepEqual(tab.faults.filter((fault) => !/status of 400/.test(fault)), []);
    });
  }

  await t.step("a search of the log", async () => {
    await using tab = await browser.open(`${monitor.url}/#/logs?level=info`);
    const { page } = tab;
    await page.fill("input[type=search]", "listens");
    await until(() => page.url().includes("text=listens"));
    assert.match(page.url(), /level=info/);
    await page.reload();
    await page.waitForSelector(".log-line");
    assert.equal(await page.inputValue("input[type=search]"), "listens");
    assert.deepEqual(tab.faults, []);
  });
});
