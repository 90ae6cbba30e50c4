import { isHolder, leafOf, nameOf, objectOf } from "../../reading/fields.ts";
import { besideOf, type Reading } from "../../reading/view.ts";
import {
  beside,
  error,
  type Field,
  type Flag,
  has,
  isAlways,
  isSet,
  type Rule,
  warning,
} from "./flag.ts";

/** How a program ends that somebody stopped: well, or by SIGINT or SIGTERM. */
const STOPPED_BY_HAND = new Set([0, 130, 143]);

/** Kubernetes' words for what does not come up. */
const DOES_NOT_START =
  /^(?:crashloopbackoff|imagepullbackoff|errimagepull|errimageneverpull|invalidimagename|createcontainerconfigerror|createcontainererror|runcontainererror|oomkilled|containercannotrun|deadlineexceeded|evicted)$/;

/** The object in which a field stands, or the list of pairs: `parameters[exitCode].value`. */
function listOf(path: string): string {
  return isHolder(leafOf(path)) ? path.slice(0, path.lastIndexOf("[") + 1) : objectOf(path);
}

const TOO_SLOW = warning("the detector is too slow to follow");

/** Codes by which programs say that it went well, or may. */
const GOOD_RESULTS = new Set(["", "0", "1", "200"]);
const OF_UPDATE =
  /(?:^|[^a-z])f?ota(?![a-z])|upgrade|firmware|(?:fw|sw|software|system)[_ -]?update/i;

/** Whether a number was above a limit in each of the last messages. */
function staysAbove({ path, topic }: Field, limitIn: (reading: Reading) => number): boolean {
  const last = topic.live.slice(-3);
  return last.length === 3 &&
    last.every((reading) => Number(reading.fields.get(path)) > limitIn(reading));
}

/** Programs, containers and checks of a host. */
export const PROGRAM_RULES: readonly Rule[] = [
  // Frigate's detectors look at a picture in some milliseconds, or on the processor in a few tens; what comes meanwhile is skipped.
  {
    name: /^inferencespeed$/,
    is: (value) => Number(value) > 200,
    where: (field) => staysAbove(field, () => 200),
    tells: TOO_SLOW,
  },
  {
    name: /^skippedfps$/,
    is: (value) => Number(value) > 1,
    where: (field) =>
      staysAbove(field, ({ fields }) => {
        const all = fields.get(`${objectOf(field.path)}camera_fps`);
        return typeof all === "number" ? all / 2 : Infinity;
      }),
    tells: TOO_SLOW,
  },
  {
    name: /^(?!.*(?:last|prev|hist))/,
    is: DOES_NOT_START,
    tells: error("a program does not start or was killed"),
  },
  {
    is: (value) => typeof value === "string",
    where: ({ name, path }) =>
      /^(?:container|runtime)?(?:state|status)$/.test(name) || /\[status\]\.value$/i.test(path),
    tells: endedByItself,
  },
  // Windows: 1 is stopped, and 2 starts by itself. Many a service that does so ends when it has nothing to do, but one that runs on.
  {
    name: /^state$/,
    is: 1,
    where: (field) => beside(field, "startupmode") === 2 && runsElsewhere(field),
    tells: error("a service that starts by itself is stopped"),
  },
  // It is always on its way up: it crashes each time.
  {
    name: /^[a-z]{0,12}(?:state|status)$|^(?:container|active|sub)?$/,
    is: /^(?:restarting|autorestart|backoff|respawning)$|^restarting\d+/,
    where: (field) =>
      /docker|podman|container|systemd|service|unit|pod|compose|kube/i.test(
        [field.topic.segments[0], ...field.topic.segments.slice(2), field.path].join("/"),
      ) && isAlways(field, 2),
    tells: warning("it starts again and again"),
  },
  // Particle's events of its own, as they are passed on: `{"event":"spark/device/last_reset","data":"panic, hard_fault"}`.
  {
    name: /^data$/,
    is: (value) => typeof value === "string",
    where: (field) => /^spark\//.test(String(beside(field, "event"))),
    tells: (field) => {
      const event = beside(field, "event");
      const said = String(field.value);
      if (event === "spark/status") return said === "offline" ? error("it is offline") : null;
      if (event === "spark/status/safe-mode") return warning("its program does not run");
      return event === "spark/device/last_reset" && /^(?:panic|watchdog|power_brownout)/.test(said)
        ? warning("it started anew after a fault")
        : null;
    },
  },
  // How far an update has come, and below nothing why it came no further: so Alibaba's devices tell it, and loaders of other makes.
  {
    name: /^(?:[a-z]{0,12}progress|percent(?:age)?|pct|step)$/,
    is: (value) => value !== "" && Number(value) < 0 && Number.isInteger(Number(value)),
    where: ({ path, topic, value }) => {
      const before = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN)).at(-2) ?? NaN;
      // -1 is as often that nothing is to be done.
      return OF_UPDATE.test(`${topic.topic} ${path}`) &&
        (Number(value) < -1 || before >= 0 && before < 100);
    },
    tells: updateFailed,
  },
  // Huawei's devices and others tell it by a code beside how far it came.
  {
    name: /^resultcode$/,
    is: (value) => Number.isInteger(Number(value)) && !GOOD_RESULTS.has(String(value)),
    where: ({ path, topic, reading }) =>
      has(reading, /^(?:[a-z]{0,12}progress|percent)$/) &&
      [topic.topic, path, ...reading.fields.values()].some((one) => OF_UPDATE.test(String(one))),
    tells: updateFailed,
  },
  // iOS and Android on what a person allows a program.
  {
    name: /location[a-z]*(?:authori[sz]ation|permission)(?:status|state)?$/,
    is: /(?:denied|restricted|disallowed)$/,
    tells: warning("it may not know where it is"),
  },
  // thin-edge.io: what of it runs, and the bridge of its broker by 1 and 0.
  {
    is: (value) => value === "down" || value === 0,
    where: ({ topic }) => /(?:^|\/)service\/[^/]+\/status\/health$/.test(topic.topic),
    tells: error("a service is down"),
  },
  {
    name: /^(?:memory|disk|pid)pressure$/,
    is: isSet,
    tells: warning("a node runs out of something"),
  },
  // BACnet: any other than no-fault-detected is a fault of the point.
  {
    name: /^reliability$/,
    is:
      /^(?:nosensor|overrange|underrange|openloop|shortedloop|nooutput|unreliableother|processerror|multistatefault|configurationerror|communicationfailure|memberfault|monitoredobjectfault|tripped|activationfailure)$/,
    tells: error("a point that is not reliable"),
  },
];

