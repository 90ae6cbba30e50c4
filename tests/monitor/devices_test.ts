/** Devices over HTTP and the WebSocket: judged from recordings, once for everybody, and only while somebody looks. */
import assert from "node:assert/strict";
import { startDemo } from "../../src/demo/mod.ts";
import { BrokerNames } from "../../src/monitor/broker_names.ts";
import { DeviceBoard } from "../../src/monitor/device_board.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { eventually } from "../support/wait.ts";
import { LiveViewer, startMonitor, type TestMonitor, until } from "./support.ts";

// deno-lint-ignore no-explicit-any -- tests look into whatever comes
type Devices = any;

async function connect(monitor: TestMonitor, url: string, record?: string[]): Promise<string> {
  const facts = await monitor.call("establish_connection", {
    connection_string: url,
    ...(record !== undefined && { record }),
  });
  return String(facts.session_id);
}

function publish(monitor: TestMonitor, session_id: string) {
  return (topic: string, payload: unknown, more: Record<string, unknown> = {}) =>
    monitor.call("publish_message", { session_id, topic, payload, ...more });
}

Deno.test("the demo's ten sick devices are the first ten, each with what is wrong with it", async () => {
  await using demo = await startDemo();
  await using monitor = await startMonitor();
  await connect(monitor, demo.url, ["#"]);
  const faulty = demo.devices.filter(({ fault }) => fault !== undefined).map(({ name }) => name);
  assert.equal(faulty.length, 10);
  const plain = (name: string) => name.toLowerCase().replace(/^plant\//, "").replace(/\W|_/g, "");
  const facts: Devices = await eventually(
    "the ten are told first",
    () => monitor.get("/api/devices"),
    ({ devices, summary }: Devices) => {
      const first = devices.slice(0, 10).map(({ name }: Devices) => plain(name));
      // what is wrong with the pump comes a while after its last sign of life
      const isWorst = devices[0]?.name === "plant/pump-3" &&
        /motor protection tripped/.test(devices[0].sentence);
      return isWorst && summary.sick === 10 && faulty.every((name) =>
        // as people call it: "Attic air sensor" for attic_air
        first.some((shown: string) => shown.startsWith(plain(name)))
      );
    },
  );
  assert.equal(facts.devices.length, facts.summary.devices);
  assert.match(facts.answer, /^10 of \d+ devices are sick/);
  const [pump] = facts.devices;
  assert.equal(pump.name, "plant/pump-3");
  assert.equal(pump.state, "offline");
  assert.match(pump.sentence, /Bearing temperature 118.* motor protection tripped/);
  const door = facts.devices.find(({ name }: Devices) => name === "garage_door");
  assert.equal(door.battery, 4);
  assert.equal(door.signal.weak, true);
  assert.equal(door.convention, "zigbee2mqtt");
  assert.ok(Date.parse(door.last_heard) > 0);
  const sick = await monitor.get("/api/devices?condition=sick&limit=3");
  assert.deepEqual([sick.devices.length, sick.truncated], [3, true]);
  const query = new URLSearchParams({ session_id: pump.session_id, device: pump.device });
  const details = await monitor.get(`/api/devices/details?${query}`);
  assert.equal(details.connection.state, "offline");
  const { evidence, suggestion } = details.findings[0];
  assert.ok(evidence.summary.length > 0 && evidence.messages.length > 0 && suggestion.length > 0);
  assert.ok(details.recent_messages.length > 0);
  const room = facts.devices.find(({ name }: Devices) => name === "plant/press-2");
  const drawn = await eventually(
    "its values can be drawn",
    () =>
      monitor.get(
        `/api/devices/details?${new URLSearchParams({
          session_id: room.session_id,
          device: room.device,
        })}`,
      ),
    ({ series }: Devices) => series.some(({ at }: Devices) => at.length > 2),
  );
  for (const { at, value } of drawn.series) {
    assert.equal(at.length, value.length);
    assert.deepEqual(at, at.toSorted((a: number, b: number) => a - b));
  }
});

Deno.test("of a broker with two sessions each device is told once, of the one that records", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const silent = await connect(monitor, broker.url);
  const recording = await connect(monitor, broker.url, ["#"]);
  await publish(monitor, silent)("plant/fan-1/telemetry", { a: 1, b: 2 });
  const facts: Devices = await eventually(
    "the device is known",
    () => monitor.get("/api/devices"),
    ({ devices }: Devices) => devices.length > 0,
  );
  assert.deepEqual(facts.devices.map(({ device, session_id }: Devices) => [device, session_id]), [
    ["plant/fan-1", recording],
  ]);
  assert.equal(facts.brokers.length, 1);
  assert.equal(facts.brokers[0].records_all, true);
});

