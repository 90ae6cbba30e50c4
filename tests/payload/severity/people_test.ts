import assert from "node:assert/strict";
import { decodePayload } from "../../../src/payload/decode.ts";
import type { JsonValue } from "../../../src/payload/payload.ts";
import { troubleIn } from "../../../src/payload/severity/mod.ts";
import { isSpoken } from "../../../src/payload/severity/spoken.ts";

type Said = readonly [topic: string, payload: JsonValue];

const encoder = new TextEncoder();

function isHeard([topic, payload]: Said): boolean {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return troubleIn(decodePayload(encoder.encode(body), { topic }), topic, { free: true }).level !==
    "none";
}

Deno.test("what people ask, remember, plan, try and joke about is no report, whatever its words", () => {
  const spoken = [
    "is the printer still broken?",
    "Wer hat den Fehler im Protokoll gefunden?",
    "I get error 404 when I flash, any ideas?",
    "why did the alarm go off last night",
    "Power outage? No, just the planned meter swap, done at 11:40",
    "my laptop crashed yesterday, lost everything",
    "ich hab gestern den Server abgeschossen, Fehler von mir",
    "the pump failed last summer, remember?",
    "error 503 gestern war das Update, alles gut",
    "Pump was broken when we came, owner fixed it in an hour. Great stay!",
    "connection lost lol",
    "alles kaputt 😄 bis morgen",
    "fout gemaakt in de tekst, sorry",
    "Danke! Server down hab ich gar nicht gemerkt",
    "Fire drill today at 10, alarm will sound",
    "Feueralarm-Übung in der Schule 10 Uhr",
    "08:00 engine failure drill held, all hands on deck",
    "Exercice incendie: alarme générale à 14 h",
    "Weekly exercise: simulated mains failure",
    "disarmed by Ben after false alarm",
    "F1 Brandmeldeanlage, Fehlalarm, Rückmeldung FW",
    "Alarm armed for the night",
    "Alarm is set for 6:30 tomorrow",
    "Fixed: crash on boot, WiFi lost after sleep",
    "fix(pump): fault was not cleared",
    "[RESOLVED] web01 was down for 3 minutes",
    "E17 means the door lock failed.",
    "+++ Kantine geschlossen: Wasserschaden, Herd defekt +++",
    "<Lina> alles kaputt, Fehler von mir",
    "Planned: web02 offline 23:00-23:20",
    "nächstes Wartungsfenster Samstag 22 Uhr, dann offline",
    "Server offline am Samstag von 8 bis 10 Uhr",
  ];
  assert.deepEqual(spoken.filter((text) => !isSpoken(text)), []);
});

Deno.test("records of letters, appointments, tasks, calls for help, journeys and games tell no trouble of a device", () => {
  const ofPeople: Said[] = [
    ["ops", { sender_full_name: "Ravi", subject: "deploy", content: "I crashed the build" }],
    ["in", { envelope: { sourceName: "Mia", dataMessage: { message: "Heizung ausgefallen" } } }],
    ["general", { user: "U0112", text: "server crashed", ts: "1727.22", channel: "C11" }],
    ["room", { content: { body: "dann offline", msgtype: "m.text" }, sender: "@lena:home.tld" }],
    ["out", { recipient: "family", message: "Dryer failed to start, please look" }],
    ["rx", { callsign: "K1ABC", text: "ANTENNA BROKEN FROM WIND" }],
    ["next", { summary: "Emergency lighting test", start: "2026-11-28T08:00", end: "2026-11-28" }],
    ["next", { title: "Boiler fault, plumber", start: { date: "2026-11-28" }, allDay: true }],
    ["outage", {
      text: "Rohrbruch wird repariert",
      von: "2026-12-01 08:00",
      bis: "2026-12-01 12:00",
    }],
    ["absence", { reason: "Sick: emergency", from: "2026-11-20", to: "2026-11-27" }],
    ["item", { content: "fix broken lamp", due: "2026-12-01", priority: 2 }],
    ["alarm", { ric: "0174321", subricText: "b", message: "H1 Katze auf Baum / Lindenweg" }],
    ["alarm", { text: "Zimmerbrand, Person vermisst", address: "Hauptstr. 3", cluster: "OV" }],
    ["board", { line: "S5", direction: "Bad Homburg", info: "Signalstörung", planned: "12:04" }],
    ["state", { player: "Leo", level: 3, message: "Mission failed!" }],
    ["result", { white: "a", black: "b", result: "white lost on time" }],
    ["answer", { prompt: "what is error E17?", response: "The door lock failed" }],
    ["reply", { role: "assistant", content: "An overcurrent fault" }],
    ["ids", { alert: { signature: "failed login scan" }, src_ip: "1.2.3.4", dest_ip: "10.0.0.2" }],
    ["ical/0/events/0/today/Störung", "true"],
    ["home/kalender/heute/text", "Wasserzähler defekt: Monteur kommt"],
    ["home/todo/item", "replace the broken tap"],
    ["garden/diary", "Tomaten: Fäule, Ernte ausgefallen 2025"],
    ["board/departures/1", "RE1 Störung an der Strecke"],
  ];
  assert.deepEqual(ofPeople.filter(isHeard), []);
});

