import assert from "node:assert/strict";
import {
  isActualName,
  isAimName,
  isPositionName,
} from "../../../../../src/analysis/device/findings/orders/order_words.ts";
import { beats, diagnosisOf, type Line } from "../../support.ts";

/** What is told above info of a vent that is sent to 45 and 60 and moves by `way` of it. */
function told(aim: string, actual: string, way: number): string[] {
  const topic = (name: string) => `house2/vent/east/${name}`;
  const asked: Line[] = [
    { s: 0, topic: topic(aim), payload: "20", retain: true },
    { s: 30, topic: topic(aim), payload: "45" },
    { s: 70, topic: topic(aim), payload: "60" },
  ];
  const goal = (s: number) => s < 34 ? 20 : s < 74 ? 45 : 60;
  const stands = beats({
    topic: topic(actual),
    everyS: 3,
    to: 118,
    payload: (i) => `${Math.round(20 + way * (goal(3 * i) - 20))}`,
  });
  return diagnosisOf("house2/vent/east", [...asked, ...stands].sort((a, b) => a.s - b.s), {
    seconds: 120,
  }).findings.filter(({ severity }) => severity !== "info").map(({ title }) => title);
}

Deno.test("what is asked of a vent and where it stands are held against each other in each language", () => {
  const pairs: readonly (readonly [aim: string, actual: string])[] = [
    ["position_setpoint", "position"],
    ["sollstellung", "stellung"],
    ["consigne", "ouverture"],
    ["solicitada", "apertura"],
    ["richiesta", "posizione"],
    ["desejada", "abertura"],
    ["gevraagd", "stand"],
    ["börvärde", "läge"],
    ["ønsket", "stilling"],
    ["zadana", "pozycja"],
    ["požadovaná", "poloha"],
  ];
  for (const [aim, actual] of pairs) {
    assert.ok(isAimName(aim) && isActualName(actual) && isPositionName(actual), aim);
    assert.match(told(aim, actual, 0).join(), /no effect.*stays 20/, aim);
    assert.deepEqual(told(aim, actual, 1), [], actual);
  }
  assert.ok(!isAimName("sp_temperature") && !isActualName("temperature"));
});
