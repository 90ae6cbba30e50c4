import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 300;

function titlesOf(asked: string, uptime: (atS: number) => number): string[] {
  const lines = [
    ...beats({
      topic: "node/9/sys",
      everyS: 20,
      to: S,
      payload: (i) => ({ uptime: uptime(20 * i) }),
    }),
    ...[70, 150, 220].flatMap((from) =>
      beats({ topic: "node/9/cmd", everyS: S, from, to: from + 1, payload: () => asked })
    ),
  ];
  return diagnosisOf("node/9/#", lines, { seconds: S }).findings
    .filter(({ code }) => code === "command_without_reply").map(({ title }) => title);
}

Deno.test("a device that is told to restart and counts on did not", () => {
  assert.match(titlesOf("reboot", (at) => 84_000 + at).join(), /restart have no effect: "uptime"/);
  assert.deepEqual(titlesOf("reboot", (at) => at < 80 ? 84_000 + at : at - 80), []);
  assert.deepEqual(titlesOf("refresh", (at) => 84_000 + at), []);
});
