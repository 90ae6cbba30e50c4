import assert from "node:assert/strict";
import { keyKind } from "../../../src/payload/severity/keys.ts";
import { topicHint } from "../../../src/payload/severity/topics.ts";

Deno.test("how far something may go before there is an alarm is no alarm, in any language", () => {
  const limits = [
    "alarm_threshold",
    "alarmschwelle",
    "alarm_grenzwert",
    "seuil_alarme",
    "umbral_alarma",
    "soglia_allarme",
    "limiar_alarme",
    "drempel_alarm",
    "larm_tröskel",
    "alarm_taerskel",
    "alarm_grenseverdi",
    "prog_alarmu",
    "mez_alarmu",
  ];
  for (const name of limits) {
    assert.notEqual(keyKind(name), "trouble", name);
    assert.equal(topicHint(`laboratory/freezer2/${name}`), "none", name);
  }
  for (const name of ["alarm", "allarme", "alarme_temperature", "alarma_nivel", "larm"]) {
    assert.equal(keyKind(name), "trouble", name);
  }
});

Deno.test("how often there was trouble is none, though the counter is named first", () => {
  for (const name of ["licznik_awarii", "contador_fallos", "compteur_erreurs", "fault_count"]) {
    assert.equal(keyKind(name), "past_trouble", name);
  }
  for (const name of ["counter_fault", "awaria"]) assert.equal(keyKind(name), "trouble", name);
});
