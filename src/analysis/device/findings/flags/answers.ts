import { isRefused } from "../orders/refusals.ts";
import { flagOf } from "../../../../payload/flag.ts";
import { heardAtLeast, type Reading } from "../../reading/view.ts";
import { beside, error, type Field, has, type Rule, warning } from "./flag.ts";

/** What a broker or a cloud says of who sends too much. */
const RATIONED = /(?:rate limit|quota|data limit) (?:reached|exceeded)|too many requests/i;

/** What became of what it was told: `lastCommandResult`, `befehlstatus`. */
const OF_COMMAND =
  /^(?:last|latest)?(?:cmd|command|befehl|commande|comando|order|request|action|write|completion|lockcompletion)(?:result|response|reply|status|state|outcome|error|ack|ergebnis|antwort|resultat|resultado|esito)$/;

const CONFIRMED_MS = 10_000;

/** What was asked for and refused. */
export const ANSWER_RULES: readonly Rule[] = [
  // Actility's ThingPark: what was to be sent to a device never was, and why.
  {
    name: /^deliverystatus$/,
    is: (value) => value === 0 || value === "0",
    where: ({ reading }) =>
      has(reading, /^deliveryfailedcause\d$/, (cause) => /^[A-F]\d$/i.test(String(cause))),
    tells: warning("a downlink was not sent"),
  },
  {
    name: /(config|configuration|settings|deployment)(status|state|result)$/,
    is: /^(rejected|refused|invalid)$/,
    tells: warning("the device refused the setting"),
  },
  {
    name: OF_COMMAND,
    is: (value) => typeof value === "string" && isRefused(value),
    tells: warning("the device did not do what it was told"),
  },
  // AhoyDTU: a limit that was sent by radio, and not confirmed since.
  {
    own: /^ackpowerlimit$/,
    is: (value) => flagOf(value) === false,
    where: ({ topic, view }) => {
      const isSo = ({ fields }: Reading) => flagOf(fields.get("") ?? null) === false;
      const since = topic.live[topic.live.findLastIndex((reading) => !isSo(reading)) + 1];
      return since !== undefined && heardAtLeast(view, since.at, CONFIRMED_MS);
    },
    tells: warning("its power limit was not acknowledged"),
  },
  // Alarmo's event of a command that the state of the panel does not admit.
  {
    name: /^(?:event|eventtype|type|message|reason)$/,
    is:
      /^(?:command|request|action|arming)(?:notallowed|notaccepted|notexecuted|rejected|refused|denied)$/,
    tells: warning("the device did not do what it was told"),
  },
  // Plug and Play: the device's answer to a setting, with the status code of HTTP.
  {
    name: /^ac$/,
    is: (value) => typeof value === "number" && value >= 400 && value < 600,
    where: ({ path, reading }) =>
      ["av", "value"].every((leaf) => reading.fields.has(path.replace(/ac$/, leaf))),
    tells: warning("the device refused the setting"),
  },
  // Telegraf's ping, http_response and their kind: 0 is success.
  {
    name: /^resultcode$/,
    is: (value) => typeof value === "number" && value !== 0,
    where: isOfTelegraf,
    tells: error("the check failed"),
  },
  // Its bond of network cards; one that never had a cable has not failed.
  {
    name: /^status$/,
    is: 0,
    where: (field) =>
      isOfTelegraf(field, /^bond(?:_slave)?$/) && Number(beside(field, "failures") ?? 1) > 0,
    tells: ({ reading }) => {
      const port = reading.fields.get("tags.interface") ?? "all of it";
      return warning(`of the bond ${reading.fields.get("tags.bond") ?? ""} ${port} is down`);
    },
  },
  {
    is: (value) => typeof value === "string" && value.length <= 200 && RATIONED.test(value),
    where: ({ name }) => !/last|prev|hist/.test(name),
    tells: warning("it sends more than it may"),
  },
  // vcontrold's word in place of a value.
  {
    is: (value) => typeof value === "string" && /^(?:SRV )?ERR: ?\S/.test(value),
    tells: error("it was not read"),
  },
];

/** Whether a message is a metric of Telegraf, as line protocol or as JSON, of such a measurement. */
function isOfTelegraf({ path, reading }: Field, measurement = /^/): boolean {
  const isOf = (leaf: string) => has(reading, leaf, (one) => measurement.test(String(one)));
  return isOf("measurement") || path.startsWith("fields.") && isOf("name");
}