Deno.test("where nothing, or a part, is recorded, that is told, and nothing is listened to anew", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const nothing: Devices = await monitor.get("/api/devices");
  assert.deepEqual([nothing.devices, nothing.brokers], [[], []]);
  assert.equal(nothing.answer, "No device is known: nothing is recorded");
  const session_id = await connect(monitor, broker.url);
  const send = publish(monitor, session_id);
  await send("plant/fan-1/telemetry", { a: 1, b: 2 }, { retain: true });
  const unrecorded: Devices = await eventually(
    "the session is known",
    () => monitor.get("/api/devices"),
    ({ brokers }: Devices) => brokers.length > 0,
  );
  assert.deepEqual(unrecorded.brokers[0].recorded, []);
  assert.deepEqual(unrecorded.devices, []);
  const refused = await fetch(
    `${monitor.url}/api/devices/details?session_id=${session_id}&device=plant/fan-1`,
  );
  assert.equal(refused.status, 404);
  assert.match((await refused.json()).error.message, /nothing is recorded/);
  assert.deepEqual(monitor.core.sessions.all()[0].subscriptions, [], "nothing was subscribed to");
  await monitor.call("record_topics", { session_id, action: "start", topics: ["plant/#"] });
  await send("home/lamp/state", { power: "ON", level: 3 });
  await send("plant/fan-2/telemetry", { a: 1, b: 2 });
  const partly: Devices = await eventually(
    "the part is known",
    () => monitor.get("/api/devices"),
    ({ devices }: Devices) => devices.length === 2,
  );
  assert.deepEqual(partly.devices.map(({ device }: Devices) => device).sort(), [
    "plant/fan-1",
    "plant/fan-2",
  ]);
  const [source] = partly.brokers;
  assert.deepEqual([source.recorded, source.records_all], [["plant/#"], false]);
  const query = new URLSearchParams({ session_id, device: "plant/fan-2" });
  assert.equal((await monitor.get(`/api/devices/details?${query}`)).topic_count, 1);
});

Deno.test("a viewer gets all devices, then what changed, and nothing more once it looks away", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await connect(monitor, broker.url, ["#"]);
  const send = publish(monitor, session_id);
  for (const name of ["a", "b"]) await send(`plant/fan-${name}/telemetry`, { flow: 1, level: 2 });
  await using viewer = new LiveViewer(monitor.port);
  await viewer.until("snapshot");
  viewer.send({ type: "watch_devices" });
  const whole = await viewer.until("devices", ({ devices }) => devices.length === 2);
  assert.equal(whole.reset, true);
  assert.equal(whole.order?.length, 2);
  await send("plant/fan-b/telemetry", { flow: 1, level: 2, error: "E42: pressure too low" });
  const change = await viewer.until(
    "devices",
    ({ devices }) => devices.some(({ condition }) => condition === "sick"),
  );
  assert.equal(change.reset, false);
  assert.deepEqual(change.devices.map(({ device }) => device), ["plant/fan-b"]);
  assert.deepEqual(change.order?.map((id) => id.split(" ")[1]), ["plant/fan-b", "plant/fan-a"]);
  await using other = new LiveViewer(monitor.port);
  await other.until("snapshot");
  other.send({ type: "watch_devices" });
  const late = await other.until("devices");
  assert.equal(late.reset, true, "whoever comes later gets all of them too");
  viewer.send({ type: "unwatch_devices" });
  other.send({ type: "watch_devices", more: 1 });
  await other.until("error");
  viewer.events.length = 0;
  await send("plant/fan-a/telemetry", { flow: 1, level: 2, error: "E43: pressure too high" });
  await other.until("devices", ({ devices }) => devices.some(({ name }) => name.endsWith("fan-a")));
  assert.deepEqual(viewer.events.filter(({ type }) => type === "devices"), []);
});

