import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../support.ts";

interface Told {
  stage?: string;
  status?: string;
  rx?: number;
  timeouts?: number;
}

const node = ({ stage = "NodeInfo", status = "Awake", rx = 9, timeouts = 14 }: Told) => ({
  id: 33,
  name: "Window",
  loc: "Cellar",
  ready: stage === "Complete",
  interviewStage: stage,
  status,
  statistics: { commandsTX: 47, commandsRX: rx, timeoutResponse: timeouts },
});

const told = (make: (i: number) => Told): string[] =>
  titlesOf(
    "cellar window",
    series("zwave/Cellar/Window/nodeinfo", times(5, (i) => node(make(i))), 8),
  );

Deno.test("a node that is awake and gets no further in its interview is told, one that answers, sleeps or gets on is not", () => {
  assertTold(told(() => ({})), /its interview does not get beyond NodeInfo/);
  assertTold(told(() => ({ stage: "CommandClasses", status: "Alive" })), /beyond CommandClasses/);
  const stages = ["None", "ProtocolInfo", "NodeInfo", "CommandClasses", "Complete"];
  assert.deepEqual(told((i) => ({ stage: stages[i] ?? "", rx: 9 + i })), []);
  assert.deepEqual(told((i) => ({ stage: "CommandClasses", rx: 9 + 4 * i })), []);
  assert.deepEqual(told(() => ({ status: "Asleep" })), []);
  assert.deepEqual(told(() => ({ timeouts: 0 })), []);
  assert.deepEqual(told(() => ({ stage: "Complete" })), []);
});

Deno.test("an interview of which the gateway tells that it failed is told with the number of the node", () => {
  const event: Line = {
    s: 30,
    topic: "zwave/_EVENTS/ZWAVE_GATEWAY-uplands/node/node_interview_failed",
    payload: { data: [node({})] },
  };
  const awake = series("zwave/Cellar/Window/status", [{ value: true, status: "Awake" }]);
  assertTold(titlesOf("Window", [...awake, event]), /node interview failed \(node 33\)/);
});

Deno.test("a gateway that left takes its nodes with it, unless it was only given another name", () => {
  const client = (name: string, value: boolean): Line => ({
    s: 0,
    topic: `zwave/_CLIENTS/ZWAVE_GATEWAY-${name}/status`,
    payload: { value, time: 1_773_512_940_000 },
    retain: true,
  });
  const lines: Line[] = [
    {
      s: 0,
      topic: "zwave/Byre/Fan/status",
      payload: { value: true, status: "Alive" },
      retain: true,
    },
    { s: 0, topic: "zwave/Byre/Fan/37/0/currentValue", payload: { value: true }, retain: true },
    ...series("zigbee2mqtt/Barn climate", times(6, (i) => ({ temperature: 12 + i / 10 }))),
  ];
  const GONE = /The bridge of the device is offline/;
  for (const device of ["byre fan", "zwave/Byre/Fan/#"]) {
    assertTold(titlesOf(device, [client("farm", false), ...lines]), GONE);
    assert.deepEqual(titlesOf(device, [client("farm", true), ...lines]), []);
    const renamed = [client("farm", false), client("farm-2", true), ...lines];
    assert.deepEqual(titlesOf(device, renamed), []);
  }
  assert.deepEqual(titlesOf("barn climate", [client("farm", false), ...lines]), []);
});
