/** Times, searches and writes on the topics page in a real browser. */
import assert from "node:assert/strict";
import { connectClient } from "../support/mcp_client.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { browser } from "../support/shared_browser.ts";
import { MonitorProcess, until } from "./support.ts";

const DETAILS = ".topic-details";

Deno.test("the topics page looks at any time, finds anything, and writes what was previewed", async (t) => {
  await using broker = await startMosquitto({ config: ["max_queued_messages 0"] });
  await using monitor = await MonitorProcess.start();
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  await using publisher = await connectPublisher(broker.url);
  const { facts } = await client.call("establish_connection", {
    connection_string: broker.url,
    record: ["#"],
  });
  const recordedFrom = Date.now() / 1_000;
  const session_id = String(facts.session_id);
  const address = (parts: Record<string, string>) =>
    `${monitor.url}/#/topics?${new URLSearchParams({ broker: broker.url, ...parts })}`;
  const reports = Array.from(
    { length: 1_020 },
    (_, n) => JSON.stringify({ bar: n, half: n / 2, code: "E42" }),
  );
  await publisher.publishAll(reports.map((report) => ["plant/press-1/telemetry", report]));
  await publisher.publish("plant/press-2/telemetry", { code: "ok" });
  const halfTime = Date.now() / 1_000;
  await until(() => Date.now() / 1_000 > halfTime);
  await publisher.publish("hall/pump/press", "1");

  await t.step("all 1,020 messages are reached by scrolling", async () => {
    await using tab = await browser.open(address({ topic: "plant/press-1/telemetry" }));
    const { page } = tab;
    await page.waitForSelector(`${DETAILS} .message`);
    const rows = page.locator(`${DETAILS} .message`);
    for (let shown = 0; shown < 1_020;) {
      await page.evaluate("document.querySelector('.older')?.scrollIntoView()");
      const before = shown;
      await until(async () => (shown = await rows.count()) > before);
    }
    assert.equal(await rows.count(), 1_020);
    assert.equal(await page.locator(".older").count(), 0);
    await rows.last().locator(".message-head").click();
    assert.match(await rows.last().locator(".payload").innerText(), /"bar": 0,/);
    assert.deepEqual(tab.faults, []);
  });

  await t.step("several fields are drawn on one axis, and the address keeps them", async () => {
    await using tab = await browser.open(address({ topic: "plant/press-1/telemetry" }));
    const { page } = tab;
    const legend = () => page.locator(".numbers .legend li bdi").allInnerTexts();
    await page.waitForSelector(".numbers .legend");
    await page.click(".numbers .choices >> text=half");
    await until(async () => (await legend()).length === 2);
    assert.deepEqual(await legend(), ["bar", "half"]);
    await page.reload();
    await until(async () => (await legend()).length === 2);
    await page.goBack();
    await until(async () => (await legend()).length === 1);
    assert.deepEqual(tab.faults, []);
  });

  await t.step(
    "dragging over the plot looks at that time everywhere, and Back at all again",
    async () => {
      await using tab = await browser.open(address({ topic: "plant/press-1/telemetry" }));
      const { page } = tab;
      await page.waitForSelector(".numbers canvas");
      const range = () => /range=(\d+\.\d{3})(?:~|%7E)(\d+\.\d{3})/.exec(page.url());
      await until(async () => {
        // again, as a person does: what comes above it moves the plot
        const box = await page.locator(".numbers .u-over").boundingBox() ?? assert.fail();
        await page.mouse.move(box.x + box.width * 0.3, box.y + 40);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.5, box.y + 45, { steps: 4 });
        await page.mouse.up();
        return range() !== null;
      });
      const [from, to] = range()?.slice(1).map((seconds) => Number(seconds) * 1_000) ?? [];
      // when each was sent is for the machine to say: it may have rested in the middle
      await page.waitForSelector(`${DETAILS} >> text=/None in this time|json/`);
      const times = page.locator(`${DETAILS} .message time`);
      await until(async () =>
        (await times.evaluateAll((all) => all.map((one) => one.getAttribute("datetime") ?? "")))
          .every((time) => Date.parse(time) >= from - 1 && Date.parse(time) <= to + 1)
      );
      await page.waitForSelector("[role=treeitem]:has-text('hall')", { state: "detached" });
      await page.reload();
      await page.waitForSelector("input[type=datetime-local] >> nth=1");
      await page.goBack();
      await page.waitForSelector("[role=treeitem]:has-text('hall')");
      assert.deepEqual(tab.faults, []);
    },
  );

  await t.step("a filter, words apart and a value are found", async () => {
    await using tab = await browser.open(address({}));
    const { page } = tab;
    const search = page.locator("input[type=search]");
    const expected = {
      "plant/+/telemetry": ["plant/press-1/telemetry", "plant/press-2/telemetry"],
      "pump press": ["hall/pump/press"],
      "E42": ["plant/press-1/telemetry"],
    };
    for (const [text, topics] of Object.entries(expected)) {
      await search.fill(text);
      const names = async () =>
        (await page.locator(".node-name").allInnerTexts()).map((name) => name.trim());
      await until(async () => JSON.stringify(await names()) === JSON.stringify(topics));
    }
    await page.reload();
    await page.waitForSelector("[role=treeitem]:has-text('plant/press-1/telemetry')");
    assert.equal(await search.inputValue(), "E42");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("what changed between two times is listed, and leads to its topic", async () => {
    await using tab = await browser.open(address({}));
    const { page } = tab;
    await page.click("text=What changed");
    await page.click("[aria-label='Compare'] >> text=1 h");
    await page.waitForSelector("text=in the earlier time nothing was heard");
    assert.equal(await page.locator("text=appeared").count(), 0);
    const span = (from: number, to: number) => `${from.toFixed(3)}~${to.toFixed(3)}`;
    await page.goto(address({
      compare: span(halfTime + 0.001, Date.now() / 1_000),
      with: span(recordedFrom, halfTime),
    }));
    await page.waitForSelector("tr:has-text('hall/pump/press') .badge >> text=appeared");
    await page.click("td a:has-text('hall/pump/press')");
    await page.waitForSelector(`${DETAILS} .topic-title:has-text('hall/pump/press')`);
    await page.goBack();
    await page.waitForSelector("tr:has-text('hall/pump/press')");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("any two times are compared, and Back leads to those before", async () => {
    await using tab = await browser.open(address({ compare: "nonsense" }));
    const { page } = tab;
    const comparing = page.locator("section:has(#changed-title)");
    await comparing.locator(".field-problem >> text=names no two times").waitFor();
    await page.click("text=Since yesterday");
    await until(() => /compare=yesterday/.test(page.url()));
    await comparing.locator("text=the same hour yesterday").waitFor();
    assert.equal(await comparing.locator(".field-problem").count(), 0);
    await comparing.locator("text=in the earlier time nothing was heard").waitFor();

    await page.click("text=Two times…");
    await until(() => /with=\d+\.\d{3}/.test(page.url()));
    const given = page.url();
    const field = (name: string) => page.locator(`input[aria-label='${name}']`);
    const start = await field("After from").inputValue();
    await field("After to").fill("2020-01-01T00:00:30");
    await comparing.locator("[role=group]:has-text('After') .field-problem >> text=has to end")
      .waitFor();
    await field("After to").fill("2037-01-01T00:00:30");
    await field("Before from").fill("");
    await comparing.locator("[role=group]:has-text('Before') .field-problem >> text=Give a date")
      .waitFor();
    await field("Before from").fill("2036-01-01T00:00:30");
    await field("Before to").fill("2036-01-02T00:00:30");
    await comparing.locator(".field-problem >> text=has to begin earlier").waitFor();
    assert.equal(await page.locator("text=Compare these").isDisabled(), true);
    assert.equal(await field("After to").inputValue(), "2037-01-01T00:00:30", "nothing is lost");
    assert.equal(await field("After from").inputValue(), start);
    await field("Before from").fill("2020-01-01T00:00:30");
    await field("Before to").fill("2020-01-02T00:00:30");
    await page.click("text=Compare these");
    await until(() => page.url() !== given);
    await comparing.locator("text=compared with 2020-01-01 00:00:30 to 2020-01-02 00:00:30")
      .waitFor();
    await comparing.locator("text=in the earlier time nothing was heard").waitFor();

    await page.reload();
    assert.equal(await field("Before from").inputValue(), "2020-01-01T00:00:30");
    await page.goBack();
    await until(() => page.url() === given);
    await until(async () => await field("Before from").inputValue() !== "2020-01-01T00:00:30");
    assert.equal(await field("After from").inputValue(), start);
    await page.goBack();
    await comparing.locator("text=the same hour yesterday").waitFor();
    assert.deepEqual(tab.faults, []);
  });

  await t.step("a moment in a plot is compared with what was before it", async () => {
    await using tab = await browser.open(address({ topic: "plant/press-1/telemetry" }));
    const { page } = tab;
    await page.click(".numbers .u-over", { position: { x: 100, y: 40 } });
    await page.click("text=What changed here?");
    const spans = () => {
      const params = new URLSearchParams(page.url().split("?")[1]);
      return ["with", "compare"].map((name) => params.get(name)?.split("~").map(Number) ?? []);
    };
    await until(() => spans().every(({ length }) => length === 2));
    const [[from, moment], [begin, to]] = spans();
    assert.equal(moment, begin);
    assert.ok(from < moment && begin < to);
    await page.waitForSelector("section:has(#changed-title) >> text=compared with");
    await page.goBack();
    await page.waitForSelector("#changed-title", { state: "detached" });
    assert.equal(/range=/.test(page.url()), false, "a click is no drag");
    assert.deepEqual(tab.faults, []);
  });

  await t.step("what is shown is taken away as a file", async () => {
    await using tab = await browser.open(address({ topic: "plant/press-1/telemetry" }));
    const { page } = tab;
    await page.waitForSelector(`${DETAILS} .message`);
    for (const [name, lines] of [["JSON Lines", 1_020], ["CSV", 1_021]] as const) {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.click(`${DETAILS} [aria-label='Messages as ${name}']`),
      ]);
      const text = await Deno.readTextFile(await file.path());
      assert.equal(text.trimEnd().split("\n").length, lines, name);
    }
    await page.click("summary >> text=Export");
    await page.fill("input[type=search]", "press E42");
    await page.waitForSelector("[aria-label='Messages as CSV'] >> nth=1", { state: "detached" });
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.click("[aria-label='Last values as JSON Lines']"),
    ]);
    const [found, ...others] = (await Deno.readTextFile(await file.path())).trim().split("\n");
    assert.deepEqual(others, []);
    const { topic, messages, payload } = JSON.parse(found);
    assert.deepEqual([topic, messages, payload.bar], ["plant/press-1/telemetry", 1_020, 1_019]);
    assert.deepEqual(tab.faults, []);
  });

  await t.step(
    "a message is previewed, sent and seen; its text stays when the topic is wrong",
    async () => {
      await using tab = await browser.open(address({ topic: "hall/pump/press" }));
      const { page } = tab;
      await page.click(`${DETAILS} >> text=Publish…`);
      await page.fill("dialog [name=topic]", "hall/+/press");
      await page.fill("dialog [name=payload]", "77");
      await page.check("dialog [type=checkbox]");
      await page.click("dialog [type=submit]");
      await page.waitForSelector("dialog .field:has([name=topic]) .field-problem");
      assert.equal(await page.inputValue("dialog [name=payload]"), "77");
      await page.fill("dialog [name=topic]", "hall/pump/press");
      await page.click("dialog [type=submit]:has-text('Preview')");
      await page.waitForSelector("dialog .preview >> text=retain replaces");
      await page.click("dialog [type=submit]:has-text('Publish')");
      await page.waitForSelector("dialog .verdict >> text=Published");
      await page.click("dialog >> text=Close");
      await page.waitForSelector(`${DETAILS} .message:first-child .payload >> text="77"`);
      await client.call("publish_message", {
        session_id,
        topic: "retained/old",
        payload: "x",
        retain: true,
      });
      await using other = await browser.open(address({ topic: "retained/old" }));
      const retained = other.page;
      // It came live: nothing tells that it was published with retain, and nothing claims that it was not.
      await retained.waitForSelector(`${DETAILS} .message`);
      assert.equal(await retained.locator(".node .retained, .message .badge").count(), 0);
      assert.equal(await retained.locator("text=Clear retained…").count(), 0);
      await retained.click("text=Is a message retained?");
      await retained.waitForSelector(`${DETAILS} [role=status] >> text=The broker keeps x`);
      await retained.waitForSelector("text=Clear retained…");
      const fresh = await client.call("establish_connection", {
        connection_string: broker.url,
        record: ["retained/#"],
      });
      await retained.goto(
        `${monitor.url}/#/topics?session=${fresh.facts.session_id}&topic=retained%2Fold`,
      );
      await retained.click(`${DETAILS} >> text=Clear retained…`);
      await retained.click("dialog [type=submit]");
      await retained.waitForSelector("dialog .matched >> text=retained/old");
      await retained.click("dialog >> text=Remove 1 message for good");
      await retained.waitForSelector("dialog .verdict.good");
      await retained.click("dialog >> text=Close");
      await retained.click("text=Is a message retained?");
      await retained.waitForSelector("text=The broker keeps no message here.");
    },
  );
});

Deno.test("nothing is offered to be written where the server is read-only", async () => {
  await using broker = await startMosquitto();
  await using monitor = await MonitorProcess.start(["--monitor", "--read-only"]);
  await using publisher = await connectPublisher(broker.url);
  await publisher.publish("a/b", "1", { retain: true });
  await using client = await connectClient("sdk v2, 2025", {
    flags: [`--core-socket=${monitor.socketPath}`],
  });
  await client.call("establish_connection", { connection_string: broker.url, record: ["#"] });
  await using tab = await browser.open(`${monitor.url}/#/topics?topic=a%2Fb`);
  await tab.page.waitForSelector(`${DETAILS} .message`);
  await tab.page.waitForSelector(`${DETAILS} [aria-label='Messages as CSV']`);
  assert.equal(await tab.page.locator("text=/Publish…|Clear retained…/").count(), 0);
  assert.deepEqual(tab.faults, []);
});
