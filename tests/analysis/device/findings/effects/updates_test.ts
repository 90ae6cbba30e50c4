import assert from "node:assert/strict";
import { beats, findingsOf, series } from "../../support.ts";

/** What is told of a device that goes on measuring while it tells of an update. */
const toldOf = (topic: string, payloads: readonly unknown[]) =>
  findingsOf(
    "dev-7",
    [
      ...beats({
        topic: "site/dev-7/telemetry",
        everyS: 3,
        to: 60,
        payload: (i) => ({ temp: 20 + i % 3, speed: 40 + i % 4 }),
      }),
      ...series(topic, payloads, 3),
    ].sort((a, b) => a.s - b.s),
  ).map(({ title }) => title).join("; ");

const SHARES = [5, 30, 55, 80, 100];
const ALI = "/ota/device/progress/a1Kq/dev-7";
const ali = (step: number | string, desc = "") => ({ id: "7", params: { step, desc } });

Deno.test("an update that is through tells no more of how far it came", () => {
  assert.equal(toldOf(ALI, SHARES.map((share) => ali(String(share)))), "");
  assert.equal(toldOf("dev-7/ota/progress", SHARES.map(String)), "");
  // ThingsBoard's words for each stage.
  const stages = ["DOWNLOADING", "DOWNLOADED", "VERIFIED", "UPDATING", "UPDATED"];
  assert.equal(toldOf("v1/devices/dev-7/telemetry", stages.map((fw_state) => ({ fw_state }))), "");
  // JetLinks.
  const shown = SHARES.map((progress) => ({ progress, complete: progress === 100 }));
  assert.equal(toldOf("/prod/dev-7/firmware/upgrade/progress", shown), "");
  const job = ["QUEUED", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"];
  assert.equal(toldOf("dev-7/jobs/4/state", job.map((status) => ({ status, progress: 1 }))), "");
});

Deno.test("an update whose share falls below nothing failed, and what is said beside it tells why", () => {
  const failed = [...SHARES.map((share) => ali(share)), ali("-3", "digest does not match")];
  assert.match(toldOf(ALI, failed), /"params.step" is -3 \(an update failed: digest does not/);
  assert.match(toldOf(ALI, [ali(20), ali(45), ali(-1)]), /an update failed/);
  assert.match(toldOf("dev-7/ota/progress", ["0", "20", "45", "-1"]), /an update failed/);
  // -1 after all of it, or all the time, is that there is nothing to do.
  assert.equal(toldOf("dev-7/ota/progress", ["0", "45", "100", "-1"]), "");
  assert.equal(toldOf("dev-7/update/progress", Array(20).fill("-1")), "");
});

Deno.test("an update tells by a code beside its share that it failed", () => {
  const huawei = (result_code: number, description: string) => ({
    services: [{
      service_id: "$ota",
      event_type: "upgrade_progress_report",
      paras: { result_code, progress: 100, version: "1.2", description },
    }],
  });
  const topic = "$oc/devices/dev-7/sys/events/up";
  assert.match(
    toldOf(topic, [huawei(0, "downloading"), huawei(7, "verify failed")]),
    /result_code" is 7 \(an update failed: verify failed/,
  );
  assert.equal(toldOf(topic, [huawei(0, "downloading"), huawei(0, "upgrade success")]), "");
});
