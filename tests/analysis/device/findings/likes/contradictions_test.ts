import assert from "node:assert/strict";
import { assertTold, type Line, titlesOf } from "../../support.ts";

/** What a thing tells on two topics whenever it is switched, `lagS` apart. */
const switched = (
  { topics: [first, second], write: [writeFirst, writeSecond], lagS = 0.1 }: {
    topics: readonly [string, string];
    write: readonly [(on: boolean) => unknown, (on: boolean) => unknown];
    lagS?: number;
  },
): Line[] =>
  [2, 9, 15, 24, 30, 38].flatMap((s, i): Line[] => [
    { s, topic: first, payload: writeFirst(i % 2 === 0) },
    { s: s + lagS, topic: second, payload: writeSecond(i % 2 === 0) },
  ]);
const word = (on: boolean) => on ? "ON" : "OFF";
const topics = ["stat/kettle/RESULT", "stat/kettle/POWER"] as const;

Deno.test("two topics that tell the contrary of one state each time are told, in any form", () => {
  const forms: readonly Parameters<typeof switched>[0][] = [
    { topics, write: [(on) => ({ POWER: word(on) }), (on) => word(!on)] },
    {
      topics: ["plug9/events/rpc", "plug9/status/switch:0"],
      write: [
        (on) => ({ method: "NotifyStatus", params: { "switch:0": { output: on } } }),
        (on) => ({ id: 0, output: !on }),
      ],
    },
    {
      topics: ["shed/event/lock", "shed/status/lock"],
      write: [(on) => on ? "locked" : "unlocked", (on) => on ? "unlocked" : "locked"],
    },
  ];
  for (const form of forms) {
    assertTold(
      titlesOf(`${form.topics[0].split("/")[form === forms[0] ? 1 : 0]}`, switched(form)),
      /contradict/,
    );
  }
});

Deno.test("topics that agree, late or at once, that are of two outputs, or of which one tells what was, are not told", () => {
  const forms: readonly Parameters<typeof switched>[0][] = [
    { topics, write: [(on) => ({ POWER: word(on) }), word] },
    { topics, write: [(on) => ({ POWER: word(on) }), word], lagS: 1.5 },
    // Up and down of a blind are never on at once.
    {
      topics: ["kettle/status/switch:0", "kettle/status/switch:1"],
      write: [(on) => ({ output: on }), (on) => ({ output: !on })],
    },
    { topics, write: [(on) => ({ POWER: word(on) }), (on) => ({ previous: word(!on) })] },
    {
      topics: ["kettle/door/open", "kettle/door/closed"],
      write: [(on) => on, (on) => !on],
    },
  ];
  for (const form of forms) {
    assert.deepEqual(
      titlesOf("kettle", switched(form)).filter((title) => /contradict/.test(title)),
      [],
    );
  }
});

Deno.test("a topic that tells first what was and then what is does not contradict the other", () => {
  const lines = [2, 9, 15, 24, 30, 38].flatMap((s, i): Line[] => [
    { s, topic: "kettle/event/power", payload: word(i % 2 === 0) },
    { s: s + 0.1, topic: "kettle/status/power", payload: word(i % 2 !== 0) },
    { s: s + 1.1, topic: "kettle/status/power", payload: word(i % 2 === 0) },
  ]);
  assert.deepEqual(titlesOf("kettle", lines), []);
});

Deno.test("a state that is told by the clock a second before a timer switches does not contradict the event", () => {
  const lines = [2, 9, 15, 24, 30, 38].flatMap((s, i): Line[] => [
    { s, topic: "kettle/status/power", payload: word(i % 2 !== 0) },
    { s: s + 1, topic: "kettle/event/power", payload: word(i % 2 === 0) },
  ]);
  assert.deepEqual(titlesOf("kettle", lines), []);
});