Deno.test("what a device says of itself stays heard beside names, places, times and words that people use", () => {
  const sick: Said[] = [
    ["plant/line2/message", "Conveyor 3 jammed, fault 12, operator required"],
    ["portal/status", "Sorry, connection to the inverter lost"],
    ["nas/mail", "Backup failed last night: disk full"],
    ["backup/result", "Sicherung von gestern: Fehler 12"],
    ["plc/alarm", {
      message: "Spindle overload",
      operator: "Kim",
      start: "2026-11-26T10:00:00Z",
      end: null,
    }],
    ["hub/log", { user: "root", message: "Disk failure on sda", level: "error" }],
    ["gw/msg", { sender: "plc3", message: "Pump 2 failed" }],
    ["lift/fault", { text: "Tür blockiert", location: "Halle 3", code: 17 }],
    ["genset/exercise", "Weekly exercise failed: engine did not start"],
    ["siren/test/result", "Test failed: no response from amplifier"],
    ["dose/msg", "Planned dose failed: pump blocked"],
    ["calendar/sync/error", "Sync failed: token expired"],
    ["calendar/bridge/status", "error"],
    ["chat/bot/error", "connection lost"],
    ["cnc/tool", "Tool 4 broken? check tool"],
    ["extruder/msg", "Thermal runaway on extruder 1"],
    ["heatpump/text", "Störung Hochdruck"],
    ["display/line1", "E17 DOOR LOCK FAILURE"],
    ["site/12/notice", { severity: "critical", message: "Isolation fault", start: "2026-11-26" }],
    ["inverter/safety_function_fault", "1"],
    ["boiler/function_error", "true"],
    ["train/4/door", "door 3 failed to close"],
    ["tasks/backup", "backup task failed with error 3"],
    ["game/server/status", "crashed"],
    ["kiosk/screen", { player: "lobby", state: "error", message: "Video decoder crashed" }],
    ["charger/msg", { user: "rfid 4411", text: "Charging aborted: ground fault" }],
    ["pool/message", "Pompe en panne, vérifiez le disjoncteur"],
    ["bomba/mensaje", "Fallo de la bomba: sin agua"],
    ["piec/komunikat", "Awaria pompy obiegowej"],
    ["bus/log", "2026-11-26 10:00:00 ERROR modbus: device 3 not responding"],
    ["machine/remark", "Motor defekt seit gestern"],
    ["ship/engine/message", "Engine failure: low oil pressure"],
    ["mesh/json", { from: 271, to: 429, payload: { text: "ALERT: water level sensor failed" } }],
    ["net/log", "link to core lost, was up for 3 days"],
    ["panel/event", "Arming failed: back door open"],
    ["alarm/message", "Alarm armed failed: zone 3 fault"],
    ["traffic/light/7/status", "lamp failure red"],
    ["boiler/message", "Maintenance overdue since Monday, burner error"],
  ];
  assert.deepEqual(sick.filter((one) => !isHeard(one)), []);
});

Deno.test("what programs call their things, count of strangers and list as none is no trouble of a host", () => {
  const well: Said[] = [
    ["host/log", "db dump-all[20812]: table failed_logins: 8811 rows"],
    ["host/log", "(root) CMD (test -x /etc/cron.daily/x && /usr/local/bin/report-errors --none)"],
    ["host/log", "Disconnected from user deploy 10.0.4.17 port 51022"],
    ["host/log", { PRIORITY: "6", message: "error log rotated", SYSLOG_IDENTIFIER: "logrotate" }],
    ["host/log", "user admin acknowledged alarm 12"],
    ["robot/log", "lost goal: none; stuck: no; recovering: no"],
    ["guard/sshd/currently_failed", "2"],
  ];
  assert.deepEqual(well.filter(isHeard), []);
  const sick: Said[] = [
    ["host/log", "table orders: 3 errors"],
    ["host/log", "/dev/sda failed"],
    ["host/log", { PRIORITY: "3", message: "mount failed", SYSLOG_IDENTIFIER: "systemd" }],
    ["robot/log", "lost goal: kitchen; error: 4; recovering: no"],
    ["job/failed", "true"],
  ];
  assert.deepEqual(sick.filter((one) => !isHeard(one)), []);
});
