import assert from "node:assert/strict";
import { decodePayload } from "../../../src/payload/decode.ts";
import type { JsonValue } from "../../../src/payload/payload.ts";
import {
  isTellingKey,
  severityByHint,
  topicHint,
  troubleIn,
} from "../../../src/payload/severity/mod.ts";
import { mayTellTrouble } from "../../../src/payload/severity/bytes.ts";

const encoder = new TextEncoder();

function judge(payload: JsonValue, topic = "plant/line1/env"): { level: string; kind: string } {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return severityByHint(decodePayload(encoder.encode(body), { topic }), topicHint(topic));
}

function expectLevel(level: string, payloads: JsonValue[], topic?: string): void {
  for (const payload of payloads) {
    assert.equal(
      judge(payload, topic).level,
      level,
      `${JSON.stringify(payload)} on ${topic ?? "any topic"}`,
    );
  }
}

Deno.test("what a search for the letters of trouble would find is no trouble", () => {
  expectLevel("none", [
    { errors: 0 },
    { error: null },
    { error: false },
    { error: "" },
    { error: [] },
    { error: {} },
    { error: "none" },
    { error: "no error" },
    { error: { code: 0, message: "Success" } },
    { tissue: 1 },
    { failover: "ok" },
    { error_rate: 0.02 },
    { error_enabled: true },
    { error: 0.25 },
    { no_error: true },
    "no problem",
    "failover: ok",
    "terror in the default mirror",
    "restoring",
    "fail-safe engaged",
    "error-free since start",
    "error handler registered",
  ]);
});

Deno.test("a field of trouble with something in it is an error", () => {
  expectLevel("error", [
    { errors: 3 },
    { error: true },
    { error: "overheated" },
    { error: { code: 7, message: "Overheated" } },
    { err: "E_TIMEOUT" },
    { fault: 1 },
    { alarm: "ON" },
    { errorCode: 17 },
    { data: { motor: { fault: true } } },
    [{ ok: true }, { ok: false }],
    { Fehler: "Pumpe steht" },
  ]);
});

Deno.test("levels and states are read as words, and an informational level overrides its text", () => {
  expectLevel("error", [
    { level: "error" },
    { level: "CRITICAL", message: "x" },
    { severity: "fatal" },
    { log_level: "err" },
    { status: "failed" },
    { state: "fault" },
    { status: "not ok" },
  ]);
  expectLevel("warning", [{ level: "warn" }, { severity: "Warning" }, { status: "offline" }]);
  expectLevel("none", [
    { level: "info", message: "error handler ready, error log empty of errors" },
    { level: "debug", msg: "retry after failure" },
    { status: "ok" },
    { state: "ON" },
  ]);
});

Deno.test("numbers are codes only where they are known to be", () => {
  expectLevel("error", [{ status: 503 }, { code: 404 }, { statusCode: 500 }, { status: "404" }]);
  expectLevel("none", [
    { status: 200 },
    { status: 0 },
    { code: 0 },
    { code: 433 },
    { level: 3 },
    { severity: 5 },
    { battery_level: 2 },
    { state: 4 },
    { temp: 500 },
  ]);
});

Deno.test("a denied good is trouble", () => {
  expectLevel("error", [{ ok: false }, { success: false }, { healthy: "false" }]);
  expectLevel("warning", [
    { online: false },
    { connected: false },
    { available: "offline" },
    "not responding",
  ]);
  expectLevel("none", [{ ok: true }, { success: 1 }, { online: true }, { connected: "true" }]);
});

Deno.test("words of trouble are understood in eight languages, and so is their denial", () => {
  const said: [string, string, string][] = [
    ["en", "sensor error on input 4", "no errors found"],
    ["de", "Störung an Pumpe 2", "keine Störung"],
    ["de", "Kommunikationsfehler 17", "0 Fehler"],
    ["fr", "erreur de lecture", "aucune erreur"],
    ["es", "fallo de comunicación", "sin fallos"],
    ["it", "guasto alla pompa", "nessun guasto"],
    ["nl", "storing in de pomp", "geen storing"],
    ["pl", "awaria pompy", "brak awarii"],
    ["pt", "falha no sensor", "sem falhas"],
  ];
  for (const [language, trouble, denial] of said) {
    assert.equal(judge(trouble).level, "error", `${language}: ${trouble}`);
    assert.equal(judge({ message: trouble }).level, "error", `${language}: ${trouble} in JSON`);
    assert.equal(judge(denial).level, "none", `${language}: ${denial}`);
  }
  const warnings = [
    "Warnung: Akku",
    "avertissement",
    "advertencia",
    "avviso",
    "waarschuwing",
    "ostrzeżenie",
    "atenção",
  ];
  expectLevel("warning", warnings);
});

