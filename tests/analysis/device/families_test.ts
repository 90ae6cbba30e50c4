import assert from "node:assert/strict";
import { diagnoseScenario, scenarios } from "../../../bench/diagnosis/score.ts";
import { FAMILIES } from "../../../src/analysis/device/families/mod.ts";
import { deviceFilters, expectedReply, wideReach } from "../../../src/analysis/device/mod.ts";
import { ownerOf, splitByDevice } from "../../../src/analysis/device/reading/split.ts";
import { diagnosisOf as heard } from "./support.ts";
import { readCases } from "../../cases/case.ts";
import { diagnosedCalls, diagnosisOf } from "../../cases/runner.ts";
import { validateTopicFilter } from "../../../src/mqtt/topic.ts";
import type { JsonValue } from "../../../src/payload/payload.ts";

Deno.test("every family has a line in docs/findings.md with its name in the report and its title", async () => {
  const docs = await Deno.readTextFile(new URL("../../../docs/findings.md", import.meta.url));
  const table = docs.slice(docs.indexOf("## Families"));
  for (const { name, title } of FAMILIES) {
    const line = table.split("\n").find((one) => one.startsWith(`| \`${name}\` `));
    assert.ok(line !== undefined, `add a line for \`${name}\` to "Families" in docs/findings.md`);
    assert.equal(line.split("|")[2]?.trim(), title, name);
  }
});

Deno.test("every family has a case that is reported under its name", async () => {
  const reported = new Set<string>();
  const missing = (family: string) =>
    !reported.has(family) && FAMILIES.some(({ name }) => name === family);
  for (const one of await readCases(new URL("../../cases/", import.meta.url))) {
    if (!missing(one.family)) continue;
    for (const call of diagnosedCalls(one).calls) {
      const { convention, also } = diagnosisOf(one, call);
      for (const name of [convention, ...also]) reported.add(name);
    }
  }
  for (const scenario of scenarios({ seed: 7, rounds: 1 })) {
    if (scenario.faults.length > 0 || !missing(scenario.family)) continue;
    const { convention, also } = diagnoseScenario(scenario);
    for (const name of [convention, ...also]) reported.add(name);
  }
  for (const { name } of FAMILIES) {
    assert.ok(
      reported.has(name),
      `add a case with "family": "${name}" to tests/cases/ that is reported as ${name}`,
    );
  }
});

Deno.test("names and titles of families are their own, and the one that claims anything is last", () => {
  assert.equal(new Set(FAMILIES.map((family) => family.name)).size, FAMILIES.length);
  assert.equal(new Set(FAMILIES.map((family) => family.title)).size, FAMILIES.length);
  assert.equal(FAMILIES.at(-1)?.name, "generic");
});

Deno.test("the engine knows no family by its name", async () => {
  const names = FAMILIES.map((family) => family.name).filter((name) => name !== "generic");
  const root = new URL("../../../src/analysis/device/", import.meta.url);
  const files = async function* (folder: URL): AsyncGenerator<URL> {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory && entry.name !== "families") {
        yield* files(new URL(`${entry.name}/`, folder));
      } else if (entry.isFile) yield new URL(entry.name, folder);
    }
  };
  for await (const file of files(root)) {
    const text = await Deno.readTextFile(file);
    // A format of payloads may bear the name too; what is asked here is whose a topic is.
    const asked = new RegExp(`(?:[!=]==|has\\(|add\\()\\s*"(?:${names.join("|")})"`);
    assert.equal(asked.exec(text)?.[0], undefined, file.pathname);
  }
});

Deno.test("what families listen to are valid filters, and what # does not match is asked for by name too", () => {
  for (const family of FAMILIES) for (const one of family.filters ?? []) validateTopicFilter(one);
  const known = [
    "#",
    "$aws/things/+/shadow/#",
    "$aws/things/+/jobs/#",
    "$aws/things/+/defender/#",
    "$aws/things/+/streams/#",
    "$aws/commands/things/+/executions/#",
    "$aws/events/presence/+/+",
    "$aws/events/jobExecution/#",
    "$aws/events/commandExecution/#",
    "$aws/iotwireless/events/connection_status/#",
  ];
  // AWS IoT ends the connection of who asks for others.
  for (const host of ["a1b2-ats.iot.eu-west-1.amazonaws.com", "iot.example.org"]) {
    assert.deepEqual(deviceFilters("pump 3", host), known);
  }
  for (const host of ["mosquitto", "192.168.1.5", "::1", "broker.lan"]) {
    assert.deepEqual(deviceFilters("pump 3", host), [
      ...known,
      "$aws/things/+/greengrassv2/#",
      "$aws/provisioning-templates/+/provision/#",
      "$dps/registrations/#",
      "$iothub/#",
      "$thing/#",
      "$ota/#",
      "$oc/devices/#",
      "$sys/+/+/thing/#",
      "$devices/#",
      "$baidu/#",
    ]);
  }
  // What a broker tells of itself is asked for where it is named.
  for (const name of ["emqx@10.0.0.5", "mosquitto broker"]) {
    assert.ok(deviceFilters(name, "broker.lan").includes("$SYS/#"), name);
  }
  const beside = deviceFilters("tele/plug/#");
  assert.ok(beside.includes("stat/plug/#") && beside.includes("tasmota/discovery/#"));
  assert.ok(deviceFilters("spBv1.0/G/DDATA/E/D").includes("spBv1.0/G/+/E/D"));
});

