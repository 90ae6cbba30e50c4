// takes long: a sixth of the cases is judged, in two ways
import assert from "node:assert/strict";
import { deviceFilters, type FleetReport } from "../../../../src/analysis/device/mod.ts";
import { DeviceObserver, FleetObserver } from "../../../../src/analysis/device/observers.ts";
import { createRandom } from "../../../../src/demo/random.ts";
import type { InboundMessage } from "../../../../src/mqtt/message.ts";
import { compileFilter } from "../../../../src/mqtt/topic.ts";
import { readCases } from "../../../cases/case.ts";
import { CONNECTED_MS, delivered } from "../../../cases/runner.ts";
import { message } from "../../../support/messages.ts";

const START = CONNECTED_MS;
const SECONDS = 30;
const ORDER = ["sick", "affected", "unknown", "healthy"];
const END = { nowMs: START + SECONDS * 1000, listened: { seconds: SECONDS, gaps: [] } };
const cases = await readCases(new URL("../../../cases/", import.meta.url));

function fleetOf(messages: Iterable<InboundMessage>, pattern = "#"): FleetObserver {
  const observer = new FleetObserver({ pattern, startedAtMs: START });
  for (const one of messages) observer.offer(one);
  return observer;
}

function judged(observer: FleetObserver, at: Parameters<FleetObserver["judge"]>[0] = END) {
  const judging = observer.judge(at);
  while (true) {
    const step = judging.next();
    if (step.done) return step.value;
  }
}

function reportOn(messages: Iterable<InboundMessage>, pattern?: string): FleetReport {
  return judged(fleetOf(messages, pattern));
}

function retained(topic: string, payload: unknown): InboundMessage {
  return message(topic, payload as string, { retain: true, receivedAt: START });
}

function live(topic: string, payload: unknown, atS: number): InboundMessage {
  return message(topic, payload as string, { receivedAt: START + atS * 1000 });
}

/** Differences between the overview and the diagnosis of each device in it, but for those left out. */
function disagreements(
  messages: readonly InboundMessage[],
  isLeftOut: (device: string) => boolean = () => false,
): string[] {
  const places = Map.groupBy(messages.keys(), (at) => messages[at].topic);
  return reportOn(messages).devices.flatMap((row) => {
    if (isLeftOut(row.device)) return [];
    const filters = deviceFilters(row.device).map(compileFilter);
    const observer = new DeviceObserver({ deviceId: row.device, startedAtMs: START });
    const own = [...places].filter(([topic]) => filters.some((f) => f(topic)));
    const inOrder = own.flatMap(([, at]) => at).sort((a, b) => a - b);
    for (const at of inOrder) observer.offer(messages[at]);
    const alone = observer.result(END);
    const told = alone.findings.map(({ severity, code }) => `${severity} ${code}`);
    const missing = row.findings.map(({ severity, code }) => `${severity} ${code}`)
      .filter((finding) => !told.includes(finding));
    const same = missing.length === 0 && alone.health === row.health &&
      alone.connection.state === row.state;
    return same ? [] : [`${row.device}: ${missing.join(", ")} ${alone.connection.state}`];
  });
}

/** Brokers on which names, trees and documents of different makers meet. */
const BROKERS = 2;
/** Of so many cases two are judged alone and one on a shared broker: what is shown is that two ways agree. */
const SHARES = 18;

/** A number that a name has for good, whatever cases come to stand beside it. */
function numberOf(name: string): number {
  let number = 0;
  for (const char of name) number = (number * 31 + char.charCodeAt(0)) % 1_000_003;
  return number;
}

