import assert from "node:assert/strict";
import { beats, diagnosisOf, type Line } from "../support.ts";

/** What is told above info of a device that is listened to for a minute, by code. */
function told(lines: readonly Line[], seconds = 60): string[] {
  return diagnosisOf("unit 7", [...lines].sort((a, b) => a.s - b.s), { seconds }).findings
    .filter(({ severity }) => severity !== "info").map(({ code, title }) => `${code} ${title}`);
}

const noise = (i: number) => 20 + [0.3, -0.2, 0.1, 0.4, -0.3][i % 5];

/** One topic every 5 seconds, up to a time. */
const each = (leaf: string, to: number, payload: (i: number) => unknown) =>
  beats({ topic: `x/unit7/${leaf}`, everyS: 5, to, payload });

Deno.test("a field of a few messages that is there no more, or null, is told; a mark on what is sent again is not", () => {
  const heard = (field: (i: number) => object) =>
    told(each("all", 60, (i) => ({ t: noise(i), h: 50 + i % 3, ...field(i) })));
  const drift = ['schema_drift The payload of "x/unit7/all" changed its structure'];
  assert.deepEqual(heard((i) => i < 3 ? { wind: 3 + i } : {}), drift);
  assert.match(heard((i) => ({ wind: i < 3 ? 3 + i : null })).join("; "), /changed its structure/);
  assert.deepEqual(heard((i) => i < 3 ? { retransmit: "enable" } : {}), []);
  assert.deepEqual(heard((i) => i < 2 ? { wind: 3 + i } : {}), []);
});

Deno.test("a topic that becomes six times slower is told by two intervals; one late message is not", () => {
  const fast = beats({
    topic: "x/unit7/all",
    everyS: 2,
    to: 20,
    payload: (i) => ({ t: noise(i) }),
  });
  const at = (...times: number[]): Line[] =>
    times.map((s, i) => ({ s, topic: "x/unit7/all", payload: { t: noise(i) } }));
  assert.match(told([...fast, ...at(31, 43, 55)]).join(), /^rate_change "x\/unit7\/all" became 6/);
  assert.deepEqual(told([...fast, ...at(31, 33, 35, 37, 39)], 40), []);
});
