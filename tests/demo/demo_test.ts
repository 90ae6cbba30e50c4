import assert from "node:assert/strict";
import { createServer } from "node:net";
import { startDemo } from "../../src/demo/mod.ts";
import { runDemo } from "../../src/demo/run.ts";
import { watchTopics } from "./watch.ts";

Deno.test("the demo broker is reachable on loopback and names at least twenty devices", async () => {
  await using demo = await startDemo();
  assert.match(demo.url, /^mqtt:\/\/127\.0\.0\.1:\d+$/);
  assert.ok(demo.devices.length >= 20, `${demo.devices.length} devices`);
  const names = demo.devices.map((device) => device.name);
  assert.equal(new Set(names).size, names.length);
  const faults = demo.devices.flatMap((device) => device.fault?.split(":")[0] ?? []);
  assert.ok(new Set(faults).size >= 5, faults.join(", "));
});

Deno.test("every device of the demo is heard, by its retained state or live", async () => {
  await using demo = await startDemo();
  await using watch = await watchTopics(demo.url);
  for (const device of demo.devices) {
    await watch.until(
      () => device.topics.some((filter) => watch.heard(filter).length > 0),
      `a message of "${device.name}"`,
    );
  }
});

Deno.test("pump 3 is offline by its last will and has left its alarm behind", async () => {
  await using demo = await startDemo();
  await using watch = await watchTopics(demo.url);
  await watch.until(
    () => watch.last("plant/pump-3/status")?.text === "offline",
    "the last will of pump 3",
  );
  await watch.until(
    () => watch.last("plant/pump-3/alarm")?.text.includes("Bearing temperature") === true,
    "the retained alarm of pump 3",
  );
  await watch.until(() => watch.last("plant/pump-1/status")?.text === "online", "pump 1's status");
});

Deno.test("each other fault shows within a listen of 15 s", async () => {
  await using demo = await startDemo();
  await using watch = await watchTopics(demo.url);
  const texts = (filter: string) => watch.heard(filter).map((message) => message.text);
  const live = (filter: string) =>
    watch.heard(filter).filter((message) => !message.retain).map((message) => message.text);
  await watch.until(() => {
    const states = live("tele/heater_plug/LWT");
    return states.filter((state) => state === "Offline").length >= 2 &&
      states.filter((state) => state === "Online").length >= 2;
  }, "two losses and two returns of heater_plug");
  await watch.until(() => texts("plant/press-2/alarm").length >= 2, "two alarms of press-2");
  await watch.until(
    () => {
      const types = new Set(
        texts("plant/conveyor-1/telemetry").map((text) => typeof JSON.parse(text).speed),
      );
      return types.size === 2;
    },
    "both structures of conveyor-1",
  );
  await watch.until(
    () => texts("plant/scale-1/weight").some((text) => !text.endsWith("}")),
    "a cut message of scale-1",
  );
  await watch.until(() => live("home/attic_air/state").length >= 5, "five reports of attic_air");
  const attic = live("home/attic_air/state").map((text) => JSON.parse(text));
  assert.deepEqual([...new Set(attic.map((state) => state.temperature))], [85]);
  assert.ok(new Set(attic.map((state) => state.co2)).size > 1);
  await watch.until(
    () => watch.last("zigbee2mqtt/garage_door") !== undefined,
    "a report of garage_door",
  );
  assert.equal(JSON.parse(watch.last("zigbee2mqtt/garage_door")!.text).battery, 4);
  assert.equal(watch.last("home/old_freezer/availability")!.text, "offline");
  await watch.until(() => watch.last("plant/meter-9/reading") !== undefined, "a reading");
  const reading = watch.last("plant/meter-9/reading")!;
  assert.ok(Date.parse(JSON.parse(reading.text).ts) < Date.now() - 7_000_000);
  const heartbeat = watch.last("plant/cold-store-1/heartbeat")!;
  assert.ok(Date.parse(JSON.parse(heartbeat.text).ts) < Date.now() - 2_000_000);
});

