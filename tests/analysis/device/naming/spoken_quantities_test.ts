import assert from "node:assert/strict";
import { spokenKey } from "../../../../src/analysis/device/naming/spoken_quantities.ts";
import { series, times, titlesOf } from "../support.ts";

Deno.test("what is measured is read in English, whatever the marks of its letters, and other words stay", () => {
  const read = {
    napiecie_v: "voltage_v",
    "Napięcie": "voltage",
    "lancuch2/prad_a": "string2/current_a",
    fuellstand: "level",
    "Füllstand_cm": "level_cm",
    umidita: "humidity",
    pressao: "pressure",
    "strang1.leistung": "string1.power",
    stromlinie: "stromlinie",
    drukknop: "drukknop",
    pila_pct: "battery_pct",
    cieplo_razem_gj: "heat_total_gj",
    "Løpenummer": "sequence",
  };
  for (const [written, english] of Object.entries(read)) {
    assert.equal(spokenKey(written), english, written);
  }
});

Deno.test("a current that comes and goes with its compressor is no leap, in any language", () => {
  for (const name of ["current", "strom", "corriente", "courant", "prad"]) {
    const values = times(14, (i) => i === 6 || i === 12 ? "7.4" : `0.${i % 3}1`);
    assert.deepEqual(titlesOf("hall/#", series(`hall/compressor/${name}`, values)), [], name);
  }
});