Deno.test("denial reaches as far as it is meant and no farther", () => {
  expectLevel("none", [
    "0 errors, 0 warnings",
    "errors: 0 warnings: 0",
    "no errors or warnings",
    "error code 0",
    "error: none",
    "fault cleared",
    "Störung behoben",
    "NO_ERROR",
  ]);
  expectLevel("error", [
    "no errors yesterday, 3 failures today",
    "ERROR: no route to host",
    "5 errors",
    "errors: 2",
    "warnings: 0 errors: 4",
    "SensorFault",
  ]);
  expectLevel("warning", ["errors: 0 warnings: 2"]);
});

Deno.test("what is off, over, seen by somebody or not there is no trouble in any language", () => {
  expectLevel("none", [
    { alarma: "desactivada" },
    { alarm: "wylaczony" },
    { alarm: "wyłączony" },
    { porucha: "žádná" },
    { fel: "inget fel" },
    { défaut: "acquitté" },
    { guasto: "rientrato" },
    { falha: "desligado" },
    { storing: "opgeheven" },
    { feil: "kvittert" },
    { vika: "pois päältä" },
    { vika: "ei vikaa" },
    { hiba: "nincs hiba" },
    { авария: "отсутствует" },
    { arıza: "hata yok" },
    "alarm: ikke aktiv",
    "Högtrycksvakt larm (kvitterat)",
    "Test Alarm",
    "prueba de alarma",
    "Burglary alarm zone 12 (in test)",
    "Störung Pumpe, erledigt",
    "Larm: lågt tryck - kvitterat",
    "Авария насоса устранена",
    { vika: "0 - ei vikaa" },
    { fehler: "Normalbetrieb" },
    { alarms: { "1": { name: "Pump blocked", state: "off" } } },
  ]);
  expectLevel("error", [
    { alarma: "activada" },
    { alarm: "włączony" },
    { porucha: "čerpadlo" },
    { vika: "anturi" },
    "alarm: aktiv",
    "alarm test failed",
    "Störung Pumpe nicht quittiert",
    "Alarm not acknowledged",
  ]);
});

Deno.test("a line of a log that only informs blames nobody, whatever words are in it", () => {
  expectLevel("none", [
    "[INFO] Lectura correcta, sin error (reintentos=0, timeout=30, fallos=0)",
    "2026-11-26 10:00:00 INFO app: connection lost last night",
    "I (1234) wifi: disconnected and reconnected",
    "[D][sensor:12]: no response, trying again",
    "<14>Nov 26 10:00:00 host app: failed logins: 0",
    { PRIORITY: "6", MESSAGE: "Failed to load optional module" },
    { livello: "info", messaggio: "guasto precedente cancellato" },
  ]);
  expectLevel("error", ["[ERROR] sensor failed", "<11>Nov 26 10:00:00 host app: gone"]);
});

Deno.test("an availability that is gone is a warning", () => {
  expectLevel("warning", ["offline", "Offline"], "zigbee2mqtt/lamp/availability");
  expectLevel("warning", [{ state: "offline" }], "zigbee2mqtt/lamp/availability");
  expectLevel("warning", ["false", "0"], "shellies/plug/online");
  expectLevel("none", ["online", { state: "online" }], "zigbee2mqtt/lamp/availability");
  expectLevel("none", ["true", "1", "2"], "shellies/plug/connected");
});

Deno.test("on a topic of trouble only what is not benign is trouble", () => {
  expectLevel("error", ["3", "ON", "overheated"], "plant/pump/error");
  expectLevel("none", ["0", "OFF", "none", "", "ok"], "plant/pump/error");
  expectLevel("none", [{ id: 4, active: false }], "plant/alarms");
  expectLevel("none", ["disarmed"], "home/alarm");
});

