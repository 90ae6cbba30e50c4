import assert from "node:assert/strict";
import { plainKey } from "../../src/payload/plain_keys.ts";
import { inEnglish } from "../../src/payload/spoken_words.ts";
import { textRank } from "../../src/payload/severity/text.ts";
import { series, times, titlesOf } from "../analysis/device/support.ts";

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
    assert.equal(plainKey(written), english, written);
  }
});

Deno.test("words and phrases are read in English whatever the size and marks of their letters, and other words stay", () => {
  const read = {
    "ΒΛΑΒΗ": "fault",
    "Κατάσταση: εντάξει": "state: ok",
    "elakadt": "stuck",
    "lỗi: mất pha": "error: phase_loss",
    "tidak terhubung": "disconnected",
    "tidak-terhubung": "disconnected",
    "tidak": "not",
    "nhiệt độ": "temperature",
    "NHIET_DO": "temperature",
    "상태 정상": "state normal",
    "na spojeni/чекамо": "na spojeni/чекамо",
    "reactive_power_kvar": "reactive_power_kvar",
    "Running OK": "running ok",
    "Pump 3 is Fine": "Pump 3 is Fine",
  };
  for (const [written, english] of Object.entries(read)) {
    assert.equal(inEnglish(written).toLowerCase(), english.toLowerCase(), written);
  }
});

Deno.test("what is written without spaces is taken apart where all of it is known", () => {
  const read = {
    "风机过载": "fan overload",
    "土壤湿度": "soil humidity",
    "历史报警": "history alarm",
    "온수온도": "온수온도",
    "故障": "fault",
  };
  for (const [written, english] of Object.entries(read)) {
    assert.equal(inEnglish(written), english, written);
  }
});

Deno.test("a battery that is empty and a connection that is lost are so in the words of each language", () => {
  for (const text of ["電池切れ", "电量低", "rozładowana bateria", "Низкий заряд", "pil bitti"]) {
    assert.equal(inEnglish(text), "low_battery", text);
  }
  assert.equal(inEnglish("соединение потеряно"), "соединение lost");
  assert.equal(inEnglish("połączenie utracone"), "połączenie lost");
});

Deno.test("trouble is trouble in each language, and so is its denial", () => {
  const ranks: Readonly<Record<string, 0 | 1 | 2>> = {
    "Έπεσε το θερμικό: βλάβη αντλίας": 2,
    "Klaida 5: užgeso liepsna": 2,
    "Viga: pump ei tööta": 2,
    "kvar na motoru": 2,
    "lỗi kết nối": 2,
    "측창 과부하": 1,
    "avarie: nu": 0,
    "авария: няма": 0,
    "σφάλμα: κανένα": 0,
    "lỗi: không": 0,
    "okvara odpravljena": 0,
    "오류 없음": 0,
  };
  for (const [text, rank] of Object.entries(ranks)) assert.equal(textRank(text), rank, text);
});

Deno.test("a current that comes and goes with its compressor is no leap, in any language", () => {
  for (const name of ["current", "strom", "corriente", "courant", "prad"]) {
    const values = times(14, (i) => i === 6 || i === 12 ? "7.4" : `0.${i % 3}1`);
    assert.deepEqual(titlesOf("hall/#", series(`hall/compressor/${name}`, values)), [], name);
  }
});