Deno.test("families answer for any topic and any payload without throwing", () => {
  const topics = [
    "",
    "/",
    "//",
    "$",
    "a",
    "cmnd",
    "spBv1.0",
    "spBv1.0/a/NDEATH/",
    "homie",
    "shellies",
  ];
  const payloads: JsonValue[] = [null, "", 0, [], {}, { src: "" }, { src: 5 }, "\0"];
  for (const topic of topics) {
    for (const payload of payloads) expectedReply(topic, payload);
    wideReach(topic);
    ownerOf(topic);
    deviceFilters(topic);
  }
});

Deno.test("topics of one device are split from another's by what the family says of them", () => {
  const devices = splitByDevice([
    "tele/dryer/STATE",
    "stat/dryer/RESULT",
    "cmnd/dryer/POWER",
    "zigbee2mqtt/cellar/pump 3",
    "zigbee2mqtt/cellar/pump 3/availability",
    "shellies/plug-1/relay/0",
    "shellies/plug-1/online",
    "spBv1.0/G/NBIRTH/E1",
    "spBv1.0/G/NDATA/E1",
    "spBv1.0/G/DDATA/E1/D1",
    "homie/5/valve/$state",
    "homie/5/valve/main/open/set",
    "$aws/things/pump/shadow/update",
    "plant/hall/mixer/telemetry",
    "plant/hall/mixer/sensor/temperature",
    "plant/hall/press/status",
    "v3/farm@ttn/devices/silo-2/up",
    "v3/farm@ttn/devices/silo-2/down/failed",
    "v3/farm@ttn/devices/silo-2/down/push",
  ]);
  assert.deepEqual(devices.map(({ family, name, topics }) => [family.name, name, topics.length]), [
    ["tasmota", "dryer", 3],
    ["zigbee2mqtt", "cellar/pump 3", 2],
    ["shelly_gen1", "plug-1", 2],
    ["sparkplug_b", "E1", 2],
    ["sparkplug_b", "D1", 1],
    ["homie", "valve", 2],
    ["aws_shadow", "pump", 1],
    ["generic", "plant/hall/mixer", 2],
    ["generic", "plant/hall/press", 1],
    ["the_things_stack", "silo-2", 3],
  ]);
});

Deno.test("a topic that reaches many is known with its family's word for them", () => {
  assert.equal(wideReach("cmnd/tasmotas/POWER"), "every Tasmota device");
  assert.equal(wideReach("zigbee2mqtt/bridge/request/restart")?.startsWith("the bridge"), true);
  assert.equal(wideReach("spBv1.0/G/NCMD/E"), "a whole Sparkplug edge node");
  assert.equal(wideReach("home/all/set"), "a group of devices, by its name");
  assert.equal(wideReach("cmnd/plug/POWER"), null);
});

Deno.test("a limit of its own that switched a Tasmota off is a warning that it reports", () => {
  const warned = (payload: unknown) =>
    heard("oven", [
      { s: 1, topic: "tele/oven/LWT", payload: "Online", retain: true },
      { s: 20, topic: "stat/oven/WARNING", payload },
    ]).findings.map(({ title }) => title);
  assert.deepEqual(warned({ MaxPowerReached: 3_702 }), [
    "The device reports a warning: MaxPowerReached",
  ]);
  assert.deepEqual(warned({}), []);
});

Deno.test("numbers of Z-Wave's notifications that stand for trouble are told in words, others are not", () => {
  const told = (of: string, value: number) =>
    heard("zwave/Porch/Lock/#", [
      { s: 1, topic: "zwave/Porch/Lock/status", payload: { value: true, status: "Alive" } },
      { s: 20, topic: `zwave/Porch/Lock/notification/endpoint_0/${of}`, payload: { value } },
    ]).findings.map(({ title }) => title);
  assert.deepEqual(told("Access_Control/Lock_state", 11), [
    "The device reports an error: Access Control: Lock state: lock jammed",
  ]);
  assert.deepEqual(told("Power_Management/Over-load_status", 8), [
    "The device reports an error: Power Management: Over-load status: overload",
  ]);
  assert.deepEqual(told("Smoke_Alarm/Sensor_status", 2), [
    "The device reports an error: Smoke Alarm: Sensor status: detected",
  ]);
  // Somebody tests it.
  assert.deepEqual(told("Smoke_Alarm/Alarm_status", 3), []);
  assert.deepEqual(told("Access_Control/Lock_state", 1), []);
  assert.deepEqual(told("Power_Management/Over-load_status", 0), []);
});

