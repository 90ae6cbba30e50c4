import type { Finding } from "../finding_shape.ts";
import { numbersOf, someOf, spanText } from "../evidence.ts";
import { labelOf, leafOf } from "../fields.ts";
import { type DeviceView, siblingTopics, type TopicView } from "../view.ts";

/** Counts of what failed: `error_cnt`, `read_failures`, `timeouts`. */
const COUNTS =
  /^[a-z]{0,16}(err|errs|error|errors|fail|fails|failed|failures|timeouts)(cnt|count|counter|total)?$/;
/** What stands beside it of the last one. */
const LAST = /^last(err|error|failure|exception)(msg|message|text)?$/;
const NO_ERROR = /^(none|no ?errors?|ok|-+|n\/?a|null|unknown|success)$/i;
/** So many reports in a row must each count another one: a lost frame now and then is how links are. */
const LEAST_REPORTS = 4;

/** `reported_error` of a count of errors that rises with each report, where the last error is told. */
export function countedErrors(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(state|info|event)$/.test(topic.role) || topic.live.length < LEAST_REPORTS) continue;
    for (const path of topic.live.at(-1)?.fields.keys() ?? []) {
      const name = leafOf(path) || leafOf(topic.segments.at(-1) ?? "");
      if (!COUNTS.test(name)) continue;
      const values = topic.live.map(({ fields }) => Number(fields.get(path) ?? NaN));
      if (!values.every((value, i) => i === 0 || value > (values[i - 1] ?? Infinity))) continue;
      const last = lastErrorBeside(topic, view);
      if (last === null) continue;
      const label = labelOf({ path, topic });
      return [{
        severity: "warning",
        code: "reported_error",
        title: `Each report counts another error: "${label}" rose from ${values[0]} to ${
          values.at(-1)
        } (${last.slice(0, 100)})`,
        evidence: {
          summary: `On "${topic.topic}" ${spanText(topic.live)}; the last: ${last.slice(0, 200)}`,
          messages: someOf(topic.live),
          numbers: numbersOf(values, { topic: topic.topic, field: path === "" ? "$" : path }),
        },
        suggestion:
          "Something that it reads does not answer: look at the cable, the address and the supply of what is behind it.",
      }];
    }
  }
  return [];
}

/** The last error in words, as the message itself or a topic beside it tells it. */
function lastErrorBeside(topic: TopicView, view: DeviceView): string | null {
  const own = [...topic.live.at(-1)?.fields ?? []].filter(([path]) => LAST.test(leafOf(path)));
  const beside = siblingTopics(view, topic).filter(({ segments, live }) =>
    live.length > 0 && LAST.test(leafOf(segments.at(-1) ?? ""))
  ).map(({ live }) => live.at(-1)?.fields.get(""));
  const said = [...own.map(([, value]) => value), ...beside].find((value) =>
    typeof value === "string" && /\p{L}{2}/u.test(value) && !NO_ERROR.test(value.trim())
  );
  return typeof said === "string" ? said : null;
}
