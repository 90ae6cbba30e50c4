import type { Finding } from "../finding_shape.ts";
import { iso, someOf } from "../evidence.ts";
import { labelOf, nameOf } from "../fields.ts";
import { timeIn } from "../timestamps.ts";
import { type DeviceView, heardAtLeast, isLongerAgoThan } from "../view.ts";

/** When what is told was last got from the thing itself. */
const UPDATED =
  /^(?:last(?:update|updated|updatedat|updatetime|sync|synced|poll|polled|refresh|refreshed|fetch|fetched|data|success|successfulupdate|contact)(?:at|time|timestamp)?|(?:data)?updatedat)$/;
const OLD_MS = 36 * 3_600_000;
const ANSWER_MS = 5_000;
const HOUR_MS = 3_600_000;

/** `command_without_reply` of what is told of a thing days ago, while commands to it bring nothing. */
export function oldData(view: DeviceView): Finding[] {
  const commands = view.topics.filter(({ role }) => role === "command")
    .flatMap(({ live }) => live).filter(({ sample }) => sample.sizeBytes > 0)
    .sort((a, b) => a.at - b.at);
  const [first] = commands;
  if (first === undefined || !heardAtLeast(view, first.at, ANSWER_MS)) return [];
  // It answers somehow, or tells something of its own.
  const speaks = view.topics.some((topic) =>
    /^(?:state|event|reply|info|log)$/.test(topic.role) && topic.live.length > 0
  );
  if (speaks) return [];
  for (const topic of view.topics) {
    if (!/^(?:state|event|info|availability)$/.test(topic.role)) continue;
    const last = topic.readings.at(-1);
    for (const [path, value] of last?.fields ?? []) {
      if (last === undefined || !UPDATED.test(nameOf(path, topic.segments))) continue;
      const told = timeIn(value);
      if (told === null || !isLongerAgoThan(view, told.atMs, OLD_MS)) continue;
      const hours = Math.round((view.startedAtMs - told.atMs) / HOUR_MS);
      return [{
        severity: "warning",
        code: "command_without_reply",
        title: `What is told of it is ${hours} hours old, and commands bring no answer`,
        evidence: {
          summary: `"${labelOf({ path, topic })}" is ${String(value).slice(0, 40)}; after ${
            commands.length === 1 ? "a command" : `${commands.length} commands`
          } since ${iso(first.at)} nothing was told`,
          messages: someOf([last, ...commands.slice(0, 2)]),
        },
        suggestion:
          "What speaks for it is there but reaches it no more: look at its login, its link to the maker's cloud, and at the thing itself.",
      }];
    }
  }
  return [];
}
