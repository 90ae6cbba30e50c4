import { isHolder, leafOf, nameOf, objectOf } from "../../fields.ts";
import { isSet, reported, type Rule, wordOf } from "./flag.ts";

/** How a program ends that somebody stopped: well, or by SIGINT or SIGTERM. */
const STOPPED_BY_HAND = new Set([0, 130, 143]);

/** Kubernetes' words for what does not come up. */
const DOES_NOT_START =
  /^(?:crashloopbackoff|imagepullbackoff|errimagepull|errimageneverpull|invalidimagename|createcontainerconfigerror|createcontainererror|runcontainererror|oomkilled|containercannotrun|deadlineexceeded|evicted)$/;

/** The object in which a field stands, or the list of pairs: `parameters[exitCode].value`. */
function listOf(path: string): string {
  return isHolder(leafOf(path)) ? path.slice(0, path.lastIndexOf("[") + 1) : objectOf(path);
}

/** Programs, containers and checks of a host. */
export const PROGRAM_RULES: readonly Rule[] = [
  ({ name, value }) =>
    !/last|prev|hist/.test(name) && DOES_NOT_START.test(wordOf(value))
      ? reported("error", "a program does not start or was killed")
      : null,
  // Docker: exited by itself with a code, killed, or not to be removed.
  ({ name: own, path, value, reading }) => {
    const name = /\[status\]\.value$/i.test(path) ? "status" : own;
    if (!/^(?:container)?(?:state|status)$/.test(name) || typeof value !== "string") return null;
    const said = /^exited \((\d{1,3})\)/i.exec(value.trim())?.[1];
    const beside = [...reading.fields].find(([other]) =>
      listOf(other) === listOf(path) && /^exit(?:code|status)$/.test(nameOf(other, []))
    )?.[1];
    const code = said !== undefined
      ? Number(said)
      : /^(?:exited|stopped|failed)$/i.test(value.trim())
      ? Number(String(beside ?? 0))
      : 0;
    return Number.isInteger(code) && code > 0 && !STOPPED_BY_HAND.has(code)
      ? reported("error", `a program ended with the code ${code}`)
      : null;
  },
  // It is always on its way up: it crashes each time.
  ({ name, path, value, topic }) =>
    /^[a-z]{0,12}(?:state|status)$|^(?:container|active|sub)?$/.test(name) &&
      /^(?:restarting|autorestart|backoff|respawning)$|^restarting\d+/.test(wordOf(value)) &&
      /docker|podman|container|systemd|service|unit|pod|compose|kube/i.test(
        [topic.segments[0] ?? "", ...topic.segments.slice(2), path].join("/"),
      ) &&
      topic.live.length >= 2 && topic.live.every(({ fields }) => fields.get(path) === value)
      ? reported("warning", "it starts again and again")
      : null,
  ({ name, value }) =>
    /^(?:memory|disk|pid)pressure$/.test(name) && isSet(value)
      ? reported("warning", "a node runs out of something")
      : null,
  // BACnet: any other than no-fault-detected is a fault of the point.
  ({ name, value }) =>
    name === "reliability" &&
      /^(?:nosensor|overrange|underrange|openloop|shortedloop|nooutput|unreliableother|processerror|multistatefault|configurationerror|communicationfailure|memberfault|monitoredobjectfault|tripped|activationfailure)$/
        .test(wordOf(value))
      ? reported("error", "a point that is not reliable")
      : null,
];
