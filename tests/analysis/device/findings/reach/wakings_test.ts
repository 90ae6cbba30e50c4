import assert from "node:assert/strict";
import { diagnosisOf, type Line } from "../../support.ts";

interface Waking {
  readonly s: number;
  readonly state: string;
}

/** A door's contact of Shelly's first generation under a name that somebody gave it, and what wakes it. */
const contact = (wakings: readonly Waking[], awakeS = 6): Line[] => [
  { s: 0, topic: "shellies/BackDoor/online", payload: "false", retain: true },
  { s: 0, topic: "shellies/BackDoor/sensor/state", payload: "close", retain: true },
  ...wakings.flatMap(({ s, state }): Line[] => [
    { s, topic: "shellies/BackDoor/online", payload: "true" },
    {
      s: s + 0.1,
      topic: "shellies/BackDoor/announce",
      payload: { id: "BackDoor", model: "SHDW-2", mac: "A4CF12F4AA01", ip: "192.168.1.47" },
    },
    { s: s + 0.2, topic: "shellies/BackDoor/sensor/state", payload: state },
    { s: s + 0.3, topic: "shellies/BackDoor/sensor/battery", payload: "91" },
    { s: s + awakeS, topic: "shellies/BackDoor/online", payload: "false" },
  ]),
];

Deno.test("a contact on a battery that announces itself whenever a door opens or closes does not restart again and again", () => {
  for (
    const wakings of [
      [{ s: 4, state: "open" }, { s: 26, state: "close" }, { s: 61, state: "open" }],
      // Shopping is carried in.
      [4, 11, 27, 34, 59, 67].map((s, i) => ({ s, state: i % 2 === 0 ? "open" : "close" })),
    ]
  ) {
    const diagnosis = diagnosisOf("BackDoor", contact(wakings), { seconds: 90 });
    assert.deepEqual(diagnosis.findings, []);
    assert.equal(diagnosis.connection.state, "sleeping");
  }
});

Deno.test("a contact on a battery that comes every few seconds while nothing moves comes and goes", () => {
  const wakings = [4, 8, 14, 17, 23, 27, 34].map((s) => ({ s, state: "close" }));
  const { findings } = diagnosisOf("BackDoor", contact(wakings, 3), { seconds: 60 });
  assert.deepEqual(findings.map(({ code }) => code), ["flapping"]);
});

/** A node of no family that has a battery, and a birth message each time that it connects. */
const node = (battery: string, times: readonly number[]): Line[] =>
  times.flatMap((s): Line[] => [
    { s, topic: "nodes/mailbox/status", payload: "online" },
    {
      s: s + 0.1,
      topic: "nodes/mailbox/birth",
      payload: { fw: "1.4.2", ip: "10.0.0.21", chip: "esp32c3" },
    },
    { s: s + 0.2, topic: `nodes/mailbox/${battery}`, payload: "87" },
    { s: s + 2, topic: "nodes/mailbox/status", payload: "offline" },
  ]);

Deno.test("a node on a battery that says what it is whenever something wakes it does not restart again and again", () => {
  const times = [3, 25, 71, 96];
  assert.deepEqual(diagnosisOf("mailbox", node("battery", times), { seconds: 120 }).findings, []);
});

Deno.test("a device on mains that says again and again what it is and goes comes and goes", () => {
  const { findings } = diagnosisOf("mailbox", node("brightness", [3, 25, 71, 96]), {
    seconds: 120,
  });
  assert.deepEqual(findings.map(({ code }) => code), ["flapping"]);
});

Deno.test("a button, and a node that tells what woke it, do not restart again and again while nobody knows how they were before", () => {
  const times = [4, 13, 41, 48, 90];
  const button = times.flatMap((s, i): Line[] => [
    { s, topic: "shellies/DeskButton/online", payload: "true" },
    {
      s: s + 0.1,
      topic: "shellies/DeskButton/announce",
      payload: { id: "DeskButton", model: "SHBTN-2", mac: "A4CF12F4AA07", ip: "192.168.1.49" },
    },
    {
      s: s + 0.2,
      topic: "shellies/DeskButton/input_event/0",
      payload: { event: "S", event_cnt: 40 + i },
    },
    { s: s + 5, topic: "shellies/DeskButton/online", payload: "false" },
  ]);
  const gate = times.flatMap((s, i): Line[] => [
    { s, topic: "yard/gate/status", payload: "online" },
    { s: s + 0.1, topic: "yard/gate/boot", payload: { reason: "ext wake", fw: "1.2" } },
    { s: s + 0.2, topic: "yard/gate/contact", payload: i % 2 === 0 ? "open" : "closed" },
    { s: s + 0.3, topic: "yard/gate/battery", payload: "77" },
    { s: s + 2, topic: "yard/gate/status", payload: "offline" },
  ]);
  for (const [id, lines] of [["DeskButton", button], ["gate", gate]] as const) {
    const diagnosis = diagnosisOf(id, lines, { seconds: 110 });
    assert.deepEqual(diagnosis.findings, []);
    assert.equal(diagnosis.connection.state, "sleeping");
  }
});
