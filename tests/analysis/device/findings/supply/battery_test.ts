import assert from "node:assert/strict";
import { assertTold, findingsOf, series, times, titlesOf } from "../../support.ts";

/** What is told of the first of several alike, each of which tells its charge, which stays, on a topic of its own. */
const toldOf = (charges: readonly number[], fields: Record<string, unknown>, key: string) =>
  findingsOf(
    "unit-1",
    charges.flatMap((charge, n) =>
      times(8, (i) => ({
        s: 1 + 4 * i + 0.7 * n,
        topic: `farm/unit-${n + 1}/status`,
        payload: { ...fields, [key]: charge, margin: 8 + i % 3 },
      }))
    ).sort((a, b) => a.s - b.s),
  ).map(({ title }) => title).join();

Deno.test("a charge with fractions is a share where a LoRaWAN network made it, or others of its kind tell shares", () => {
  const answer = { externalPowerSource: false, batteryLevelUnavailable: false };
  assert.match(toldOf([3.15], answer, "batteryLevel"), /battery is at 3.15 %/);
  assert.match(toldOf([0.39], answer, "batteryLevel"), /battery is at 0.39 %/);
  assert.match(toldOf([3.15, 88.98, 74.02], { temp: 21.4 }, "battery"), /battery is at 3.15 %/);
});

Deno.test("a charge with fractions is volts beside others' volts, and none where it is fed or cannot tell", () => {
  assert.equal(toldOf([3.15, 3.6, 3.58], { temp: 21.4 }, "battery"), "");
  assert.equal(toldOf([12.6, 25.2, 51.4], { temp: 21.4 }, "battery"), "");
  const fed = { externalPowerSource: true, batteryLevelUnavailable: false };
  assert.equal(toldOf([0], fed, "batteryLevel"), "");
  const blind = { externalPowerSource: false, batteryLevelUnavailable: true };
  assert.equal(toldOf([0], blind, "batteryLevel"), "");
});

Deno.test("a charge of nothing is no low battery where the device says that something else feeds it", () => {
  const told = (present: boolean) =>
    titlesOf(
      "ht-1",
      series(
        "ht-1/status/devicepower:0",
        [0, 0, 0].map((percent) => ({
          battery: { V: 0.4, percent },
          external: { present },
        })),
      ),
    );
  assert.deepEqual(told(true), []);
  assertTold(told(false), /battery is at 0 %/);
});

Deno.test("a decoded battery of 3 is percent where its like tell charges, if not in each message", () => {
  const up = (id: string, battery: number, s: number) => ({
    s,
    topic: `v3/winery@ttn/devices/${id}/up`,
    payload: {
      end_device_ids: { device_id: id },
      uplink_message: {
        f_port: 85,
        f_cnt: 100 + s,
        decoded_payload: s % 2 === 0 ? { level: 40 + s } : { level: 40 + s, battery },
      },
    },
  });
  const heard = (battery: number, others: readonly number[]) =>
    titlesOf(
      "noise-1",
      times(8, (i) => [
        up("noise-1", battery, 3 * i + 1),
        ...others.map((other, n) => up(`noise-${n + 2}`, other, 3 * i + 1)),
      ]).flat(),
    );
  assertTold(heard(3, [86, 71]), /battery is at 3 %/);
  assert.deepEqual(heard(3, [3, 3]), []);
  assert.deepEqual(heard(3, []), []);
});

Deno.test("a small charge beside a signal in bars is percent of a tracker, and unsure of a remote control", () => {
  const told = (more: object) =>
    titlesOf(
      "unit",
      series("hub/unit", times(10, (i) => ({ batteryLevel: 4, rssi: 3, n: i, ...more }))),
    );
  assertTold(told({ latitude: 46.91, longitude: 8.21 }), /battery is at 4 %/);
  assert.deepEqual(told({}), []);
});