Deno.test("devices are judged once for all who ask, and again only after a while", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await connect(monitor, broker.url, ["#"]);
  await publish(monitor, session_id)("plant/fan/telemetry", { flow: 1, level: 2 });
  await until(() => (monitor.core.recordings.logOf(session_id)?.total ?? 0) > 0);
  const ended = new AbortController();
  const names = new BrokerNames({ brokerNames: () => [], nameBroker: () => {} });
  let now = 0;
  const board = new DeviceBoard(monitor.core, { names, signal: ended.signal, tick: () => now });
  assert.equal(board.version, 0, "nobody has looked");
  const [first, second] = await Promise.all([board.facts(), board.facts()]);
  assert.equal(first, second);
  assert.equal(board.version, 1);
  now += 2_900;
  assert.equal(await board.facts(), first);
  board.refresh();
  assert.equal(board.version, 1);
  now += 200;
  // nothing has come: what was told still holds
  board.refresh();
  assert.equal(board.eventSince(1), null);
  await publish(monitor, session_id)("plant/fan/telemetry", { flow: 2, level: 2 });
  await until(() => (monitor.core.recordings.logOf(session_id)?.total ?? 0) > 1);
  now += 1_100;
  board.refresh();
  await until(() => board.version === 2);
  assert.equal(JSON.parse(board.eventSince(1) ?? "{}").reset, false);
  assert.equal(JSON.parse(board.eventSince(0) ?? "{}").reset, true);
  assert.equal(board.eventSince(2), null);
  now += 60_000;
  board.refresh();
  await until(() => board.version === 3);
  // with another login it is another broker, which nobody has looked at: what is known is told before
  const { host } = new URL(broker.url);
  const other = await connect(monitor, `mqtt://another@${host}`, ["#"]);
  now += 60_000;
  const both: Devices = await board.facts();
  assert.deepEqual(both.brokers.map((one: Devices) => one.session_id), [session_id, other]);
  assert.equal(board.version, 5, "one more time, before the new one was judged");
  ended.abort();
  now += 60_000;
  await assert.rejects(board.facts());
});

Deno.test("a login in what a device says is not told, and a wrong question is refused", async () => {
  await using broker = await startMosquitto();
  await using monitor = await startMonitor();
  const session_id = await connect(monitor, broker.url, ["#"]);
  await publish(monitor, session_id)("plant/cam/telemetry", {
    error: "cannot open rtsp://admin:hunter2@10.0.0.9/live",
    frames: 3,
  });
  const facts: Devices = await eventually(
    "the camera is known",
    () => monitor.get("/api/devices"),
    ({ devices }: Devices) => devices.length > 0,
  );
  const query = new URLSearchParams({ session_id, device: facts.devices[0].device });
  const details = await monitor.get(`/api/devices/details?${query}`);
  assert.ok(!JSON.stringify([facts, details]).includes("hunter2"));
  assert.ok(JSON.stringify(details).includes("cannot open"));
  for (const path of ["?state=sick", "?limit=0", "?x=1", "/details?session_id=x", "/details"]) {
    const response = await fetch(`${monitor.url}/api/devices${path}`);
    assert.equal(response.status, 400, path);
    await response.body?.cancel();
  }
  const gone = await fetch(`${monitor.url}/api/devices/details?session_id=x&device=y`);
  assert.equal(gone.status, 404);
  await gone.body?.cancel();
});
