import assert from "node:assert/strict";
import { CHECK_NAMES, type ConnectionReport } from "../../../src/mqtt/diagnose/report.ts";
import { formatConnectionReport } from "../../../src/mqtt/diagnose/table.ts";

const healthy: ConnectionReport = {
  healthy: true,
  broker: { host: "::1", port: 8883, protocol: "mqtts" },
  mqtt_version: "5",
  checks: CHECK_NAMES.map((name, i) => ({
    name,
    status: name === "tls" ? "warn" as const : "pass" as const,
    duration_ms: i + 0.25,
    detail: name === "dns" ? "long words ".repeat(20).trim() : "fine",
  })),
  latency_ms: { min: 1, mean: 2.5, p95: 4, samples: 20, measured_by: "publish_round_trip" },
  server: { session_present: false },
};

const failed: ConnectionReport = {
  healthy: false,
  broker: { host: "h", port: 1, protocol: "mqtt" },
  checks: [
    { name: "dns", status: "pass", duration_ms: 1, detail: "evil \x1b[2J\u202e" },
    { name: "tcp", status: "fail", duration_ms: 1, detail: "Refused. Try: another" },
    { name: "tls", status: "skipped", duration_ms: 0, detail: "Not tried" },
  ],
  latency_ms: { samples: 0 },
  server: {},
};

Deno.test("a report becomes a table with a line for each stage and the verdict last", () => {
  const lines = formatConnectionReport(healthy).split("\n");
  assert.equal(lines[0], "mqtts://[::1]:8883 (MQTT 5)");
  for (const name of CHECK_NAMES) {
    assert.equal(lines.filter((line) => line.startsWith(`${name} `)).length, 1, name);
  }
  assert.match(lines.join("\n"), /connect {9}pass {11}3\.3 ms {2}fine/);
  assert.ok(lines.every((line) => line.length <= 100));
  assert.match(lines.at(-2)!, /^Latency: min 1 ms, mean 2\.5 ms, p95 4 ms \(20 round trips\)$/);
  assert.equal(lines.at(-1), "Healthy, with 1 warning");
});

Deno.test("a failed report names what failed and shows no time for what was skipped", () => {
  const text = formatConnectionReport(failed);
  assert.match(text, /^tls {2}skipped +Not tried$/m);
  assert.match(text, /\nNot healthy: tcp failed$/);
  assert.doesNotMatch(text, /Latency/);
});

Deno.test("nothing in a report can steer the terminal, and colours come only when asked for", () => {
  // deno-lint-ignore no-control-regex -- looks for what must not be there
  assert.doesNotMatch(formatConnectionReport(failed), /[\x1b\u202e]/);
  const coloured = formatConnectionReport(failed, { colour: true });
  assert.match(coloured, /evil \?\[2J\?/);
  assert.ok(coloured.includes("\x1b[31mfail   \x1b[0m"));
});
