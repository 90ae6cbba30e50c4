import assert from "node:assert/strict";
import { assertTold, type Line, times, titlesOf } from "../../support.ts";

type Values = Record<string, unknown>;

/** Two banks in parallel that are drawn from for nine minutes, of which the left one tells what it is asked for here. */
function banks(left: (i: number) => Values, right: (i: number) => Values = () => ({})): string[] {
  const drawn = (i: number): Values => ({
    ...{ soc: 13.9 - i / 10, voltage: 50.12 - 0.04 * i, current: -61.2 - (i % 3) / 10 },
    capacity: 280,
  });
  const lines = times(15, (i): Line[] => [
    { s: 1 + 40 * i, topic: "bank/left", payload: { ...drawn(i), soc: 100, ...left(i) } },
    { s: 3 + 40 * i, topic: "bank/right", payload: { ...drawn(i), ...right(i) } },
  ]).flat();
  return titlesOf("left", lines).filter((title) => title.includes("drawn from"));
}

Deno.test("a charge that stands while much is drawn is told where its like falls, or what counts it stands as well", () => {
  assertTold(
    banks(() => ({})),
    /"soc" stays at 100 % though the battery is drawn from: "current" is -61\.\d A, 9\.\d Ah of 280 Ah since .*, and that of "right" at the same voltage fell to 12\.5 %/,
  );
  assertTold(
    banks(() => ({ consumed_ah: 0 }), () => ({ soc: 100 })),
    /"soc" stays at 100 %.*"consumed_ah" stays at 0/,
  );
  // Without either so much must be drawn that no scale is so coarse.
  assertTold(banks(() => ({ capacity: 60 }), () => ({ soc: 100 })), /"soc" stays at 100 %/);
});

Deno.test("a charge that stands while little is drawn, while it is charged, or of which nothing shows that it should fall is not told", () => {
  const sound: Record<string, string[]> = {
    "it falls": banks((i) => ({ soc: 100 - i / 5 })),
    "little is drawn": banks((i) => ({ current: -3.1 - i / 10 })),
    "it is large": banks(() => ({ capacity: 1_200 })),
    "it is charged": banks((i) => ({ voltage: 55.1 + i / 100, current: 61.2 })),
    "it turns": banks((i) => ({ current: i % 2 === 0 ? -61.2 : 58.1 })),
    "its voltage holds": banks((i) => ({ voltage: 50.12 + (i % 3) / 100 })),
    "its scale may be coarse": banks(() => ({}), () => ({ soc: 100 })),
    "it is another kind of battery": banks(() => ({}), () => ({ voltage: 25.2 })),
    "nothing tells how much it holds": banks(() => ({ capacity: null })),
    "what counts goes on": banks((i) => ({ consumed_ah: i / 2 }), () => ({ soc: 100 })),
  };
  for (const [why, titles] of Object.entries(sound)) assert.deepEqual(titles, [], why);
});
