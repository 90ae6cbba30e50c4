import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "./support.ts";

/** Titles of the findings above info. */
function titlesOf(deviceId: string, lines: readonly Line[]): string[] {
  const seconds = Math.max(...lines.map(({ s }) => s)) + 1;
  return diagnosisOf(deviceId, lines, { seconds }).findings
    .filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

const told = (titles: string[], pattern: RegExp) =>
  assert.ok(titles.some((title) => pattern.test(title)), `${pattern}: ${titles.join("; ")}`);
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const toldAt = (everyS: number, topic: string, payloads: readonly unknown[]): Line[] =>
  payloads.map((payload, i) => ({ s: 1 + i * everyS, topic, payload }));

Deno.test("a connection that is lost again and again for a reason nobody wants is told of its events", () => {
  const lost = (reason: string, everyS = 30) =>
    titlesOf(
      "broker/clients/pump-7/#",
      times(5, (i): Line[] => [
        {
          s: 1 + i * everyS,
          topic: "broker/clients/pump-7/connected",
          payload: { ip: "10.0.0.7" },
        },
        {
          s: 1 + (i + 0.8) * everyS,
          topic: "broker/clients/pump-7/disconnected",
          payload: { reason },
        },
      ]).flat(),
    );
  told(lost("keepalive_timeout"), /lost again and again: 5 times, for "keepalive_timeout"/);
  assert.deepEqual(lost("normal"), []);
  // Who sleeps in between may leave without a word.
  assert.deepEqual(lost("keepalive_timeout", 300), []);
});

Deno.test("a status that comes and goes is a last will where all else is told as it comes, and never while it is gone", () => {
  const turns = (o: { isTold: boolean; whileGone?: boolean }) =>
    titlesOf(
      "tracker/#",
      times(8, (i): Line[] => [
        { s: 1 + i * 9, topic: "tracker/status", payload: "on" },
        ...(o.isTold ? [{ s: 1.4 + i * 9, topic: "tracker/tag1", payload: "here" }] : []),
        { s: 6 + i * 9, topic: "tracker/status", payload: "off" },
        ...(o.whileGone ? [{ s: 7 + i * 9, topic: "tracker/tag1", payload: "here" }] : []),
      ]).flat(),
    );
  told(turns({ isTold: true }), /comes and goes/);
  assert.deepEqual(turns({ isTold: false }), []);
  assert.deepEqual(turns({ isTold: true, whileGone: true }), []);
});

Deno.test("an event of a restart is one whatever called for it, and its reason is heard", () => {
  const restarts = toldAt(
    4,
    "unit/report",
    times(4, () => ({ event: "controlled_restart", reason: "transport_stalled" })),
  );
  told(titlesOf("unit", restarts), /restarts again and again/);
  told(titlesOf("unit", restarts.slice(0, 1)), /transport_stalled/);
  const wanted = { event: "controlled_restart", reason: "firmware_update" };
  assert.deepEqual(titlesOf("unit", [{ s: 1, topic: "unit/report", payload: wanted }]), []);
});

Deno.test("an error that a program shows in place of a title is heard, and a song is not", () => {
  const shown = (title: string) =>
    titlesOf("radio", [{ s: 1, topic: "radio/status", payload: { on: 1, station: 4, title } }]);
  told(shown("[error]: Request radio.example failed!"), /Request radio.example failed/);
  assert.deepEqual(shown("Error (Remix)"), []);
  assert.deepEqual(shown("[error]: none"), []);
});

Deno.test("what a device answers below a level of commands is an answer", () => {
  const answer = (errorCode: number) =>
    titlesOf("cmd/52/#", [
      { s: 1, topic: "cmd/52/a1/st", payload: { request: { command: 16777219 } } },
      { s: 1.5, topic: "cmd/52/c7/res", payload: { response: { status: { errorCode } } } },
    ]);
  told(answer(407), /errorCode/);
  assert.deepEqual(answer(0), []);
});
