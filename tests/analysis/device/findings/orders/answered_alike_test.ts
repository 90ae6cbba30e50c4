import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

/** A lock that is told to lock four times, answers each time, and tells its state anew after each. */
function lock(
  o: { answers?: readonly unknown[]; states?: readonly unknown[]; on?: string; answered?: string },
): string[] {
  const {
    answers = [69, 69, 69, 69],
    states = [3, 3, 3, 3],
    on = "lock",
    answered = "commandResponse",
  } = o;
  return titlesOf("hall/lock7/#", [
    { s: 0, topic: "hall/lock7/state", payload: "3", retain: true },
    ...times(4, (i): Line[] => [
      { s: 20 + 45 * i, topic: `hall/lock7/${on}`, payload: "true" },
      { s: 21 + 45 * i, topic: `hall/lock7/${answered}`, payload: String(answers[i]) },
      { s: 22 + 45 * i, topic: "hall/lock7/state", payload: String(states[i]) },
    ]).flat(),
    { s: 240, topic: "hall/lock7/uptime_note", payload: "still here" },
  ]);
}

Deno.test("a switch that is pressed again and again, answered by one number each time, and stays as it was is told", () => {
  const vain =
    /4 commands have no effect: "hall\/lock7\/lock" asked for true, was answered 69 each time, and "hall\/lock7\/state" stays 3/;
  assertTold(lock({}), vain);
  assertTold(lock({ answered: "cmd_result" }), /was answered 69 each time/);
});

Deno.test("an answer that may say that all is well, another state, or a question is no vain command", () => {
  const calm: Record<string, string[]> = {
    "zero is well": lock({ answers: [0, 0, 0, 0] }),
    "so may be 200": lock({ answers: [200, 200, 200, 200] }),
    "it locks at last": lock({ states: [3, 3, 3, 1] }),
    "it is answered otherwise": lock({ answers: [69, 69, 69, 0] }),
    "it is asked": lock({ on: "get" }),
    "what answers is no command's": lock({ answered: "lux" }),
  };
  for (const [what, titles] of Object.entries(calm)) {
    assert.deepEqual(titles.filter((title) => /was answered/.test(title)), [], what);
  }
});
