import assert from "node:assert/strict";
import { diagnosisOf, type Line, times } from "../support.ts";

Deno.test("a link that nobody needs is no word of whether a device is there, wherever its name stands", () => {
  const lines = (topic: string): Line[] => [
    { s: 0, topic, payload: { connected: false }, retain: true },
    ...times(
      8,
      (i) => ({ s: 2 + 5 * i, topic: "landing/status/wifi", payload: { rssi: -60 - i % 2 } }),
    ),
  ];
  for (const topic of ["landing/status/cloud", "landing/status/ws", "landing/cloud/connected"]) {
    const { findings, connection } = diagnosisOf("landing", lines(topic), { seconds: 44 });
    assert.deepEqual(findings.map(({ title }) => title), [], topic);
    assert.equal(connection.state, "online");
  }
});

Deno.test("a word below `stat` and an id is the last will of whom the id names, and an answer of Tasmota is not", () => {
  const state = (id: string, topic: string, payload: string, beats = 4) =>
    diagnosisOf(
      id,
      [
        ...times(
          beats,
          (i): Line => ({ s: 1 + 3 * i, topic: `msh/json/${id}`, payload: { up: 40 + i } }),
        ),
        { s: 0, topic, payload: "online", retain: true },
        { s: 14, topic, payload },
      ].sort((a, b) => a.s - b.s),
      { seconds: 40 },
    ).connection.state;
  assert.equal(state("!8d6544a0", "msh/EU_868/2/stat/!8d6544a0", "offline"), "offline");
  assert.equal(state("!8d6544a0", "msh/EU_868/2/stat/!8d6544a0", "online", 13), "online");
  assert.equal(state("plug7", "stat/plug7/POWER", "OFF", 13), "online");
});

Deno.test("an empty message on a topic that ends in get asks for a value, and is no sign of life", () => {
  const lines = (payload: string): Line[] => [
    { s: 0, topic: "bus/global/running", payload: "false", retain: true },
    { s: 0, topic: "bus/boiler/FlowTemp", payload: { temp: 51.25 }, retain: true },
    { s: 5, topic: "bus/boiler/FlowTemp/get", payload },
    { s: 15, topic: "bus/boiler/FlowTemp/get", payload },
  ];
  const rolesOf = (payload: string) =>
    diagnosisOf("bus/boiler/#", lines(payload)).topics.map(({ topic, role }) => `${topic} ${role}`);
  assert.ok(rolesOf("").includes("bus/boiler/FlowTemp/get command"), rolesOf("").join("; "));
  assert.ok(rolesOf("51").includes("bus/boiler/FlowTemp/get state"), rolesOf("51").join("; "));
});

Deno.test("an answer by the form of JSON-RPC is none to be answered, though its topic ends as those of orders do", () => {
  const rpc = (i: number, answer: object): Line[] => [
    {
      s: 2 + 6 * i,
      topic: "shellymini-91c4/rpc",
      payload: { id: 310 + i, src: "flow", method: "Switch.Set", params: { id: 1, on: true } },
    },
    {
      s: 2.1 + 6 * i,
      topic: "flow/rpc",
      payload: { id: 310 + i, src: "shellymini-91c4", dst: "flow", ...answer },
    },
  ];
  const told = (answer: object) =>
    diagnosisOf("shellymini-91c4", times(3, (i) => rpc(i, answer)).flat()).findings
      .map(({ title }) => title);
  const failed = told({ error: { code: -105, message: "Argument 'id', value 1 not found!" } });
  assert.equal(failed.length, 1, failed.join("; "));
  assert.match(failed[0] ?? "", /command failed: error -105/);
  assert.deepEqual(told({ result: { was_on: false } }), []);
});
