import { isRefused } from "../refusals.ts";
import { has, reported, type Rule, wordOf } from "./flag.ts";

/** What a broker or a cloud says of who sends too much. */
const RATIONED = /(?:rate limit|quota|data limit) (?:reached|exceeded)|too many requests/i;

/** What became of what it was told: `lastCommandResult`, `befehlstatus`. */
const OF_COMMAND =
  /^(?:last|latest)?(?:cmd|command|befehl|commande|comando|order|request|action|write)(?:result|response|reply|status|state|outcome|error|ack|ergebnis|antwort|resultat|resultado|esito)$/;

/** What was asked for and refused. */
export const ANSWER_RULES: readonly Rule[] = [
  ({ name, value }) =>
    /(config|configuration|settings|deployment)(status|state|result)$/.test(name) &&
      /^(rejected|refused|invalid)$/.test(wordOf(value))
      ? reported("warning", "the device refused the setting")
      : null,
  ({ name, value }) =>
    OF_COMMAND.test(name) && typeof value === "string" && isRefused(value)
      ? reported("warning", "the device did not do what it was told")
      : null,
  // Plug and Play: the device's answer to a setting, with the status code of HTTP.
  ({ path, name, value, reading }) =>
    name === "ac" && typeof value === "number" && value >= 400 && value < 600 &&
      ["av", "value"].every((leaf) => reading.fields.has(path.replace(/ac$/, leaf)))
      ? reported("warning", "the device refused the setting")
      : null,
  // Telegraf's ping, http_response and their kind: 0 is success.
  ({ name, value, reading }) =>
    name === "resultcode" && typeof value === "number" && value !== 0 &&
      has(reading, "measurement")
      ? reported("error", "the check failed")
      : null,
  ({ name, value }) =>
    typeof value === "string" && value.length <= 200 && RATIONED.test(value) &&
      !/last|prev|hist/.test(name)
      ? reported("warning", "it sends more than it may")
      : null,
];
