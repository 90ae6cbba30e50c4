import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A gauge that tells its level, for how long it runs, and on a topic of its own how it stands. */
const gauge = (
  said: (i: number) => string,
  { runs = 83_410, topic = "homie/gauge/$state" } = {},
): Line[] =>
  times(12, (i): Line[] => [
    { s: 1 + 5 * i, topic, payload: said(i) },
    { s: 1.2 + 5 * i, topic: "homie/gauge/$stats/uptime", payload: String(runs + 5 * i) },
    { s: 1.4 + 5 * i, topic: "homie/gauge/level/depth", payload: (0.84 + i % 3 / 100).toFixed(2) },
  ]).flat();

Deno.test("one that says all the time that it begins, though it runs for hours, never got ready, and does not restart", () => {
  const told = titlesOf("gauge", gauge(() => "init"));
  assertTold(told, /never got ready: "homie\/gauge\/\$state" is "init" all the time/);
  assert.ok(!told.some((title) => /restarts/.test(title)), told.join("; "));
  assertTold(
    titlesOf("gauge", gauge(() => "Initialisierung", { topic: "homie/gauge/status" })),
    /never got ready/,
  );
});

Deno.test("an uptime counts in the unit that its name says", () => {
  const router = (name: string) =>
    titlesOf(
      "router",
      times(8, (i): Line => ({
        s: 1 + 20 * i,
        topic: "site/router/info",
        payload: { state: "init", load: 3 + i % 3, [name]: 90 + i },
      })),
    );
  assertTold(router("uptime_minutes"), /never got ready/);
  assert.ok(!router("uptime_seconds").some((title) => /never got ready/.test(title)));
});

Deno.test("one that has just started, got ready or starts something else is well", () => {
  assert.deepEqual(titlesOf("gauge", gauge(() => "init", { runs: 20 })), []);
  assert.deepEqual(titlesOf("gauge", gauge((i) => i < 2 ? "init" : "ready")), []);
  assert.deepEqual(
    titlesOf("gauge", gauge(() => "starting", { topic: "homie/gauge/engine/state" })),
    [],
  );
});
