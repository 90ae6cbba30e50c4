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

Deno.test("a device that the provisioning service assigns to no hub is told, with why; one that is assigned in the end is not", () => {
  const registers = (last: object) =>
    titlesOf(
      "scanner-2",
      times(4, (i): Line[] => [
        {
          s: 1 + 8 * i,
          topic: `$dps/registrations/PUT/iotdps-register/?$rid=${2 * i}`,
          payload: { registrationId: "scanner-2" },
        },
        {
          s: 2 + 8 * i,
          topic: `$dps/registrations/res/202/?$rid=${2 * i}&retry-after=3`,
          payload: { operationId: `5.${i}`, status: "assigning" },
        },
        {
          s: 5 + 8 * i,
          topic: `$dps/registrations/res/200/?$rid=${2 * i + 1}`,
          payload: { operationId: `5.${i}`, registrationId: "scanner-2", ...last },
        },
      ]).flat(),
    );
  assert.deepEqual(registers({ status: "disabled" }), [
    'The provisioning service assigns it to no hub: its registration is "disabled"',
  ]);
  assert.match(
    registers({ status: "failed", registrationState: { errorMessage: "No such hub" } }).join("; "),
    /registration is "failed", No such hub$/,
  );
  assert.deepEqual(registers({ status: "assigned", assignedHub: "a.azure-devices.net" }), []);
});