Deno.test("a numbered fault, a passed limit and a point that is none are told, and what was or can be is not", () => {
  const level = (value: JsonValue, topic: string) =>
    troubleIn(decodePayload(encoder.encode(JSON.stringify(value)), { topic }), topic, {
      free: false,
    }).level;
  const grid = { code: 301, name: "Grid overvoltage" };
  const sick: [JsonValue, string][] = [
    [grid, "site/inv1/fault"],
    [["CELL_OVER_VOLTAGE"], "bms/pack1/alarm"],
    [
      [{ name: "flow", value: 1, fault: false }, { name: "level", value: 0, fault: true }],
      "p/data",
    ],
    // `v` are volts, and no envelope.
    [{ soc: 45, v: 54.1, ntc_fault: 1 }, "bms/pack1/status"],
    [{ temp: 35, sensor_fault_T2: true }, "hp/status"],
    [{ larmtext: "Högtryckslarm" }, "hp/status"],
    [{ error: "No grid" }, "solar/inverter/info"],
  ];
  assert.deepEqual(sick.filter((one) => level(...one) === "none"), []);
  const healthy: [JsonValue, string][] = [
    [{ ...grid, code: 0 }, "site/inv1/fault"],
    [{ ...grid, active: false }, "site/inv1/fault"],
    [{ ...grid, cleared_at: "2026-03-14 10:00:00" }, "site/inv1/fault"],
    [{ code: 255, name: "OK" }, "site/inv1/fault"],
    [{ faults: [grid] }, "site/inv1/history"],
    [["HIGH_TEMPERATURE", "LOW_TEMPERATURE"], "hp/alarms"],
    [[{ name: "flow", value: 1, fault: false }], "p/data"],
    [{ temp: 35, alarm: "suppressed" }, "cold/status"],
    [{ alarmtekst: "Ingen", larmtext: "Inga aktiva larm", alarm: "brak alarmów" }, "hp/status"],
  ];
  assert.deepEqual(healthy.filter((one) => level(...one) !== "none"), []);
});

Deno.test("a document that describes a device is not judged by its vocabulary", () => {
  expectLevel(
    "none",
    [{ device_class: "problem", payload_not_available: "offline", name: "Error lamp" }],
    "homeassistant/binary_sensor/lamp/config",
  );
  assert.equal(topicHint("zigbee2mqtt/bridge/devices"), "description");
});

Deno.test("what device families say of trouble is known", () => {
  expectLevel("warning", ["lost", "alert", "disconnected"], "homie/boiler/$state");
  expectLevel("none", ["ready", "init", "sleeping"], "homie/boiler/$state");
  expectLevel("error", ["[E][wifi:123]: no access point in range"], "esp/debug");
  expectLevel("none", ["[I][app:102]: storing values", "Storing the settings"], "esp/debug");
  expectLevel(
    "error",
    [{ id: 0, tC: null, errors: ["out_of_range"] }],
    "shelly/status/temperature",
  );
  expectLevel("warning", ["x"], "spBv1.0/plant/NDEATH/edge1");
  expectLevel("none", ["x"], "spBv1.0/plant/NDATA/edge1");
  expectLevel("none", [{
    battery: 97,
    linkquality: 120,
    tamper: false,
    battery_low: false,
    update: { state: "idle" },
  }]);
});

Deno.test("XML is read by its elements and attributes", () => {
  expectLevel("error", ["<r><error>17</error></r>", '<log level="error">x</log>']);
  expectLevel("none", ["<r><error>0</error><errors/></r>", '<log level="info">ready</log>']);
});