const RUNS = 4;
const LEAST_HOSTS = 2;

/** Whether a service ran here before, or runs on all other hosts that tell of it. */
function runsElsewhere({ path, reading, topic, view }: Field): boolean {
  const nameIn = ({ fields }: Reading) =>
    [...fields].find(([other]) => leafOf(other) === "servicename")?.[1];
  const service = nameIn(reading);
  const theirs = view.twins.flatMap(({ live }) =>
    live.findLast((one) => nameIn(one) === service)?.fields.get(path) ?? []
  );
  const ran = topic.live.some((one) => nameIn(one) === service && one.fields.get(path) === RUNS);
  return service !== undefined &&
    (ran || theirs.length >= LEAST_HOSTS && theirs.every((state) => state === RUNS));
}

/** Where those that tell of an update say why it failed. */
const WHY = /^(?:desc|description|message|msg|resultmsg|resultdesc|error|errmsg|reason)$/;

function updateFailed({ path, reading }: Field): Flag {
  const said = besideOf(path, reading).find(([other, text]) =>
    WHY.test(leafOf(other)) && typeof text === "string" && text !== ""
  );
  return error(`an update failed${said === undefined ? "" : `: ${String(said[1]).slice(0, 80)}`}`);
}

/** Docker: exited by itself with a code, killed, or not to be removed. */
function endedByItself({ path, value, reading }: Field): Flag | null {
  const text = String(value).trim();
  const said = /^exited \((\d{1,3})\)/i.exec(text)?.[1];
  if (said === undefined && !/^(?:exited|stopped|failed|backoff|unhealthy)$/i.test(text)) {
    return null;
  }
  const beside = [...reading.fields].find(([other]) =>
    listOf(other) === listOf(path) && /^exit(?:code|status)$/.test(nameOf(other, []))
  )?.[1];
  const code = Number(said ?? String(beside ?? 0));
  return Number.isInteger(code) && code > 0 && !STOPPED_BY_HAND.has(code)
    ? error(`a program ended with the code ${code}`)
    : null;
}
