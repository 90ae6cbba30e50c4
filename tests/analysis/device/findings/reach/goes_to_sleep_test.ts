import assert from "node:assert/strict";
import { assertTold, type Line, series, times, titlesOf } from "../../support.ts";

/** An inverter whose power fades out, and what it tells since it gives nothing. */
const dusk = (asleep: Record<string, number>) =>
  times(
    9,
    (i) =>
      i < 4
        ? { pac: [46, 32, 20, 7][i], vac: 231.2 + ((i * 3) % 5) / 10, temperature: 24.1 - i / 5 }
        : { pac: 0, ...asleep },
  );

const onTopics = (payloads: readonly object[]): Line[] =>
  payloads.flatMap((payload, i) =>
    Object.entries(payload).map(([key, value], n) => ({
      s: 1 + 6 * i + n / 50,
      topic: `pv/roof/${key}`,
      payload: String(value),
    }))
  );

Deno.test("an inverter that fades out at dusk and tells nothing but zeros sleeps, in one document and on topics", () => {
  const payloads = dusk({ vac: 0, temperature: 0 });
  assert.deepEqual(titlesOf("pv/#", series("pv/roof/data", payloads, 6)), []);
  assert.deepEqual(titlesOf("pv/roof/#", onTopics(payloads)), []);
});

Deno.test("a temperature that is nothing while the inverter works is told", () => {
  const payloads = times(12, (i) => ({
    pac: 900 - 20 * i,
    vac: 231.2 + ((i * 3) % 5) / 10,
    temperature: i < 6 ? 41 - i / 10 : 0,
  }));
  assertTold(
    titlesOf("pv/#", series("pv/roof/data", payloads, 6)),
    /"temperature" reads nothing any more/,
  );
});
