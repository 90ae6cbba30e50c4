import assert from "node:assert/strict";
import { assertTold, series, times, titlesOf } from "../../support.ts";

const told = (fields: Record<string, unknown>) =>
  titlesOf("host/h1", series("host/h1/status", times(6, () => ({ ...fields, load: 0.4 }))));

Deno.test("a part of a host that ended by itself and is put off is told with its code, and one that was stopped is not", () => {
  for (const status of ["backoff", "unhealthy", "failed"]) {
    const modules = { vision: { runtimeStatus: status, exitCode: 139 } };
    assertTold(told({ modules }), /runtimeStatus" is \w+ \(a program ended with the code 139\)/);
  }
  const well = [["running", 0], ["stopped", 143], ["stopped", 0]] as const;
  for (const [runtimeStatus, exitCode] of well) {
    assert.deepEqual(told({ modules: { vision: { runtimeStatus, exitCode } } }), []);
  }
});

Deno.test("a cluster that is red with shards on no node is told, and a lamp that is red is not", () => {
  assertTold(told({ status: "red", unassigned_shards: 14 }), /a part of the data cannot be read/);
  assert.deepEqual(told({ status: "yellow", unassigned_shards: 3 }), []);
  assert.deepEqual(told({ status: "red", direction: "north" }), []);
});

/** What the second of three hosts is blamed for by the states of its service, beside those of the others. */
function service(states: readonly number[], others = 4, startup_mode = 2): string[] {
  const hosts = ["till-1", "till-2", "till-3"];
  const lines = states.flatMap((own, i) =>
    hosts.flatMap((host, n) =>
      [["Spooler", 4], ["MSSQL", n === 1 ? own : others]].map(([service_name, state], k) => ({
        s: 1 + 6 * i + n / 4 + k / 20,
        topic: `win/${host}/services`,
        payload: { service_name, state, startup_mode },
      }))
    )
  );
  return titlesOf("till-2", lines);
}

Deno.test("a Windows service that starts by itself and is stopped is told where it runs elsewhere, or ran before", () => {
  const STOPPED = /a service that starts by itself is stopped/;
  assertTold(service(times(6, () => 1)), STOPPED);
  assertTold(service([4, 4, 4, 1, 1, 1], 1), STOPPED);
  assert.deepEqual(service(times(6, () => 1), 1), []);
  assert.deepEqual(service(times(6, () => 1), 4, 3), []);
  assert.deepEqual(service(times(6, () => 4)), []);
});
