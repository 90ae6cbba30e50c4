import assert from "node:assert/strict";
import { type Line, times, titlesOf } from "../support.ts";

/** What a press tells a hub, and with which status each of its reports of the twin, or each method, is answered. */
const told = (statuses: readonly number[], { group = "twin", others = [] as string[] } = {}) =>
  titlesOf(
    "press-6",
    [
      ...["press-6", ...others].flatMap((id, n) =>
        times(10, (i): Line => ({
          s: 1 + 3 * i + n / 5,
          topic: `devices/${id}/messages/events/$.ct=application%2Fjson`,
          payload: { force: 410 + i % 4 },
        }))
      ),
      ...statuses.map((status, i): Line => ({
        s: 2 + 3 * i,
        topic: `$iothub/${group}/res/${status}/?$rid=${60 + i}`,
        payload: status < 300 ? "" : { errorCode: 429001, message: "Throttled: too many requests" },
      })),
    ].sort((a, b) => a.s - b.s),
  );

Deno.test("reports of the twin that a hub refuses again and again, and methods that fail, are told", () => {
  assert.match(
    told([204, 204, 429, 429, 429, 429]).join("; "),
    /^The hub refuses what is asked of the twin: status 429, Throttled: too many requests$/,
  );
  assert.match(told([204, 400]).join("; "), /status 400/);
  assert.match(told([200, 500], { group: "methods" }).join("; "), /A method of the device failed/);
});

Deno.test("a report that was refused once and then taken is over, and what is refused may be another device's", () => {
  assert.deepEqual(told([204, 429, 204, 204]), []);
  assert.deepEqual(told([204, 204, 204]), []);
  assert.deepEqual(told([429, 429, 429, 429], { others: ["press-7"] }), []);
});
