import assert from "node:assert/strict";
import { assertTold, type Line, titlesOf } from "../../support.ts";

const ready: Line = { s: 0, topic: "homie/5/curtain/$state", payload: "ready", retain: true };
const alert = (s: number, payload: string, retain = false): Line => ({
  s,
  topic: "homie/5/curtain/$alert/battery",
  payload,
  retain,
});

Deno.test("a retained alert that was cleared is over, and one that stands or is raised is told", () => {
  const LOW = /Battery is low/;
  const kept = alert(0, "Battery is low, at 7%", true);
  assert.deepEqual(titlesOf("curtain", [ready, kept, alert(2, "")]), []);
  assertTold(titlesOf("curtain", [ready, kept]), LOW);
  assertTold(titlesOf("curtain", [ready, kept, alert(2, ""), alert(9, "Battery is low")]), LOW);
  assertTold(titlesOf("curtain", [ready, alert(3, "Battery is low"), alert(5, "")]), LOW);
});

Deno.test("a bare word of an error is told with the words for it, where there are no others", () => {
  const told = (...texts: string[]) =>
    titlesOf("robot/#", [
      { s: 1, topic: "robot/dock/status", payload: "error" },
      ...texts.map((payload, i): Line => ({
        s: 2,
        topic: `robot/${i}/error_description`,
        payload,
      })),
    ]).find((title) => /error: status: error/.test(title));
  assert.match(told("Wastewater tank is full") ?? "", /status: error \(Wastewater tank is full\)$/);
  assert.match(told() ?? "", /status: error$/);
  assert.match(told("Wastewater tank is full", "Main brush is jammed") ?? "", /status: error$/);
});
