import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

interface Floor {
  gateway: string;
  /** Until when its rooms tell something. */
  until: (room: number) => number;
  /** How long after each other. */
  every?: (i: number) => number;
  value?: (i: number) => unknown;
}

/** A hotel's floors: on each a gateway that tells that it lives, and four rooms beside it. */
function floor({ gateway, until, every = () => 4, value }: Floor): Line[] {
  const rooms = [301, 302, 303, 304].flatMap((room, n) => {
    const lines: Line[] = [];
    for (let s = 1 + 0.7 * n, i = 0; s < until(room); s += every(i++)) {
      const payload = value?.(i) ?? { temperature: 21.5 + (i % 3) / 10, valve: "open" };
      lines.push({ s, topic: `hotel/floor3/room${room}/thermostat`, payload });
    }
    return lines;
  });
  const beat = times(12, (i): Line => ({
    s: 2 + 5 * i,
    topic: `hotel/floor3/${gateway}/pulse`,
    payload: { uptime_s: 264_000 + 5 * i, heap: 149_000 + (37 * i) % 900 },
  }));
  const status = { s: 0, topic: `hotel/floor3/${gateway}/status`, payload: "online", retain: true };
  return [status, ...rooms, ...beat].sort((a, b) => a.s - b.s);
}

Deno.test("a gateway that lives on while all that is told beside it fell silent at once is told, whatever it is called", () => {
  for (const gateway of ["gateway", "ag_gecidi", "radio_hub", "Zigbee-Coordinator", "passerelle"]) {
    assertTold(
      titlesOf(gateway, floor({ gateway, until: () => 18 })),
      /All 4 .*below "hotel\/floor3" fell silent/,
    );
  }
});

Deno.test("a gateway is well whose rooms go on, went one by one, tell only what changes, or said that they rest", () => {
  const sound: Record<string, Floor> = {
    "all go on": { gateway: "gateway", until: () => 60 },
    "one goes on": { gateway: "gateway", until: (room) => room === 303 ? 60 : 18 },
    "they went one by one": { gateway: "gateway", until: (room) => 14 + 9 * (room - 301) },
    "they tell in bursts": {
      gateway: "gateway",
      until: () => 18,
      every: (i) => i % 2 ? 6 : 0.4,
    },
    "they were switched off": {
      gateway: "gateway",
      until: () => 18,
      value: () => ({ temperature: 21.5, mode: "standby" }),
    },
    "it is none of them": { gateway: "panel", until: () => 18 },
  };
  for (const [why, one] of Object.entries(sound)) {
    assert.deepEqual(titlesOf(one.gateway, floor(one)), [], why);
  }
});
