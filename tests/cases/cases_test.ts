// takes long: every case is judged
import assert from "node:assert/strict";
import { createToolHarness, type Facts, type ToolHarness } from "../support/tool_harness.ts";
import { startMosquitto } from "../support/mosquitto.ts";
import { connectPublisher } from "../support/publisher.ts";
import { until } from "../support/sessions.ts";
import { deviceFilters } from "../../src/analysis/device/mod.ts";
import { compileFilter } from "../../src/mqtt/topic.ts";
import { type Case, readCases } from "./case.ts";
import { payloadOf } from "./payload.ts";
import {
  type CaseVerdict,
  CONNECTED_MS,
  diagnosedCalls,
  diagnosisOf,
  judge,
  type Ratio,
  scoreOf,
  sentMessages,
} from "./runner.ts";

/**
 * What the totals over all cases may not fall short of. Raised with each kind of fault that is mended;
 * to lower one is to blame a healthy device, or to miss a fault, on purpose.
 */
const FLOORS = {
  precision: 1,
  recall: 1,
  names: 1,
  filters: 1,
  states: 1,
  healthySpared: 1,
};

/** Cases that go through a real broker too: of as many kinds of payload, topic and silence as there are. */
const THROUGH_A_BROKER = [
  "airgradient-ok",
  "ems-esp-boiler-ok",
  "espeasy-connection-lost",
  "go-echarger-charging-ok",
  "heishamon-ok",
  "homie-sleeping-battery-ok",
  "owntracks-phone-ok",
  "rhasspy-satellite-ok",
  "sparkplug-store-and-forward-ok",
  "wled-porch-ok",
];

const folder = new URL("./", import.meta.url);
const cases = await readCases(folder);
/** Names of cases that are judged wrongly today, each with its reason. */
const knownWrong: Readonly<Record<string, string>> = JSON.parse(
  await Deno.readTextFile(new URL("known_wrong.json", folder)),
);

/** Each case, played once for all tests here. */
let verdicts: readonly CaseVerdict[] | undefined;
const judgedCases = () => verdicts ??= cases.map(judge);

Deno.test("each case is judged rightly, but for those that are known to be wrong", () => {
  const wrong = new Map(judgedCases().map((one) => [one.case.name, one.wrong]));
  const surprises = [...wrong].filter(([name, why]) => why.length > 0 && !(name in knownWrong));
  const right = Object.keys(knownWrong).filter((name) => (wrong.get(name) ?? []).length === 0);
  assert.deepEqual(
    { went_wrong: Object.fromEntries(surprises), take_off_known_wrong_json: right },
    { went_wrong: {}, take_off_known_wrong_json: [] },
  );
});

Deno.test("the totals over all cases do not fall", () => {
  const { precision, recall, names, filters, states, healthyBlamed } = scoreOf(judgedCases());
  const share = ({ part, whole }: Ratio) => part / whole;
  const reached = {
    precision: share(precision),
    recall: share(recall),
    names: share(names),
    filters: share(filters),
    states: share(states),
    healthySpared: 1 - share(healthyBlamed),
  };
  for (const [total, floor] of Object.entries(FLOORS)) {
    const value = reached[total as keyof typeof reached];
    assert.ok(value >= floor, `${total} is ${value.toFixed(3)}, less than ${floor}`);
  }
});

Deno.test("each case says where its system is documented, and what is expected of it", () => {
  for (const { name, source, family, expect, messages, calls } of cases) {
    assert.ok(/\w+[.\/ ]\w+/.test(source) && family.length > 1, `${name} names no source`);
    assert.equal(typeof expect.blamed, "boolean", `${name} does not say whether to blame`);
    assert.equal(expect.blamed, (expect.must_find ?? []).length > 0, `${name}: blamed for what?`);
    assert.ok(messages.length > 0 && calls.length > 0, `${name} is empty`);
    const end = Math.max(...messages.map(({ at = 0 }) => at));
    for (const { args: { duration = 30 } } of calls) {
      assert.ok(end < duration, `${name}: messages after the last call has ended`);
    }
  }
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length, "a name stands twice");
});

Deno.test("the real tool on a real broker finds what the pure engine finds", async (t) => {
  const clock = simulatedClock();
  try {
    await using h = await createToolHarness();
    for (const name of THROUGH_A_BROKER) {
      await t.step(name, async () => {
        const played = cases.find((one) => one.name === name);
        assert.ok(played, `no case ${name}`);
        for (const call of diagnosedCalls(played).calls) {
          const facts = await throughBroker({ h, clock, played, ...call });
          assert.deepEqual(
            facts.findings.map((finding: Facts) => `${finding.severity} ${finding.code}`),
            diagnosisOf(played, call).findings.map(({ severity, code }) => `${severity} ${code}`),
            call.deviceId,
          );
        }
      });
    }
  } finally {
    clock.restore();
  }
});

/** Plays a case to a broker message by message, as soon as each was heard, and ends the call after the last. */
async function throughBroker(
  o: {
    h: ToolHarness;
    clock: ReturnType<typeof simulatedClock>;
    played: Case;
    deviceId: string;
    seconds: number;
  },
): Promise<Facts> {
  const { h, clock, played } = o;
  const filters = deviceFilters(o.deviceId).map(compileFilter);
  const wanted = (topic: string) => filters.some((matches) => matches(topic));
  clock.set(CONNECTED_MS);
  await using broker = await startMosquitto();
  await using device = await connectPublisher(broker.url);
  const sent = sentMessages(played);
  const publish = async ({ message, atMs }: (typeof sent)[number]) =>
    await device.publish(message.topic, payloadOf(message, atMs), {
      qos: message.qos ?? 1,
      retain: message.retain ?? false,
    });
  const retained = new Set<string>();
  for (const one of sent.filter(({ message }) => message.at === undefined)) {
    await publish(one);
    if (one.message.retain) retained.add(one.message.topic);
  }
  const session_id = await h.connect(broker.url);
  const { signal } = new AbortController();
  const running = h.call(
    "debug_device",
    { session_id, device_id: o.deviceId, duration: 600 },
    { signal },
  );
  await h.listening(session_id);
  let expected = [...retained].filter(wanted).length;
  const heard = () => h.core.collections.ofSession(session_id)[0].log.total;
  await until("the retained messages are heard", () => heard() >= expected);
  for (const one of sent.filter(({ message }) => message.at !== undefined)) {
    clock.set(one.atMs);
    await publish(one);
    if (!wanted(one.message.topic)) continue;
    expected++;
    await until(`${one.message.topic} is heard`, () => heard() >= expected);
  }
  clock.set(CONNECTED_MS + o.seconds * 1000);
  // the listening ends as by a cancellation, while the call goes on to its result
  signal.dispatchEvent(new Event("abort"));
  const facts = await running;
  await h.call("close_connection", { session_id });
  return facts;
}

/** Lets the whole program see the time of a case, so that no test has to wait for it. */
function simulatedClock(): { set(ms: number): void; restore(): void } {
  const real = Date.now;
  let nowMs = CONNECTED_MS;
  Date.now = () => nowMs;
  return {
    set(ms) {
      nowMs = ms;
    },
    restore() {
      Date.now = real;
    },
  };
}
