import assert from "node:assert/strict";
import { assertTold, beats, titlesOf } from "../../support.ts";

/** What a plug is blamed for, beside another one of its kind where `beside` says what that tells. */
function plug(payload: (i: number) => object, beside?: (i: number) => object): string[] {
  const row = (name: string, payloadOf: (i: number) => object) =>
    beats({
      topic: `${name}/data`,
      everyS: 4,
      to: 60,
      payload: (i) => ({ voltage: 229 + i % 3, power: 300 + (i * 37) % 11, ...payloadOf(i) }),
    });
  const lines = [...row("kitchen", payload), ...beside === undefined ? [] : row("cellar", beside)];
  return titlesOf("kitchen", lines.sort((a, b) => a.s - b.s));
}

Deno.test("a number that is at the end of its type all the time is told, and not where it stands for none", () => {
  assertTold(plug(() => ({ energy: 2_147_483_647 })), /"energy" is stuck at 2147483647/);
  assertTold(plug(() => ({ energy: "2147483647" })), /"energy" is stuck at 2147483647/);
  for (const end of [65_535, 32_767, 4_294_967_295]) {
    assertTold(plug(() => ({ lux: end }), (i) => ({ lux: 410 + i })), new RegExp(`at ${end}`));
    assert.deepEqual(plug(() => ({ lux: end })), [], "it may have no such sensor");
    assert.deepEqual(plug(() => ({ lux: end }), () => ({ lux: end })), [], "none of them has");
  }
});

Deno.test("a count that goes beyond the end of a shorter type, a limit and what several tell are well", () => {
  assert.deepEqual(plug((i) => ({ energy: 65_529 + i })), []);
  assert.deepEqual(plug((i) => ({ energy: 32_767 + Math.floor(i / 5) })), []);
  assert.deepEqual(plug(() => ({ power_limit: 65_535 }), () => ({ power_limit: 2_000 })), []);
  assert.deepEqual(plug(() => ({ counter_id: 2_147_483_647 })), []);
  const none = { energy: 2_147_483_647, energy_returned: 2_147_483_647 };
  assert.deepEqual(plug(() => none), [], "so it tells what it does not have");
});

Deno.test("a count of the day at the end of 32 bits with a point set is told, one that only comes near is not", () => {
  assertTold(plug(() => ({ today: 42949.672 })), /"today" is stuck at 42950/);
  assert.deepEqual(plug((i) => ({ today: 42940.1 + i / 10 })), []);
  assert.deepEqual(plug(() => ({ limit_w: 42949.672 })), []);
});

Deno.test("the word of Zigbee for no measure of light is told beside one that measures, and where none does it is not", () => {
  const motion = (illuminance: number) => (i: number) => ({
    illuminance,
    occupancy: i % 2 === 0,
    linkquality: 87 + 4 * (i % 2),
  });
  assertTold(plug(motion(65_534), motion(15)), /"illuminance" is stuck at 65534/);
  assert.deepEqual(plug(motion(65_534), motion(65_534)), []);
  assert.deepEqual(plug(() => ({ raw: 65_534 }), () => ({ raw: 15 })), []);
});
