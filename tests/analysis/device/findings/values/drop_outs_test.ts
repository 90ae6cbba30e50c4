import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** Values that fall a little each time, and are another one where `isLost` says so. */
const falling = (from: number, isLost: (i: number) => boolean, lost: unknown = 0) =>
  times(16, (i) => isLost(i) ? lost : Math.round((from - 0.04 * i) * 100) / 100);

const everyOther = (i: number) => i > 4 && i % 2 === 1;

Deno.test("what holds on and is 0 every other time is told, to the last message and in each form", () => {
  const values = falling(23.64, everyOther);
  const forms: Line[][] = [
    series("air/zone/2/Temperature", values.map((value) => Number(value).toFixed(2)), 24),
    series("air/zone2/state", values.map((temperature) => ({ temperature, damper: 40 })), 24),
    series("air/zone2/Luftfeuchte", values.map((value) => String(2 * Number(value))), 24),
    series(
      "air/zone2",
      values.map((value) => ({ sensor: "room temperature", value, unit: "°C" })),
      24,
    ),
    series("air/zone2/temperature", falling(23.64, (i) => i % 2 === 0).map(String), 24),
  ];
  for (const lines of forms) assertTold(titlesOf("air/#", lines), / is 0 \d of 16 times/);
});

Deno.test("what is set, runs at times, is near nothing or goes to 0 for good did not drop out", () => {
  const told = (topic: string, values: readonly unknown[]) =>
    titlesOf("air/#", series(topic, values.map(String), 24));
  const values = falling(23.64, everyOther);
  assert.deepEqual(told("air/zone2/flow_temperature", values), []);
  assert.deepEqual(told("air/zone2/target_temperature", values), []);
  assert.deepEqual(told("air/zone2/valve", values), []);
  assert.deepEqual(told("air/garden/temperature", falling(0.6, everyOther)), []);
  assert.deepEqual(told("air/zone2/temperature", falling(23.64, () => false)), []);
});

Deno.test("a state of charge that is told as it changes, and fell to 0 twice between what was retained, is told", () => {
  const lines = (values: readonly number[]): Line[] => [
    { s: 0, topic: "akku/soc", payload: "57", retain: true },
    ...values.map((value, i) => ({ s: 8 + 8 * i, topic: "akku/soc", payload: String(value) })),
  ];
  assertTold(
    titlesOf("akku/#", lines([0, 57, 0, 56])),
    /"akku\/soc" fell from 57 to 0 and came back/,
  );
  assert.deepEqual(titlesOf("akku/#", lines([56, 55, 54, 53])), []);
});

Deno.test("a probe that reads nothing again and again, for a message or some, is told; one that was put away is not", () => {
  const told = (name: string, values: readonly number[]) =>
    titlesOf("pool/#", series(`pool/sensor/${name}/state`, values.map((one) => one.toFixed(2))));
  const loose = [7.21, 7.22, 7.21, 0, 0, 7.2, 7.21, 0, 7.21, 0, 0, 0, 7.22, 0];
  assertTold(told("ph", loose), /ph\/state" is 0 7 of 14 times/);
  assertTold(told("water_temperature", loose.map((value) => 3.6 * value)), /water_temperature/);
  // Taken out of the water once, and put back; what is pumped only at times; a power that is switched.
  assert.deepEqual(told("flow", loose), []);
  assert.deepEqual(told("pump_power", loose.map((value) => 50 * value)), []);
});

Deno.test("two that hold on and are 0 at once were not read either, unless a word says that all was off", () => {
  const rows = (word: (isLost: boolean) => string) =>
    series(
      "zw/sunroom",
      times(14, (i) => {
        const isLost = i % 4 === 3;
        return {
          air_temperature: isLost ? 0 : 22.3 + i % 3 / 10,
          humidity: isLost ? 0 : 41,
          state: word(isLost),
        };
      }),
      50,
    );
  assertTold(titlesOf("zw/sunroom", rows(() => "on")), /air_temperature" fell from 22.\d to 0/);
  assert.deepEqual(titlesOf("zw/sunroom", rows((isLost) => isLost ? "standby" : "on")), []);
});

Deno.test("a charge that two topics tell as 0 at the same moments was not read, one that runs down was", () => {
  const charge = (values: readonly number[]) =>
    titlesOf(
      "site/#",
      values.flatMap((value, i) =>
        ["site/batterySoc", "site/battery/1/soc"].map((topic, n): Line => ({
          s: 3 * i + n / 10 + 1,
          topic,
          payload: String(value),
        }))
      ),
    );
  assertTold(
    charge([68, 68, 68, 0, 68, 69, 0, 0, 69, 69, 70, 0, 70, 70]),
    /soc" fell from 68 to 0 and came back/,
  );
  assert.deepEqual(charge([68, 68, 67, 67, 67, 66, 66, 66, 65, 65, 65, 64, 64, 64]), []);
});
