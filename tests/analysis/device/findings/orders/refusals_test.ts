import assert from "node:assert/strict";
import { beats, diagnosisOf } from "../../support.ts";

const S = 240;

/** What a press is blamed for that answers each order so, on a topic of whatever name. */
function titlesOf(topic: string, answer: unknown, o: { alsoAt?: number } = {}): string[] {
  const once = (name: string, from: number, payload: unknown) =>
    beats({ topic: `press/3/${name}`, everyS: S, from, to: from + 0.1, payload: () => payload });
  const lines = [
    ...beats({ topic: "press/3/oil", everyS: 10, to: S, payload: (i) => ({ bar: 140 + i % 3 }) }),
    ...[60, 110, 170].flatMap((
      at,
    ) => [...once("cmd", at, "start"), ...once(topic, at + 0.6, answer)]),
    ...o.alsoAt === undefined ? [] : once(topic, o.alsoAt, answer),
  ];
  return diagnosisOf("press/3/#", lines, { seconds: S }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("a refusal is one in short and in other languages, and where a topic tells after orders alone", () => {
  for (
    const [topic, answer] of [
      ["ack", "NACK 5"],
      ["ack", { res: "nok" }],
      ["odpowiedz", "odmowa"],
      ["event", { accepted: false, cmd: "start" }],
      ["event", { event: "command_rejected" }],
    ] as const
  ) {
    const [title = ""] = titlesOf(topic, answer);
    assert.match(title, /answered that a command failed/, JSON.stringify(answer));
  }
});

Deno.test("what is told at other times too answers no order, and what went well refuses none", () => {
  assert.deepEqual(titlesOf("event", { accepted: false, cmd: "start" }, { alsoAt: 20 }), []);
  assert.deepEqual(titlesOf("event", { accepted: true, cmd: "start" }), []);
  assert.deepEqual(titlesOf("ack", "ACK 5"), []);
});