Deno.test("what is done well in the end, or written by a person to a telephone, is no trouble", () => {
  expectLevel("none", ["ERROR_IN_THE_SYSTEM copied successfully", "Alarmtest erfolgreich beendet"]);
  expectLevel("error", ["backup failed, not successfully", "Fehler, Kopie nicht erfolgreich"]);
  const letter = { number: "+33612345678", text: "Alarm: the freezer failed!" };
  const topic = "modem/received";
  const told = (value: JsonValue) =>
    troubleIn(decodePayload(encoder.encode(JSON.stringify(value)), { topic }), topic, {
      free: false,
    })
      .level;
  assert.equal(told({ ...letter, result: "success" }), "none");
  assert.equal(told({ ...letter, result: "error: SendSMS" }), "error");
  assert.equal(told({ number: "17", text: "Alarm: the freezer failed!" }), "error");
  assert.equal(told({ samples_failed: 7, polls_failed: 1 }), "none");
  assert.equal(told({ gps_error: 12, horizontal_error: 3 }), "none");
  assert.equal(told({ fault: "no current" }), "error");
  assert.equal(told({ message: "Taux de sel trop bas" }), "warning");
  assert.equal(told({ diag: "ALARM: leak" }), "error");
  assert.equal(told({ diag: "OK", salt_limit: "too low at 2.5" }), "none");
  assert.equal(told({ selftest_failed: 1 }), "error");
});

Deno.test("what passed by hides no failure of its record, and a cause by a code of refusal is one", () => {
  const levelOf = (payload: object) => {
    const topic = "house/camera/notes";
    const body = encoder.encode(JSON.stringify(payload));
    return troubleIn(decodePayload(body, { topic }), topic, { free: true }).level;
  };
  assert.equal(levelOf({ label: "motion detected", status: "Recording failed" }), "error");
  assert.equal(levelOf({ label: "motion detected", status: "Recording saved" }), "none");
  assert.equal(levelOf({ title: "Storm warning", status: "Severe", severity: "high" }), "none");
  assert.equal(levelOf({ status: "Rejected", cause: "403 Forbidden" }), "error");
  assert.equal(levelOf({ status: "Registered", cause: "200 OK" }), "none");
});

Deno.test("kinds group alike messages and tell different codes apart", () => {
  assert.equal(judge("error on sensor 5").kind, judge("error on sensor 12").kind);
  assert.notEqual(judge({ code: 404 }).kind, judge({ code: 503 }).kind);
  assert.match(
    judge({ level: "error", message: "Sensor 5 lost" }).kind,
    /level: error, Sensor # lost/,
  );
  assert.ok(judge(`error ${"\u0000x ".repeat(500)}`).kind.length <= 110);
});

Deno.test("keys whose exact number matters are known as telling", () => {
  for (const key of ["status", "code", "error", "statusCode", "fault"]) {
    assert.ok(isTellingKey(key), key);
  }
  for (const key of ["temp", "hum", "ts", "name", "error_rate"]) assert.ok(!isTellingKey(key), key);
});

Deno.test("a scan of the bytes never misses a word of trouble that stands alone", () => {
  for (
    const text of [
      "ERROR 5",
      "x störung y",
      '{"m":"sensorFault"}',
      "awaria",
      "offline",
      "ΒΛΑΒΗ",
      "lỗi 5",
      "STÖRUNG",
    ]
  ) {
    assert.ok(mayTellTrouble(encoder.encode(text)), text);
  }
  assert.ok(!mayTellTrouble(encoder.encode('{"temp":21.5,"tissue":1}')));
});

Deno.test("a line of a log that begins with its time and a level of error is one in any field", () => {
  const line = (level: string) =>
    `2026-03-14 18:33:06,123 - |${level}| - [connector.py] - read - Failed to read from device 1`;
  assert.equal(judge({ "Hall_LOGS": line("ERROR"), memoryUsage: 312 }).level, "error");
  assert.equal(
    judge({ "Hall_LOGS": line("INFO").replace("Failed to", "Will"), a: 1 }).level,
    "none",
  );
  assert.equal(judge({ "Hall_LOGS": "2026-03-14 18:33:06 ERRORS counted: 0" }).level, "none");
});

Deno.test("a record of information among alerts is none, whatever it is called and numbered", () => {
  const told = (record: JsonValue) =>
    troubleIn(
      decodePayload(encoder.encode(JSON.stringify(record)), { topic: "park/alerts" }),
      "park/alerts",
      { free: true },
    ).level;
  const record = { alert_id: "ALT-20261128", alert_type: "system", message: "Yearly service" };
  assert.equal(told({ ...record, severity: "info" }), "none");
  assert.equal(told({ ...record, alert_level: "NOTICE" }), "none");
  assert.equal(told({ ...record, severity: "warning" }), "warning");
  assert.notEqual(told(record), "none");
});

