import assert from "node:assert/strict";
import { assertTold, beats, diagnosisOf, type Line, titlesOf as titlesIn } from "../../support.ts";

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

/** What a charger is blamed for that answers so when its key is set, and stays as it is. */
function chargerTitles(base: string, answer: string): string[] {
  const told = (name: string, at: number, payload: unknown) =>
    beats({ topic: `${base}/${name}`, everyS: S, from: at, to: at + 0.1, payload: () => payload });
  return titlesIn("214406", [
    ...beats({ topic: `${base}/wh`, everyS: 3, to: 60, payload: (i) => 420 + 9 * i }),
    ...beats({ topic: `${base}/amp`, everyS: 9, to: 60, payload: () => 16 }),
    ...[12, 30, 48].flatMap((at) => [
      ...told("amp/set", at, 16),
      ...told("amp/result", at + 0.2, answer),
    ]),
  ]);
}

Deno.test("what cannot be set says so in a charger's words, with a slash before its topics or without", () => {
  for (const base of ["go-eCharger/214406", "/go-eCharger/214406"]) {
    for (
      const answer of [
        "amp: tried to set api key without setter (16)",
        "api key is not allowed from mqtt",
        "register is read-only",
        "not writable",
      ]
    ) {
      assertTold(chargerTitles(base, answer), /answered that a command failed/);
    }
    for (const answer of ["success", "read only mode: off", "setter applied"]) {
      assert.deepEqual(chargerTitles(base, answer), [], answer);
    }
  }
});

const uuid = (i: number) => `4b1d9c0${i}-7cf2-11ef-8b41-8a84a952e1${i}4`;

/** What a drive is blamed for of whose writes another topic tells the outcome, by the id that each bears. */
function writeTitles(answer: unknown, o: { of?: string; idKey?: string } = {}): string[] {
  const { of = "Press-DC", idKey = "uuid" } = o;
  return titlesIn("Press-DC", [
    ...["Press-DC", "Press-AC"].flatMap((node) =>
      beats({
        topic: `/neuron/north/${node}/main`,
        everyS: 3,
        to: 60,
        payload: (i) => ({ node, values: { flow: 31 + i % 4, gate: 7 } }),
      })
    ),
    ...[9, 25, 41].flatMap((s, i): Line[] => [
      {
        s,
        topic: "northwritehost",
        payload: { [idKey]: uuid(i), node: of, tag: "gate", value: 7 },
      },
      { s: s + 0.2, topic: "northoutcomehost", payload: { [idKey]: uuid(i), ...Object(answer) } },
    ]),
  ]);
}

Deno.test("an answer that names nobody is of the device whose command bore its id, and a bare number under error is one", () => {
  for (const idKey of ["uuid", "request_id", "correlationId"]) {
    assertTold(writeTitles({ error: 3017 }, { idKey }), /command failed: error 3017/);
    assertTold(writeTitles({ status: "rejected" }, { idKey }), /command failed: .*rejected/);
  }
});

Deno.test("an answer to another's command, that all went well blames nobody", () => {
  assert.deepEqual(writeTitles({ error: 3017 }, { of: "Press-AC" }), []);
  assert.deepEqual(writeTitles({ error: 0 }), []);
});