Deno.test("a thing of AWS that says goodbye in order sleeps, and one that is lost is offline", () => {
  const stateAfter = (clientInitiatedDisconnect: boolean) => {
    const event = (eventType: string, s: number) => ({
      s,
      topic: `$aws/events/presence/${eventType}/cam-5`,
      payload: { clientId: "cam-5", eventType, clientInitiatedDisconnect },
    });
    return heard("cam-5", [event("connected", 1), event("disconnected", 9)]).connection.state;
  };
  assert.equal(stateAfter(true), "sleeping");
  assert.equal(stateAfter(false), "offline");
});

Deno.test("a car and shore power that are not plugged in are no link of the device", () => {
  const titles = (links: { readonly [topic: string]: string }) =>
    heard("site", [
      ...Object.entries(links).map(([topic, payload]) => ({
        s: 0,
        topic: `site/${topic}/connected`,
        payload,
        retain: true,
      })),
      ...Array.from({ length: 5 }, (_, i) => ({
        s: 5 + 10 * i,
        topic: "site/power",
        payload: String(800 + i),
      })),
    ]).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  assert.deepEqual(titles({ "loadpoints/2": "false", "loadpoints/1": "true" }), []);
  assert.deepEqual(titles({ "Ac/ActiveIn": "false" }), []);
  assert.equal(titles({ "nodes/2": "false", "nodes/1": "true" }).length, 1);
});

Deno.test("an announcement that names the device and its base topic leads to all below that", () => {
  const found = (base: unknown) =>
    heard("courtyard", [
      {
        s: 0,
        topic: "evse/announce/4f1a",
        payload: { name: "Courtyard", mqtt: base },
        retain: true,
      },
      { s: 5, topic: "evse-courtyard/amp", payload: "15" },
      { s: 6, topic: "connected/amp", payload: "15" },
    ]).topics.map(({ topic }) => topic);
  assert.deepEqual(found("evse-courtyard"), ["evse-courtyard/amp", "evse/announce/4f1a"]);
  for (const base of ["#", "+/x", 5, "", "mqtt://host", "connected"]) {
    assert.deepEqual(found(base), ["evse/announce/4f1a"], String(base));
  }
});

Deno.test("a Shelly on a cable does not report that its Wi-Fi is not used, and reports all else beside it", () => {
  const told = (payload: unknown, topic = "events/rpc") =>
    heard(
      "shellypro2-0cb815fd",
      [1, 9, 17].map((s) => ({
        s,
        topic: `shellypro2-0cb815fd/${topic}`,
        payload,
      })),
    ).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  const wifi = { sta_ip: null, status: "disconnected", rssi: 0 };
  const full = (relay: object) => ({
    src: "shellypro2-0cb815fd",
    method: "NotifyFullStatus",
    params: { ts: 1, "switch:0": { id: 0, output: true, ...relay }, eth: { ip: "10.0.3.2" }, wifi },
  });
  assert.deepEqual(told(wifi, "status/wifi"), []);
  assert.deepEqual(told(full({})), []);
  assert.equal(told(full({ errors: ["overtemp"] })).length, 1);
});

Deno.test("what one sets on a Zigbee device is no trouble of it, and what it tells of itself is", () => {
  const told = (values: object, access: number) => {
    const exposes = Object.keys(values).map((property) => ({ type: "enum", property, access }));
    const siren = { type: "siren", features: exposes };
    return heard("attic", [
      {
        s: 0,
        topic: "zigbee2mqtt/bridge/devices",
        payload: [{
          ieee_address: "0x00183100004477aa",
          friendly_name: "attic",
          interview_completed: true,
          supported: true,
          definition: { model: "x", exposes: [siren, { property: "smoke", access: 1 }] },
        }],
        retain: true,
      },
      ...[2, 12, 22].map((s) => ({
        s,
        topic: "zigbee2mqtt/attic",
        payload: { ...values, smoke: false },
      })),
    ]).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
  };
  assert.deepEqual(told({ pre_alarm: "ON", alarm: "stop" }, 7), []);
  assert.deepEqual(told({ alarm: true }, 3), []);
  assert.equal(told({ pre_alarm: "ON", alarm: "stop" }, 1).length, 1);
  assert.equal(told({ alarm: "fire" }, 5).length, 1);
});
