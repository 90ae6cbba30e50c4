import assert from "node:assert/strict";
import { beats, diagnosisOf, type Line } from "../../support.ts";

const FIELDS = { speed: 0, battery: 91, driving: false };

/** What a carrier is blamed for that is silent since 13 s, by what is told around the 11th second. */
function silent(around: Line[], last: Record<string, unknown> = {}, will?: string): string[] {
  const topic = "agv/m7/state";
  const lines = [
    ...beats({ topic, everyS: 1.6, to: 11, payload: (i) => ({ headerId: i, ...FIELDS }) }),
    ...around,
    { s: 12.2, topic, payload: { headerId: 7, ...FIELDS, ...last } },
    ...will === undefined ? [] : [{ s: 20, topic: "agv/m7/connection", payload: will }],
  ].sort((a, b) => a.s - b.s);
  return diagnosisOf("m7", lines, { seconds: 60 }).findings
    .filter(({ severity }) => severity !== "info").map(({ code }) => code);
}

const actions = (status: string) => ({
  actions: [{ actionType: "startHibernation", actionId: "h1", actionStatus: status }],
});
const order = (level: string, payload: unknown): Line => ({
  s: 11,
  topic: `agv/m7/${level}`,
  payload,
});

Deno.test("a device that was told to sleep or to shut down, or says that it does, is not missed", () => {
  assert.deepEqual(silent([order("instantActions", actions(""))]), []);
  assert.deepEqual(silent([], actions("FINISHED")), []);
  assert.deepEqual(silent([order("command", "shutdown")]), []);
  assert.deepEqual(silent([order("cmd", { action: "power_off" })]), []);
  assert.deepEqual(silent([order("set/sleep", "1")]), []);
  assert.deepEqual(silent([], { state: "HIBERNATING" }), []);
  assert.deepEqual(silent([order("command", "Herunterfahren")]), []);
  assert.deepEqual(silent([order("command", "shutdown")], {}, "offline"), []);
});

Deno.test("a device is missed that was told something else, did not do it, or was told long before", () => {
  const stale = ["stale_heartbeat"];
  assert.deepEqual(silent([]), stale);
  assert.deepEqual(silent([order("command", "reboot")]), stale);
  assert.deepEqual(silent([order("cmd", { action: "dock" })]), stale);
  assert.deepEqual(silent([order("cmd", { fan_mode: "sleep" })]), stale);
  assert.ok(
    silent([order("instantActions", actions(""))], actions("FAILED")).includes("stale_heartbeat"),
  );
  assert.deepEqual(silent([{ ...order("command", "shutdown"), s: -40 }]), stale);
  assert.deepEqual(silent([order("command", "reboot")], {}, "offline"), ["offline_last_will"]);
});

Deno.test("what is said to hibernate sleeps, and is not offline", () => {
  const lines = beats({ topic: "agv/m7/state", everyS: 2, to: 12, payload: () => FIELDS });
  const said = { s: 13, topic: "agv/m7/connection", payload: { connectionState: "HIBERNATING" } };
  const { connection, findings } = diagnosisOf("m7", [...lines, said], { seconds: 90 });
  assert.equal(connection.state, "sleeping");
  assert.deepEqual(findings, []);
});
