import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

type Own = (i: number) => Record<string, unknown>;

/** Four of a kind that tell in one message each, of which the first tells what it is asked for. */
function four(own: Own, others: Own = own, more: readonly Line[] = []): Line[] {
  const lines = times(14, (i): Line[] =>
    times(4, (k): Line => ({
      s: 1 + 4 * i + k / 2,
      topic: `yard/unit${k + 1}/data`,
      payload: (k === 0 ? own : others)(i),
    })));
  return [...more, ...lines.flat()];
}

/** The same with a topic for each value. */
function onTopics(lines: readonly Line[]): Line[] {
  return lines.flatMap(({ s, topic, payload }) =>
    Object.entries(payload as object).map(([key, value]) => ({
      s,
      topic: topic.replace("data", key),
      payload: String(value),
    }))
  );
}

const noise = (i: number) => (i * 7 % 5) / 10;

Deno.test("what stands far from its target while others of its kind go to theirs is told, in each form", () => {
  const told = /does not follow its target: it stands at 4 .* while 3 others of its kind go/;
  const goes = (i: number) => ({ angle: 3 * i + noise(i), target: 3 * i });
  const stands = (i: number) => ({ angle: i < 2 ? 3 * i : 4, target: 3 * i });
  assertTold(titlesOf("unit1", four(stands, goes)), told);
  assertTold(titlesOf("unit1", onTopics(four(stands, goes))), told);
  const crane = (at: Own) => (i: number) => ({
    x_m: i < 3 ? 4 : 60,
    target_x_m: i < 2 ? 4 : 60,
    ...at(i),
  });
  assertTold(titlesOf("unit1", four(crane(() => ({ x_m: 4 })), crane(() => ({})))), told);
});

Deno.test("what waits by hand, has no target far from it, or is as all others are, is not told to stand", () => {
  const told = (lines: readonly Line[]) =>
    titlesOf("unit1", lines).filter((one) => /its target/.test(one));
  const goes = (i: number) => ({ angle: 3 * i + noise(i), target: 3 * i, mode: "AUTO" });
  const stands = (i: number) => ({ angle: i < 2 ? 3 * i : 4, target: 3 * i, mode: "AUTO" });
  const by = (mode: string) => (i: number) => ({ ...stands(i), mode });
  assert.deepEqual(told(four(by("MANUAL"), goes)), []);
  assert.deepEqual(told(four(by("SERVICE_2"), goes)), []);
  assert.deepEqual(told(four(stands, stands)), []);
  assert.deepEqual(told(four((i) => ({ ...stands(i), target: 4 }), goes)), []);
  // It follows late, as all that is heavy does.
  assert.deepEqual(told(four((i) => ({ ...stands(i), angle: i < 9 ? 4 : 3 * i }), goes)), []);
  // It was sent there just now.
  const late = (i: number) => ({ angle: 4, target: i < 9 ? 4 : 3 * i, mode: "AUTO" });
  assert.deepEqual(told(four(late, goes)), []);
  // A room is not where it is wanted, and others are.
  const room = (temp: number) => (i: number) => ({ temp, target: i < 3 ? 20 : 23 });
  const warms = (i: number) => ({ temp: 20 + i / 4, target: i < 3 ? 20 : 23 });
  assert.deepEqual(told(four(room(20), warms)), []);
});

Deno.test("what does not turn with the wind as its like do is told, and not what stands for another reason", () => {
  const wind = (i: number) => 204 + 4 * i;
  const turns = (i: number) => ({
    wind_direction: wind(i),
    yaw_position: wind(i) + (i % 3),
    rotor_rpm: 14.2 + noise(i),
  });
  const stands = (i: number) => ({ ...turns(i), yaw_position: 203 });
  assertTold(
    titlesOf("unit1", four(stands, turns)),
    /"yaw_position" does not follow .*stands at 203/,
  );
  const told = (own: Own, others: Own) =>
    titlesOf("unit1", four(own, others)).filter((one) => /yaw/.test(one));
  assert.deepEqual(told((i) => ({ ...stands(i), rotor_rpm: 0 }), turns), [], "it is at rest");
  assert.deepEqual(told((i) => ({ ...stands(i), state: "maintenance" }), turns), []);
  const calm = (own: Own): Own => (i) => ({ ...own(i), wind_direction: 204 + i % 4 });
  assert.deepEqual(told(calm(stands), calm((i) => ({ ...turns(i), yaw_position: 204 }))), []);
  // None of them goes with the wind: it is another angle.
  assert.deepEqual(told(stands, (i) => ({ ...turns(i), yaw_position: 90 + 2 * (i % 3) })), []);
});