Deno.test("a Tasmota plug, a lamp, a valve and a Shelly answer commands", async () => {
  await using demo = await startDemo();
  await using watch = await watchTopics(demo.url);
  await watch.publish("cmnd/washer_plug/POWER", "OFF");
  await watch.until(
    () => watch.last("stat/washer_plug/RESULT")?.text === '{"POWER":"OFF"}',
    "the plug's result",
  );
  await watch.publish("zigbee2mqtt/kitchen_lamp/set", '{"state":"ON","brightness":77}');
  await watch.until(() => {
    const text = watch.last("zigbee2mqtt/kitchen_lamp")?.text;
    return text !== undefined && JSON.parse(text).state === "ON" &&
      JSON.parse(text).brightness === 77;
  }, "the lamp's new state");
  await watch.publish("greenhouse/valve/set", "OFF");
  await watch.until(() => watch.last("greenhouse/valve/state")?.text === "OFF", "the valve");
  const shelly = demo.devices.find((device) => device.family === "Shelly gen 2")!.name;
  await watch.publish(
    `${shelly}/rpc`,
    '{"id":7,"src":"reply/here","method":"Switch.Set","params":{"id":0,"on":false}}',
  );
  await watch.until(() => watch.last("reply/here/rpc") !== undefined, "the Shelly's reply");
  assert.deepEqual(JSON.parse(watch.last("reply/here/rpc")!.text).result, { was_on: true });
});

Deno.test("nonsense sent to every device's command topic does not stop the demo", async () => {
  await using demo = await startDemo();
  await using watch = await watchTopics(demo.url);
  const shelly = demo.devices.find((device) => device.family === "Shelly gen 2")!.name;
  for (
    const topic of [
      "cmnd/washer_plug/POWER",
      "cmnd/washer_plug/NoSuchCommand",
      "zigbee2mqtt/kitchen_lamp/set",
      "zigbee2mqtt/kitchen_lamp/get",
      "greenhouse/valve/set",
      `${shelly}/rpc`,
      "spBv1.0/Plant/NCMD/edge-1",
    ]
  ) {
    for (const text of ["", "{", "null", "[1]", '{"id":1,"src":"#","method":"x"}', "\u0000ÿ"]) {
      await watch.publish(topic, text);
    }
  }
  await watch.publish("cmnd/washer_plug/POWER", "ON");
  await watch.until(
    () => watch.last("stat/washer_plug/POWER")?.text === "ON",
    "an answer after the nonsense",
  );
});

Deno.test("the same seed gives the same values", async () => {
  const topics = ["zigbee2mqtt/bedroom_climate", "weather/roof/report"];
  await using once = await startDemo({ seed: 7 });
  await using again = await startDemo({ seed: 7 });
  await using other = await startDemo({ seed: 8 });
  await using ofOnce = await watchTopics(once.url);
  await using ofAgain = await watchTopics(again.url);
  await using ofOther = await watchTopics(other.url);
  const valuesOf = (watch: typeof ofOnce, topic: string) =>
    watch.heard(topic).map(({ text }) => text);
  // Who comes late has missed the first ones.
  const areAlike = (topic: string) =>
    !new Set(valuesOf(ofOnce, topic)).isDisjointFrom(new Set(valuesOf(ofAgain, topic)));
  await ofAgain.until(() => topics.every(areAlike), "values of both that are the same");
  await ofOther.until(
    () => topics.every((topic) => valuesOf(ofOther, topic).length > 0),
    "the first values of another seed",
  );
  const differs = (topic: string) =>
    new Set(valuesOf(ofOnce, topic)).isDisjointFrom(new Set(valuesOf(ofOther, topic)));
  assert.ok(topics.some(differs), JSON.stringify(topics.map((topic) => valuesOf(ofOther, topic))));
});

Deno.test("aborting ends the demo, so that nothing listens any more", async () => {
  const stop = new AbortController();
  const demo = await startDemo({ signal: stop.signal });
  stop.abort();
  await demo[Symbol.asyncDispose]();
  await assert.rejects(Deno.connect({ port: demo.port, hostname: "127.0.0.1" }));
});

Deno.test("a port that is taken is refused with the system's error", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    await assert.rejects(startDemo({ port }), { code: "EADDRINUSE" });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

Deno.test("the demo mode tells its address and its devices, and ends when told", async () => {
  const stop = new AbortController();
  let text = "";
  const running = runDemo({
    signal: stop.signal,
    write: (piece) => {
      text += piece;
      if (text.includes("Ctrl-C")) stop.abort();
    },
  });
  await running;
  assert.match(text, /^Demo broker: mqtt:\/\/127\.0\.0\.1:\d+/);
  assert.match(text, /! pump-3 .*offline/);
  assert.match(text, /Demo broker stopped\n$/);
});
