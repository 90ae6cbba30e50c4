import type { Finding } from "../finding_shape.ts";
import { findingFrom, iso, someOf } from "../evidence.ts";
import { leafOf } from "../reading/fields.ts";
import type { DeviceView } from "../reading/view.ts";
import type { Family, TopicRole } from "./family.ts";

/** The topics of one client's connection to Azure IoT Hub: they name no device. */
const HUB_TREE = "$iothub";
/** Those of one that asks which hub is its own (device provisioning service). */
const PROVISIONING_TREE = "$dps";

/** Azure IoT Hub: `devices/<id>/messages/events/…`, and the twin and the methods of the connection below `$iothub`. */
export const azureIotHub: Family<"azure_iot_hub"> = {
  name: "azure_iot_hub",
  title: "Azure IoT Hub",
  isDocument: ([tree]) => tree === HUB_TREE,
  roleOf([tree, group, kind]): TopicRole | null {
    if (tree === PROVISIONING_TREE) return kind === "res" ? "reply" : "info";
    if (tree !== HUB_TREE) return null;
    return kind === "res" ? "reply" : group === "methods" ? "command" : "info";
  },
  treeOfOnly: (own, others) =>
    own.keys().some(isSent) && !others.keys().some(isSent) ? HUB_TREE : null,
  // The hub answers the device, and the device the hub: each by the number in the topic.
  replyTopics: () => [],
  // Each answer has a topic of its own: all of them tell together.
  troubleOf: ({ segments: [tree, , kind] }) =>
    (tree === HUB_TREE || tree === PROVISIONING_TREE) && kind === "res" ? null : undefined,
  ownFindings: (view) => [
    ...["twin", "methods"].flatMap((group) => refused(view, group)),
    ...unprovisioned(view),
  ],
};

/** `reported_error` where the last answer to its registration is that it failed, or that its enrollment is disabled. */
function unprovisioned({ topics }: DeviceView): Finding[] {
  const answers = topics
    .filter(({ segments: [tree, , kind] }) => tree === PROVISIONING_TREE && kind === "res")
    .flatMap(({ live, segments }) => live.map((reading) => ({ reading, status: segments[3] })))
    .toSorted((a, b) => a.reading.at - b.reading.at);
  const said = answers.map(({ reading: { fields }, status }) => {
    const state = String(fields.get("status") ?? "");
    return Number(status) >= 400 ? `status ${status}` : state;
  });
  const last = said.findLast((one) => one !== "assigning" && one !== "");
  if (last === undefined || !/^(?:failed|disabled|status \d{3})$/.test(last)) return [];
  const refused = answers.filter((_, i) => said[i] === last).map(({ reading }) => reading);
  const why = [...refused.at(-1)?.fields ?? []].find(([path, text]) =>
    /^(?:error)?message$/.test(leafOf(path)) && typeof text === "string" && text !== ""
  )?.[1];
  return [findingFrom({
    severity: "error",
    code: "reported_error",
    title: `The provisioning service assigns it to no hub: its registration is "${last}"${
      why === undefined ? "" : `, ${String(why).slice(0, 100)}`
    }`,
    summary: `${refused.length} of ${answers.length} answers, last at ${
      iso(refused.at(-1)?.at ?? 0)
    }`,
    messages: someOf(refused),
    suggestion:
      "Look at its enrollment in the provisioning service: whether it is enabled, and whether its id and its key or certificate are those of the device.",
  })];
}

/** So many refusals are no matter of trying again, whatever was taken since. */
const LEAST_REFUSED = 3;

/** `reported_error` where what was asked of the twin, or of the device by a method, is refused by its status (`res/429`), the last one or several. */
function refused({ topics }: DeviceView, group: string): Finding[] {
  const answers = topics
    .filter(({ segments: [tree, of, kind] }) => tree === HUB_TREE && of === group && kind === "res")
    .flatMap(({ segments, live }) =>
      live.map((reading) => ({
        reading,
        status: Number(segments[3]),
        id: Number(/rid=(\d{1,15})/.exec(segments[4] ?? "")?.[1] ?? 0),
      }))
    ).toSorted((a, b) => a.reading.at - b.reading.at);
  const failed = answers.filter(({ status }) => status >= 400);
  const last = failed.at(-1);
  // What was asked for anew, under a higher number, and taken is over.
  const isOver = answers.some(({ status, id, reading }) =>
    last !== undefined && status < 400 && id > last.id && reading.at > last.reading.at
  );
  if (last === undefined || isOver && failed.length < LEAST_REFUSED) return [];
  const said = last.reading.fields.get("message") ?? last.reading.fields.get("error");
  return [findingFrom({
    code: "reported_error",
    title: `${
      group === "twin"
        ? "The hub refuses what is asked of the twin"
        : "A method of the device failed"
    }: status ${last.status}${typeof said === "string" ? `, ${said.slice(0, 100)}` : ""}`,
    summary: `${failed.length} of ${answers.length} answers, last at ${iso(last.reading.at)}`,
    messages: someOf(failed.map(({ reading }) => reading)),
    suggestion: group === "twin"
      ? "Look the status up in the hub's documentation: 429 is too much at a time (report less often, or take a larger hub), 400 what it cannot read."
      : "Compare the method and its payload with what the device's program offers, and look at its log.",
  })];
}

/** Whether a topic is one on which a device sends messages to a hub. */
const isSent = (topic: string) => /^devices\/[^/]+\/messages\//.test(topic);