Deno.test("what is said of a device is what its own diagnosis says", () => {
  const o = { startedAtMs: START, endedAtMs: END.nowMs };
  const alone = cases.filter(({ name }) => numberOf(name) % SHARES >= SHARES - 2);
  const wrong = alone.flatMap((played) =>
    disagreements([...delivered(played, o)]).map((line) => `${played.name}: ${line}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("many cases on one broker are told apart, and still agree", () => {
  const o = { startedAtMs: START, endedAtMs: END.nowMs };
  const sharing = cases.filter(({ name }) => numberOf(name) % SHARES === 0);
  const brokers = Map.groupBy(sharing, ({ name }) => numberOf(name) / SHARES % BROKERS);
  for (const [broker, some] of brokers) {
    const texts = some.map((played) => JSON.stringify(played.messages).toLowerCase());
    // Whom two devices call by one name, a person who says it means both.
    const isOfTwo = (name: string) =>
      texts.filter((text) => text.includes(`"${name.toLowerCase()}"`)).length > 1;
    const messages = some.flatMap((played) => [...delivered(played, o)]);
    messages.sort((a, b) => a.receivedAt - b.receivedAt);
    assert.deepEqual(disagreements(messages, isOfTwo), [], `broker ${broker}`);
  }
});

/** Random cases on one broker, with times before the listening, after it began, and hours of silence. */
function randomTraffic(seed: number): { messages: InboundMessage[]; random: () => number } {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const messages = Array.from({ length: 8 }, () => {
    const moveMs = Math.round((random() - 0.3) * 200_000);
    return [...delivered(pick(cases), { startedAtMs: START, endedAtMs: START + 900_000 })]
      .map((one) => ({ ...one, receivedAt: one.receivedAt + moveMs }));
  }).flat();
  for (let i = 0; i < 40; i++) {
    const { topic, payload } = pick(messages);
    const receivedAt = START + Math.round(random() * 600_000);
    messages.push({ ...message(topic, ""), payload, receivedAt, retain: random() < 0.2 });
  }
  messages.sort((a, b) => a.receivedAt - b.receivedAt);
  // of what came before it began, the latest of each topic is known
  const latest = new Map(messages.map((one) => [one.topic, one]));
  return {
    messages: messages.filter((one) => one.receivedAt >= START || latest.get(one.topic) === one),
    random,
  };
}

Deno.test("devices judged again are judged as if they were judged for the first time", () => {
  let again = 0;
  let anew = 0;
  for (let seed = 1; seed <= 3; seed++) {
    const { messages, random } = randomTraffic(seed);
    const limits = seed % 3 === 0 ? { messages: 300 } : {};
    const fleet = () => new FleetObserver({ pattern: "#", startedAtMs: START, limits });
    const observer = fleet();
    const gaps: { from: string; to: string }[] = [];
    const iso = (atMs: number) => new Date(atMs).toISOString();
    let heard = 0;
    let nowMs = START;
    for (let judging = 0; judging < 9; judging++) {
      // mostly seconds, now and then hours, and once in a while the clock is set back
      const r = random();
      nowMs += Math.round(r < 0.1 ? -20_000 : r < 0.9 ? random() * 60_000 : random() * 1e8);
      const next = messages.findIndex(({ receivedAt }) => receivedAt > nowMs);
      for (const one of messages.slice(heard, next === -1 ? undefined : Math.max(heard, next))) {
        observer.offer(one);
        heard++;
      }
      if (random() < 0.2) gaps.push({ from: iso(nowMs - 9_000), to: iso(nowMs - 2_000) });
      const at = {
        nowMs,
        listened: { seconds: Math.max(0, (nowMs - START) / 1000), gaps: [...gaps] },
      };
      const first = fleet();
      for (const one of messages.slice(0, heard)) first.offer(one);
      const before = observer.judged;
      assert.deepEqual(judged(observer, at), judged(first, at), `seed ${seed}, ${judging}`);
      again += observer.judged - before;
      anew += first.judged;
    }
  }
  assert.ok(again < 0.8 * anew, `${again} of ${anew} devices were judged again`);
});

Deno.test("where nothing was heard only devices are judged again that time itself may change", () => {
  const report = (i: number, atS: number) =>
    live(`hall/box-${i}/data`, `{"bar":${i},"rpm":9}`, atS);
  const boxes = Array.from({ length: 50 }, (_, i) => i);
  const observer = fleetOf(
    Array.from({ length: 10 }, (_, n) => boxes.map((i) => report(i, n + i / 100))).flat(),
  );
  const at = (seconds: number) => ({
    nowMs: START + seconds * 1000,
    listened: { seconds, gaps: [] },
  });
  const judgedAt = (seconds: number) => {
    const before = observer.judged;
    const { summary } = judged(observer, at(seconds));
    return [observer.judged - before, summary.sick + summary.affected];
  };
  assert.deepEqual(judgedAt(10), [50, 0]);
  assert.deepEqual(judgedAt(11), [0, 0]);
  observer.offer(report(7, 11.5));
  assert.deepEqual(judgedAt(12), [1, 0]);
  // the silence of the others is over its limit, and is told in seconds
  assert.deepEqual(judgedAt(16), [49, 49]);
  assert.deepEqual(judgedAt(18), [50, 50]);
});

Deno.test("a gap in the listening and a document that speaks of a device have it judged again", () => {
  const messages = [
    retained("zigbee2mqtt/hall_lamp", `{"battery":80,"linkquality":90}`),
    retained("zigbee2mqtt/attic_lamp", `{"battery":80,"linkquality":90}`),
    live("zigbee2mqtt/bridge/logging", `{"level":"info","message":"started"}`, 1),
  ];
  const observer = fleetOf(messages);
  const judgedWith = (gaps: { from: string; to: string }[]) => {
    const at = { nowMs: START + 9_000, listened: { seconds: 9, gaps } };
    const before = observer.judged;
    assert.deepEqual(judged(observer, at), judged(fleetOf(messages), at));
    return observer.judged - before;
  };
  // the bridge is one, too
  assert.deepEqual([judgedWith([]), judgedWith([])], [3, 0]);
  const iso = (atS: number) => new Date(START + atS * 1000).toISOString();
  const gaps = [{ from: iso(3), to: iso(4) }];
  assert.deepEqual([judgedWith(gaps), judgedWith(gaps)], [3, 0]);
  const says = `{"level":"error","message":"z2m: Publish 'set' 'state' to 'hall_lamp' failed"}`;
  messages.push(live("zigbee2mqtt/bridge/logging", says, 5));
  observer.offer(messages[3]);
  assert.equal(judgedWith(gaps), 2);
});

Deno.test("sick devices come worst first, healthy ones as counts by place", () => {
  const messages = Array.from({ length: 40 }, (_, i) => [
    retained(`zigbee2mqtt/lamp-${i}/availability`, `{"state":"${i === 7 ? "offline" : "online"}"}`),
    retained(`zigbee2mqtt/lamp-${i}`, `{"battery":${i === 9 ? 2 : 80},"linkquality":90}`),
  ]).flat();
  const report = reportOn(messages);
  assert.deepEqual(report.devices.map(({ device }) => device), [
    "zigbee2mqtt/lamp-7",
    "zigbee2mqtt/lamp-9",
  ]);
  assert.deepEqual(report.healthy, [{ pattern: "zigbee2mqtt/+", devices: 38 }]);
  assert.equal(report.summary.devices, 40);
  assert.equal(report.summary.offline, 1);
  assert.match(report.answer, /^2 of 40 devices are sick/);
});

Deno.test("the pattern bounds what is judged, not what is known", () => {
  const messages = [
    retained("a/one/status", "offline"),
    retained("b/two/status", "offline"),
  ];
  assert.deepEqual(reportOn(messages, "b/#").devices.map(({ device }) => device), ["b/two"]);
});

Deno.test("what falls to nothing while its like go on is found among them, as by debug_device of it alone", () => {
  const about = (i: number, d: number) => 31 + ((7 * i + 3 * d) % 5) / 10;
  const messages = Array.from({ length: 12 }, (_, i) =>
    Array.from({ length: 40 }, (_, d) => {
      const flow = d === 17 && i > 4 ? 0 : about(i, d);
      return live(`plant/hall/pump${d}/data`, { state: "running", flow }, 1 + 2 * i + d / 40);
    })).flat();
  const sick = reportOn(messages).devices.filter(({ findings }) => findings.length > 0);
  assert.deepEqual(sick.map(({ device }) => device), ["plant/hall/pump17"]);
  assert.match(sick[0]?.findings[0]?.title ?? "", /"flow" fell from 31.*others like it/);
  assert.deepEqual(disagreements(messages), []);
});

Deno.test("documents of devices that are gone are one problem, with the topics to clear", () => {
  const ghost = (i: number) =>
    retained(
      `homeassistant/sensor/gone${i}/config`,
      JSON.stringify({
        unique_id: `gone${i}`,
        state_topic: `old/gone${i}/state`,
        availability_topic: `old/gone${i}/availability`,
        device: { identifiers: [`gone${i}`], name: `Gone ${i}` },
      }),
    );
  const { devices, problems } = reportOn([
    ...[1, 2, 3].map(ghost),
    retained("plant/press-1/status", "online"),
    live("plant/press-1/telemetry", `{"p":1,"q":2}`, 20),
  ]);
  assert.deepEqual(devices, []);
  const [problem] = problems;
  assert.equal(problem.code, "ghost_discovery");
  assert.deepEqual(problem.topics, [1, 2, 3].map((i) => `homeassistant/sensor/gone${i}/config`));
  assert.deepEqual(problem.devices, ["Gone 1", "Gone 2", "Gone 3"]);
});

Deno.test("many silent devices of one place are one line, few of many stay devices of their own", () => {
  const speak = (place: string, devices: number, silent: number) =>
    Array.from(
      { length: devices },
      (_, i) =>
        Array.from({ length: i < silent ? 120 : 300 }, (_, n) =>
          live(`${place}/box-${i}/data`, `{"celsius":${20 + n % 3},"percent":40}`, n / 10)),
    ).flat();
  const messages = [...speak("hall", 8, 6), ...speak("yard", 20, 2)];
  messages.sort((a, b) => a.receivedAt - b.receivedAt);
  const report = reportOn(messages);
  assert.deepEqual(
    report.problems.map(({ code, title, device_count }) => [code, title, device_count]),
    [
      ["silent_place", '6 of 8 devices at "hall/+" are silent', 6],
    ],
  );
  assert.deepEqual(report.devices.map(({ device }) => device), ["yard/box-0", "yard/box-1"]);
  assert.equal(report.summary.affected, 6);
  assert.match(report.answer, /6 more suffer from a shared problem/);
});

Deno.test("topics of random ids are no devices", () => {
  const messages = Array.from(
    { length: 30_000 },
    (_, i) => live(`rpc/${crypto.randomUUID()}/response`, `{"ok":true,"n":${i}}`, i / 1_500),
  );
  messages.push(live("plant/press-1/telemetry", `{"p":1,"q":2}`, 29));
  const observer = fleetOf(messages);
  const report = judged(observer);
  assert.equal(report.summary.devices, 1);
  assert.equal(report.problems[0].code, "random_topics");
  assert.deepEqual(report.problems[0].topics, ["rpc/+/response"]);
});

Deno.test("what is held stays within its limits, and what was cut is said", () => {
  const limits = { topics: 200, messages: 500, bytes: 40_000 };
  const observer = new FleetObserver({ pattern: "#", startedAtMs: START, limits });
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 250; i++) {
      observer.offer(live(`plant/press-${i}/telemetry`, `{"p":${round},"q":2}`, round));
      const { topics, messages, bytes } = observer.held;
      assert.ok(topics <= limits.topics && messages <= limits.messages && bytes <= limits.bytes);
    }
  }
  const report = judged(observer);
  assert.equal(report.summary.devices, 200);
  assert.match(report.cut.join("; "), /1000 messages came on topics beyond the 200/);
  assert.match(report.cut.join("; "), /of each topic at most \d+ messages/);
});

Deno.test("10,000 devices on 100,000 topics are heard and judged in bounded memory", () => {
  const observer = new FleetObserver({ pattern: "#", startedAtMs: START });
  for (let round = 0; round < 2; round++) {
    for (let device = 0; device < 10_000; device++) {
      for (let part = 0; part < 10; part++) {
        const topic = `site/dev-${device}/sensor/${part}x`;
        observer.offer(live(topic, `${device + part + round}`, 5 * round + 1));
      }
    }
  }
  const { messages, bytes } = observer.held;
  assert.ok(messages <= 150_000, String(messages));
  assert.ok(bytes <= 48 * 1024 * 1024, String(bytes));
  const judging = observer.judge(END);
  let step = judging.next();
  // until the topics are told apart
  while (!step.done && step.value.of === 0) step = judging.next();
  assert.equal(step.done ? 0 : step.value.of, 10_000);
  // The first hundred are enough here.
  while (!step.done && step.value.done < 100) step = judging.next();
  assert.equal(step.done, false);
});

for (
  const [what, topicOf, payload, toTheEnd] of [
    ["topics with a status", (name) => `plant/${name}/status`, "offline", true],
    ["devices of one tree", (name) => `sensors/${name}`, `{"celsius":21,"battery":80}`, false],
    ["devices of a known family", (name) => `zigbee2mqtt/${name}`, `{"battery":80}`, false],
    ["discovery documents", (name) => `homeassistant/sensor/${name}/config`, "", true],
  ] as readonly (readonly [string, (name: string) => string, string, boolean])[]
) {
  Deno.test(`40,000 ${what} made to look like devices are bounded, said, and judged in small steps`, () => {
    // what is told of many is the same however many they are, so fewer are judged where all of them are
    const mostDevices = toTheEnd ? 1_000 : undefined;
    const observer = new FleetObserver({ pattern: "#", startedAtMs: START, mostDevices });
    for (let i = 0; i < 40_000; i++) {
      const name = `dev${(i * 7_919 % 1_000_003).toString(36)}x`;
      const device = { identifiers: [name], name };
      const document = JSON.stringify({ unique_id: name, state_topic: `x/${name}`, device });
      observer.offer(retained(topicOf(name), payload === "" ? document : payload));
    }
    const judging = observer.judge(END);
    let step = judging.next();
    let steps = 0;
    while (!step.done && step.value.of === 0) {
      steps++;
      step = judging.next();
    }
    assert.ok(steps > 160, `${steps} steps before the first device`);
    const of = step.done ? 0 : step.value.of;
    assert.ok(of > 0 && of <= (mostDevices ?? 10_000), String(of));
    while (!step.done && (toTheEnd || step.value.done < 500)) step = judging.next();
    assert.equal(step.done, toTheEnd);
    if (!step.done) return;
    const report = step.value;
    assert.equal(report.summary.devices, of);
    assert.match(
      report.cut.join("; "),
      /beyond the 1000 that are judged|20000 discovery documents were not read; 19000 devices that only/,
    );
    const { devices: _rows, everyDevice: _tiles, ...rest } = report;
    assert.ok(JSON.stringify(rest).length < 12_000);
  });
}

Deno.test("names made to confuse stay apart: one of two families, a device called #, 64 kB", () => {
  const long = "x".repeat(60_000);
  const messages = [
    retained("tele/kitchen/LWT", "Offline"),
    retained("home/kitchen/status", "online"),
    retained("shellies/kitchen/online", "true"),
    live(`${long}/status`, "offline", 1),
    live("plant/ /telemetry", `{"a":1,"b":2}`, 1),
    live("/", "x", 1),
    live("plant/#3/telemetry", `{"a":1,"b":2}`, 1),
  ];
  const report = reportOn(messages);
  assert.deepEqual(disagreements(messages), []);
  const offline = report.devices.filter(({ state }) => state === "offline");
  assert.deepEqual(offline.map(({ device }) => device), ["tele/kitchen"]);
});

Deno.test("what connection tests and requests of this program use is no device", () => {
  const report = reportOn([
    live("mqtt-mcp/test/4f1c", "1", 1),
    live("mqtt-mcp/reply/77", '{"error":"no"}', 2),
    live("plant/pump-1/flow", "3.1", 3),
  ]);
  assert.equal(report.summary.devices, 1);
  assert.equal(report.summary.sick, 0);
});

Deno.test("a device in several trees is one, and its name leads debug_device to all of it", () => {
  const id = "esp-a1b2c3";
  const messages = [
    retained(`status/${id}`, "offline"),
    retained(`status/esp-a1b2c4`, "online"),
    live(`sensors/${id}/climate`, { celsius: 21 }, 1),
    live(`sensors/esp-a1b2c4/climate`, { celsius: 22 }, 1),
    live(`sensors/esp-a1b2c4/climate`, { celsius: 22 }, 11),
  ];
  const report = reportOn(messages);
  assert.equal(report.summary.devices, 2);
  assert.deepEqual(report.devices.map(({ device, state }) => [device, state]), [[id, "offline"]]);
  assert.deepEqual(disagreements(messages), []);
});

Deno.test("trees that the documents of one device name are one device, those of two stay two", () => {
  const document = (name: string, topics: string[]) =>
    topics.map((topic, i) =>
      retained(`homeassistant/sensor/${name}_${i}/config`, {
        unique_id: `${name}_${i}`,
        state_topic: topic,
        device: { identifiers: [name], name: `Heat ${name}` },
      })
    );
  const messages = [
    ...document("one", ["cellar/boiler", "roof/collector"]),
    ...document("two", ["hall/boiler", "hall/pump"]),
    ...document("three", ["hall/pump", "attic/fan"]),
    retained("cellar/boiler", "50"),
    retained("roof/collector", { level: "error", error: "pump is stuck" }),
    retained("hall/boiler", "50"),
    retained("hall/pump", "1"),
    retained("attic/fan", "1"),
  ];
  const report = reportOn(messages);
  const places = [...report.healthy, ...report.unknown].map(({ pattern }) => pattern);
  assert.deepEqual(report.devices.map(({ device }) => device), ["Heat one"]);
  assert.ok(!places.some((pattern) => /cellar|roof/.test(pattern)), places.join());
  assert.deepEqual(disagreements(messages), []);
});

Deno.test("the same word in several trees is no device in several trees", () => {
  const messages = ["hvac", "light", "blinds"].flatMap((tree) =>
    ["room-101", "room-102", "cafe"].map((room) => retained(`${tree}/${room}/status`, "offline"))
  );
  assert.equal(reportOn(messages).summary.devices, 9);
});

Deno.test("every device is told one by one, the sick ones first, with battery, signal and a sentence", () => {
  const report = reportOn([
    retained("plant/pump-3/status", "offline"),
    live("plant/pump-3/alarm", '{"level":"error","code":"E217","message":"motor protection"}', 1),
    live("zigbee2mqtt/door", '{"contact":true,"battery":4,"linkquality":9}', 2),
    live(
      "zigbee2mqtt/room",
      '{"temperature":21.25,"humidity":48,"battery":88,"linkquality":120}',
      3,
    ),
    live("plant/fan-1/telemetry", '{"valve_state":"open","flow_rate":12.5}', 4),
    retained("plant/never/telemetry", '{"flow":1}'),
  ]);
  const told = new Map(report.everyDevice.map((one) => [one.name, one]));
  assert.equal(report.everyDevice.length, report.summary.devices);
  assert.deepEqual(
    report.everyDevice.slice(0, report.summary.sick).map(({ device }) => device),
    report.devices.map(({ device }) => device),
  );
  const conditions = report.everyDevice.map(({ condition }) => condition);
  assert.deepEqual(conditions, [...conditions].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
  const pump = told.get("plant/pump-3") ?? assert.fail();
  assert.equal(pump.state, "offline");
  assert.equal(pump.severity, "critical");
  assert.match(pump.sentence, /motor protection/);
  assert.ok(
    !/offline|The device/.test(pump.sentence),
    `its state stands beside it: ${pump.sentence}`,
  );
  assert.equal(pump.place, "plant/+");
  const door = told.get("door") ?? assert.fail();
  assert.equal(door.battery, 4);
  assert.deepEqual(door.signal, { value: 9, unit: "of 255", weak: true });
  assert.match(door.sentence, /^Battery is at 4 %/);
  const room = told.get("room") ?? assert.fail();
  assert.deepEqual(
    [room.battery, room.signal, room.severity],
    [88, { value: 120, unit: "of 255", weak: false }, null],
  );
  assert.equal(room.sentence, "temperature 21.25, humidity 48");
  const never = told.get("plant/never");
  assert.equal(never?.condition, "unknown");
  assert.equal(never?.last_heard, null);
});

Deno.test("a text that a device sends is no part of its sentence, a switch is", () => {
  const [device] = reportOn([
    live("home/lamp/state", '{"name":"<b>secret word","power":"ON","mode":"on","level_pct":40}', 1),
  ]).everyDevice;
  assert.ok(!device.sentence.includes("secret"), device.sentence);
  assert.match(device.sentence, /power on/);
});

Deno.test("of more than two thousand devices the sickest are told, and all are counted", () => {
  const observer = new FleetObserver({ pattern: "#", startedAtMs: START });
  for (let i = 0; i < 2_050; i++) {
    const payload = i === 2_049 ? '{"error":"E42: pressure too low","n":1}' : '{"a":1,"b":2}';
    observer.offer(live(`plant/press-${i}/telemetry`, payload, 1));
  }
  const report = judged(observer);
  assert.equal(report.summary.devices, 2_050);
  assert.equal(report.everyDevice.length, 2_000);
  assert.equal(report.everyDevice[0].device, "plant/press-2049");
});