Deno.test("what somebody called off did not fail, whatever the event is called", () => {
  const told = (value: string) =>
    troubleIn(decodePayload(encoder.encode(value), { topic: "printer/event" }), "printer/event", {
      free: true,
    });
  for (
    const one of [
      { _event: "PrintFailed", reason: "cancelled", time: 402.3 },
      { event: "job_failed", reason: "user_aborted" },
      { state: "failed", error: "Print cancelled by user" },
      { print: { gcode_state: "FAILED", print_error: 50348044 } },
      { print: { gcode_state: "FAILED", fail_reason: "50348044" } },
    ]
  ) assert.equal(told(JSON.stringify(one)).level, "none", JSON.stringify(one));
  for (
    const one of [
      { _event: "PrintFailed", reason: "error" },
      { event: "job_failed", reason: "cancelled order could not be removed: disk full" },
      { print: { gcode_state: "FAILED", print_error: 83935249 } },
    ]
  ) assert.equal(told(JSON.stringify(one)).level, "error", JSON.stringify(one));
});

Deno.test("an alarm that is set, and whose state says that it does not go off, is no trouble", () => {
  const levelOf = (value: JsonValue) =>
    troubleIn(
      decodePayload(encoder.encode(JSON.stringify(value)), { topic: "z/attic" }),
      "z/attic",
      { free: false },
    ).level;
  assert.equal(levelOf({ linkage_alarm: true, linkage_alarm_state: false }), "none");
  assert.equal(levelOf({ alarm: true, alarm_status: "off" }), "none");
  assert.equal(levelOf({ linkage_alarm: true, linkage_alarm_state: true }), "error");
});

Deno.test("a connection that failed is told by the system's own name for it, a program that watches for failures is not", () => {
  expectLevel("error", [
    { status: { text: "ECONNREFUSED" } },
    "connect ETIMEDOUT 10.0.0.7:502",
    { error: "getaddrinfo ENOTFOUND api.example" },
  ]);
  expectLevel("none", ["fail2ban,jail=sshd banned=41i", { service: "fail2ban" }, "ECONOMY", {
    constantPowerOK: 0,
  }]);
});

Deno.test("when a field was told, and when an alarm clock goes off, is no trouble", () => {
  expectLevel("none", [
    { metadata: { reported: { fault: { timestamp: 1_773_513_000 } } } },
    { alarms: [{ timestamp: "2026-03-14T18:30:00Z", target_weight: 200 }] },
    { alarms: [{ hour: 7, minute: 30, repeat: "daily" }] },
    { is_1_scc_ok: 0 },
  ]);
  expectLevel("error", [
    { fault: { timestamp: 1_773_513_000, code: 12 } },
    { alarms: [{ timestamp: "2026-03-14T18:30:00Z", text: "pressure low" }] },
  ]);
});

Deno.test("a record of SenML is judged by its name and its text or flag", () => {
  const levelOf = (record: JsonValue) => {
    const pack = JSON.stringify([{ bn: "urn:dev:ow:1/", n: "t", v: 12.5 }, record]);
    const topic = "city/well/senml";
    return troubleIn(decodePayload(encoder.encode(pack), { topic }), topic, { free: true }).level;
  };
  assert.equal(levelOf({ n: "pump/fault", vs: "dry run lockout" }), "error");
  assert.equal(levelOf({ n: "urn:dev:ow:1:error", vb: true }), "error");
  assert.equal(levelOf({ n: "pump/fault", vs: "none" }), "none");
  assert.equal(levelOf({ n: "pump/fault", vb: false }), "none");
  assert.equal(levelOf({ n: "pump/mode", vs: "auto" }), "none");
});

Deno.test("in many languages what runs as it should has no alert", () => {
  const WORDS = ["Funzionamento Regolare", "Fonctionnement correct", "praca normalna"];
  expectLevel("none", WORDS, "panel/bridge_alerts");
});

