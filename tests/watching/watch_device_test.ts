import assert from "node:assert/strict";
import { JudgingPace } from "../../src/watching/judging_pace.ts";
import type { MetNow } from "../../src/watching/watch.ts";
import { watchDevice } from "../../src/watching/watch_device.ts";
import { FakeSession } from "../support/fake_session.ts";
import { message } from "../support/messages.ts";
import { until } from "../support/wait.ts";

const LOOKS = { firstMs: 1, soonMs: 1, againMs: 5 };

/** A session whose clock is the test's, and a device in it that speaks every second. */
function stage() {
  const session = new FakeSession();
  const clock = { ms: Date.parse("2026-01-01T00:00:00Z") };
  const met: MetNow[] = [];
  const pace = new JudgingPace();
  return {
    session,
    clock,
    met,
    pace,
    speak(times: number) {
      for (let i = 0; i < times; i++) {
        clock.ms += 1_000;
        session.hear(message("plant/pump3/data", { rpm: 1_200 + i }, { receivedAt: clock.ms }));
      }
    },
    start: (state: "offline" | "online" = "offline") =>
      watchDevice(session, { device: "plant/pump3", state, retained: false }, {
        now: () => clock.ms,
        signal: new AbortController().signal,
        onMet: (now) => met.push(now),
        pace,
        looks: LOOKS,
      }),
  };
}

Deno.test("a device that is overdue counts as offline, and as online when it speaks again", async () => {
  const s = stage();
  const gone = await s.start();
  const back = await s.start("online");
  s.speak(40);
  await until("it is online", () => gone.deviceState === "online");
  s.met.length = 0;
  s.clock.ms += 3_600_000;
  await until("its silence is told", () => s.met.length === 1);
  assert.deepEqual([s.met[0].reason, s.met[0].before, gone.deviceState], [
    "state",
    "online",
    "offline",
  ]);
  assert.match(s.met[0].evidence ?? "", /overdue/);
  await until("the other has seen it, too", () => back.deviceState === "offline");
  s.speak(1);
  await until("its return is told", () => s.met.length === 2);
  assert.equal(s.met[1].before, "offline");
  await Promise.all([gone.stop(), back.stop()]);
  assert.deepEqual([s.session.listeners, s.pace.watches], [0, 0]);
});

Deno.test("while nothing can be heard a silence tells nothing", async () => {
  const s = stage();
  const watch = await s.start();
  s.speak(40);
  await until("it is online", () => watch.deviceState === "online");
  s.session.connectedSince = null;
  const from = new Date(s.clock.ms).toISOString();
  s.clock.ms += 3_600_000;
  let looks = 0;
  const { report } = watch.listening;
  watch.listening.report = () => {
    looks++;
    return report();
  };
  await until("it was looked at", () => looks > 3);
  const gap = { from, to: new Date(s.clock.ms).toISOString(), reason: "away" };
  s.session.gaps.push(gap);
  s.session.connectedSince = gap.to;
  looks = 0;
  await until("it was looked at again", () => looks > 3);
  assert.deepEqual(s.met, []);
  await watch.stop();
});

Deno.test("coming and going that is long over is no flapping", async () => {
  const s = stage();
  const watch = await s.start();
  const say = (state: string) => {
    s.clock.ms += 1_000;
    s.session.hear(message("plant/pump3/status", state, { receivedAt: s.clock.ms }));
  };
  for (let i = 0; i < 6; i++) say(i % 2 === 0 ? "offline" : "online");
  await until("it flaps", () => watch.deviceState === "flapping");
  assert.equal(s.met.length, 1, "it is offline in between");
  s.clock.ms += 400_000;
  await until("it is online", () => watch.deviceState === "online");
  say("offline");
  await until("that is told", () => s.met.length === 2);
  assert.equal(s.met[1].before, "online");
  await watch.stop();
});

Deno.test("many watches on devices share one twentieth of the time", () => {
  const pace = new JudgingPace();
  for (let i = 0; i < 20; i++) pace.join();
  assert.equal(pace.restAfter(0), 500);
  assert.equal(pace.restAfter(100), 40_000);
  for (let i = 0; i < 19; i++) pace.leave();
  assert.equal(pace.restAfter(100), 2_000);
});
