import type { Finding } from "../finding_shape.ts";
import { numbersOf, someOf, spanText } from "../evidence.ts";
import { labelOf, leafOf, objectOf } from "../fields.ts";
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
      const last = lastErrorBeside(topic, view) ?? shareOfAll(path, { values, topic, view });
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

/** What was tried in all, of which a part failed. */
const TRIED =
  /^[a-z0-9]{0,16}(?:frames|packets|requests|reqs|polls|reads|sent|received|messages|msgs|cycles|transactions|telegrams|attempts|tries|queries|samples|commands)(?:cnt|count|counter|total)?$/;
/** So much of what is tried fails on no link that works. */
const LEAST_SHARE = 0.25;

/** What share failed of what was tried meanwhile, where that is counted beside it and the share is high. */
function shareOfAll(
  path: string,
  o: { values: readonly number[]; topic: TopicView; view: DeviceView },
): string | null {
  // Modbus gateways count by the kind of error, of which none is one.
  if (/no(?:err|fail)|without/.test(leafOf(path))) return null;
  const failed = (o.values.at(-1) ?? 0) - (o.values[0] ?? 0);
  const risenOf = (values: readonly unknown[]) =>
    values.every((value, i) => typeof value === "number" && value >= Number(values[i - 1] ?? value))
      ? Number(values.at(-1)) - Number(values[0])
      : 0;
  const parent = objectOf(path);
  const own = [...o.topic.live.at(-1)?.fields.keys() ?? []].filter((other) =>
    path !== "" && objectOf(other) === parent && TRIED.test(leafOf(other))
  ).map((other) => risenOf(o.topic.live.map(({ fields }) => fields.get(other))));
  const beside = path !== ""
    ? []
    : siblingTopics(o.view, o.topic).filter(({ segments }) =>
      TRIED.test(leafOf(segments.at(-1) ?? ""))
    ).map(({ live }) => risenOf(live.map(({ fields }) => fields.get(""))));
  const tried = Math.max(0, ...own, ...beside);
  if (failed < 3 || tried <= 0 || failed < LEAST_SHARE * tried) return null;
  return `${failed} while ${tried} were tried`;
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
