import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "./support.ts";

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
  assertTold(lost("keepalive_timeout"), /lost again and again: 5 times, for "keepalive_timeout"/);
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
  assertTold(turns({ isTold: true }), /comes and goes/);
  assert.deepEqual(turns({ isTold: false }), []);
  assert.deepEqual(turns({ isTold: true, whileGone: true }), []);
});

Deno.test("an event of a restart is one whatever called for it, and its reason is heard", () => {
  const restarts = toldAt(
    4,
    "unit/report",
    times(4, () => ({ event: "controlled_restart", reason: "transport_stalled" })),
  );
  assertTold(titlesOf("unit", restarts), /restarts again and again/);
  assertTold(titlesOf("unit", restarts.slice(0, 1)), /transport_stalled/);
  const wanted = { event: "controlled_restart", reason: "firmware_update" };
  assert.deepEqual(titlesOf("unit", [{ s: 1, topic: "unit/report", payload: wanted }]), []);
});

Deno.test("an error that a program shows in place of a title is heard, and a song is not", () => {
  const shown = (title: string) =>
    titlesOf("radio", [{ s: 1, topic: "radio/status", payload: { on: 1, station: 4, title } }]);
  assertTold(shown("[error]: Request radio.example failed!"), /Request radio.example failed/);
  assert.deepEqual(shown("Error (Remix)"), []);
  assert.deepEqual(shown("[error]: none"), []);
});

Deno.test("what a device answers below a level of commands is an answer", () => {
  const answer = (errorCode: number) =>
    titlesOf("cmd/52/#", [
      { s: 1, topic: "cmd/52/a1/st", payload: { request: { command: 16777219 } } },
      { s: 1.5, topic: "cmd/52/c7/res", payload: { response: { status: { errorCode } } } },
    ]);
  assertTold(answer(407), /errorCode/);
  assert.deepEqual(answer(0), []);
});

Deno.test("a code, bits or a count of what is wrong that left its 0 is told, and one that counts on is not", () => {
  const turned = (name: string, after: number) =>
    titlesOf(
      "unit",
      toldAt(5, "unit/status", times(12, (i) => ({ mode: 2, [name]: i < 6 ? 0 : after }))),
    );
  assertTold(turned("diagCode", 5), /"diagCode" went from 0 to 5/);
  assertTold(turned("alarms", 4096), /"alarms" went from 0 to 4096/);
  assertTold(turned("activeFaults", 1), /"activeFaults" went from 0 to 1/);
  assertTold(turned("link_ok", 0).concat(turned("dtc", 3)), /"dtc"/);
  assert.deepEqual(turned("status_code", 3), []);
  assert.deepEqual(turned("trip", 12), []);
  const ok = (name: string) =>
    titlesOf("unit", toldAt(5, "unit/status", times(12, (i) => ({ [name]: i < 6 ? 1 : 0 }))));
  assertTold(ok("link_ok"), /"link_ok" is 0/);
  assert.deepEqual(ok("heating"), []);
});

Deno.test("a code where words of a state stood, and a text that left its well along with its code, are told", () => {
  const states = (after: string) =>
    titlesOf("unit", toldAt(5, "unit/status", times(12, (i) => i < 6 ? "heating" : after)));
  assertTold(states("F27"), /from heating to F27/);
  assert.deepEqual(states("F00"), []);
  const texts = (code: number) =>
    titlesOf(
      "unit",
      toldAt(
        5,
        "unit/status",
        times(12, (i) => ({
          status_code: i < 6 ? 0 : code,
          status_text: i < 6 ? "OK" : "Pump overrun limit",
        })),
      ),
    );
  assertTold(texts(3), /Pump overrun limit/);
  assert.deepEqual(texts(0), []);
});

Deno.test("who starts over while it runs, or tries to connect again and again, is told", () => {
  const cycle = (words: readonly string[]) =>
    titlesOf("unit", toldAt(6, "unit/state", times(12, (i) => words[i % words.length])));
  assertTold(cycle(["initializing", "connecting", "running"]), /starts over again and again/);
  assert.deepEqual(cycle(["starting", "running", "stopped"]), []);
  assert.deepEqual(cycle(["connecting", "charging", "idle"]), []);
  const tries = times(5, (i) => `MQTT reconnect attempt ${i + 1}`);
  assertTold(titlesOf("unit", toldAt(6, "unit/log", tries)), /connects again and again/);
});

Deno.test("one event without a pause is a storm, and turns of a knob are none", () => {
  const storm = (event: string, everyS: number) =>
    titlesOf("unit", toldAt(everyS, "unit/event", times(40, () => ({ event }))));
  assertTold(storm("ring", 0.4), /same event comes again and again/);
  assert.deepEqual(storm("rotate_right", 0.4), []);
  assert.deepEqual(storm("ring", 5), []);
});

Deno.test("two houses that pass on to each other what they hear are told, and other things in turn are none", () => {
  const echo = (state: (i: number) => string, everyS: number, id = "light.porch") =>
    titlesOf(
      "house/stream",
      toldAt(
        everyS,
        "house/stream",
        times(40, (i) => ({
          event_type: "state_changed",
          event_data: {
            entity_id: id.replace("#", String(i)),
            new_state: {
              state: state(i),
              last_changed: new Date(Date.UTC(2026, 0, 2, 12, 0, i)).toISOString(),
              context: { id: `01HZ${i}` },
            },
          },
        })),
      ),
    );
  assertTold(echo(() => "off", 0.16), /same event comes again .* every 0\.16 s, as in a loop/);
  const storms = (titles: readonly string[]) => titles.filter((title) => /again/.test(title));
  assert.deepEqual(storms(echo((i) => String(20 + i), 0.16)), []);
  assert.deepEqual(storms(echo(() => "off", 0.16, "light.porch_#")), []);
  assert.deepEqual(storms(echo(() => "off", 5)), []);
});

Deno.test("one that is gone while others beside it stay is told, and a lamp without power is not", () => {
  const nodes = (name: string, word: string) =>
    titlesOf(
      "unit",
      toldAt(
        6,
        "unit/gw",
        times(
          12,
          (i) => ({ nodes: { a: "online", [name]: i < 6 ? "online" : word, c: "online" } }),
        ),
      ),
    );
  assertTold(nodes("b", "offline"), /"nodes.b" went from online to offline/);
  assertTold(nodes("b", "no_response"), /"nodes.b" went from online to no_response/);
  assert.deepEqual(nodes("lamp", "offline"), []);
});

Deno.test("a machine that heats and cools by turns is told", () => {
  const modes = (everyS: number) =>
    titlesOf(
      "unit",
      toldAt(everyS, "unit/hvac", times(12, (i) => ({ mode: i % 2 === 0 ? "heat" : "cool" }))),
    );
  assertTold(modes(8), /toggles back and forth/);
  assert.deepEqual(modes(900), []);
});