Deno.test("a stop and a guard that nobody used, in many languages, are no trouble", () => {
  const NOT_USED = [
    "non actionné",
    "nicht betätigt",
    "no accionado",
    "niet ingedrukt",
    "livre",
    "frei",
  ];
  expectLevel("none", NOT_USED, "lift/emergency_stop/alarm");
  expectLevel("error", ["actionné", "betätigt"], "lift/emergency_stop/alarm");
});

Deno.test("below a configuration an alarm's type says which one is set, and beside a reading which one is raised", () => {
  const levelOf = (payload: object) => {
    const topic = "hall/thermostat/up";
    return troubleIn(decodePayload(encoder.encode(JSON.stringify(payload)), { topic }), topic, {
      free: false,
    }).level;
  };
  const alarm_type = "temperature threshold";
  assert.equal(levelOf({ temperature_alarm_config: { condition: "disable", alarm_type } }), "none");
  assert.equal(levelOf({ config: { alarm_type, enabled: true } }), "none");
  assert.equal(levelOf({ alarmConfig: { alarm: "high" } }), "none");
  assert.equal(levelOf({ temperature: 41.2, alarm: "temperature threshold" }), "error");
});

Deno.test("what is said of trouble in words that nobody knows is no trouble where little is known of the language", () => {
  const level = (document: JsonValue) =>
    troubleIn(
      decodePayload(encoder.encode(JSON.stringify(document)), { topic: "farm/well" }),
      "farm/well",
      {
        free: true,
      },
    ).level;
  const unread: JsonValue[] = [{ kesalahan: "aman saja" }, { "βλάβη": "ησυχία" }, {
    "грешка": "бла бла",
  }];
  for (const document of unread) {
    assert.equal(level(document), "none", JSON.stringify(document));
  }
  const read: JsonValue[] = [
    { error: "filter dirty" },
    { "störung": "Brenner geht nicht" },
    { "βλάβη": "υπερφόρτωση αντλίας" },
    { "βλάβη": 4 },
    { "грешка": true },
    { porucha: "čerpadlo" },
    { errorDescription: "Lifted" },
  ];
  for (const document of read) {
    assert.equal(level(document), "error", JSON.stringify(document));
  }
});

Deno.test("a code of which a text beside it says that it is none is none, however it is written", () => {
  const levelOf = (payload: object) =>
    troubleIn(
      decodePayload(encoder.encode(JSON.stringify(payload)), { topic: "amp/state" }),
      "amp/state",
      { free: false },
    ).level;
  for (
    const payload of [
      { err_code: "0xFF", err_msg: "NONE" },
      { error_code: "E00", error_msg: "No error" },
      { fault_code: "F-28", fault_text: "kein Fehler" },
    ]
  ) assert.equal(levelOf(payload), "none", JSON.stringify(payload));
  for (
    const payload of [
      { err_code: "0x10", err_msg: "EXCESSIVE REFLECTED POWER" },
      { error_code: "E-07", error_msg: "Flame lost" },
      { error_code: "E07", error_msg: "-" },
      { err_code: "0x10" },
    ]
  ) assert.equal(levelOf(payload), "error", JSON.stringify(payload));
});

Deno.test("what is switched off for a while, was last or is repaired by its own words is no trouble", () => {
  const level = (document: JsonValue) =>
    troubleIn(
      decodePayload(encoder.encode(JSON.stringify(document)), { topic: "farm/house2" }),
      "farm/house2",
      {
        free: true,
      },
    ).level;
  const none: JsonValue[] = [
    { alarm: "disabled while empty" },
    { alarm: "dinonaktifkan selama kosong" },
    { last_trouble: "F28 flow too low (repaired, filter cleaned)" },
    { sidste_fejl: "F28 for lavt flow (afhjulpet, filter renset)" },
    { "son_arıza": "su seviye elektrodu kirli (giderildi, temizlendi)" },
    { avarie: "nicio avarie" },
  ];
  for (const document of none) assert.equal(level(document), "none", JSON.stringify(document));
  const told: JsonValue[] = [{ alarm: "relay broken" }, { alarm: "fan failed (not repaired)" }, {
    fault: "drive fault (over current)",
  }];
  for (const document of told) assert.equal(level(document), "error", JSON.stringify(document));
});
