/** Names of variables that stand where their values belong: a template that nobody filled in. */
import { everyTime, findingFrom } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { lastOf } from "../../reading/fields.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

/** What programs and shells fill in: `{{ states.x }}`, `${name}`, `%HOST%`, `%(name)s`, `#{name}`, `$(hostname)`. */
const MARKED =
  /^(?:\{\{ ?[\p{L}$._][^{}]{1,80}\}\}|[$#]\{ ?[\p{L}_][^{}]{0,60}\}|%[A-Za-z][\w.-]{1,30}%|%\([A-Za-z_]\w{0,30}\)[sd]|\$\([a-z][\w. -]{1,40}\))$/u;
/** What in single braces is a name as programmers write it: `{device_id}`, `{self.id}`; Niagara's points are `{ok}`. */
const BRACED = /^\{[A-Za-z_][A-Za-z_.]{1,30}\}$/;
/** What may be how people write a name or a state as well: `[camera]`, `<device_id>`. */
const ENCLOSED = /^(?:\[[A-Za-z_][A-Za-z_ .-]{1,30}\]|<[A-Za-z_][A-Za-z_ .-]{1,30}>)$/;
/** What is in each house, and so is filled in by each: names of variables, and of no thing. */
const VARIABLE =
  /^.(?:(?:your|my|the)[_ -])?(?:(?:device|camera|client|user|node|sensor|chip|unit|base|host|friendly|room|area)[_ -]?)?(?:name|id|uid|mac|ip|topic|prefix|host|hostname|serial(?:number)?|device|camera|client|node|sensor|entity|location|room|zone|user(?:name)?|label|value|detections?|type|channel|model|site|group|base|property|attribute|key|field|state|status|payload|message)[^\p{L}]$/iu;
/** Fields that hold templates on purpose. */
const OF_TEMPLATES =
  /templ|tpl|pattern|format|config|script|code|expr|formula|query|regex|topic|help|desc/i;
const LEAST = 2;

/** `unparseable_payload` of topics and messages in which names of variables stand for their values. */
export function unfilledTemplates(view: DeviceView): Finding[] {
  for (const topic of view.topics) {
    if (!/^(?:state|event|availability|reply)$/.test(topic.role) || topic.live.length < LEAST) {
      continue;
    }
    const level = topic.segments.find((one) => isMarked(one) || isVariable(one));
    const path = fieldOf(topic, { isSure: level !== undefined });
    if (level === undefined && path === null) continue;
    const said = path === null
      ? ""
      : String(topic.live.at(-1)?.fields.get(path)).trim().slice(0, 80);
    const where = [
      ...level === undefined ? [] : [`${level.slice(0, 80)} in the topic`],
      ...path === null ? [] : [
        `${said} ${path === "" ? "as the whole payload" : `in "${path}"`}`,
      ],
    ].join(", ");
    return [findingFrom({
      code: "unparseable_payload",
      title: `A placeholder is not filled in on "${topic.topic}": ${where}`,
      summary: `${topic.live.length} messages bear the name of a variable in place of its value`,
      ...everyTime(topic.live),
      suggestion:
        "Look at the template of topic and payload in the program that sends it: how it writes variables, which ones it knows there, and whether it was set up at all.",
    })];
  }
  return [];
}

function isMarked(text: string): boolean {
  return MARKED.test(text) || BRACED.test(text) && (/[._]/.test(text) || VARIABLE.test(text));
}

function isVariable(text: string): boolean {
  return ENCLOSED.test(text) && VARIABLE.test(text);
}

/** The field that holds nothing but a placeholder in each message; with brackets alone, where the topic has one as well. */
function fieldOf(topic: TopicView, { isSure }: { isSure: boolean }): string | null {
  const [first] = topic.live;
  const isUnfilled = (path: string) => ({ fields }: Reading) => {
    const value = fields.get(path);
    if (typeof value !== "string" || value.length > 100) return false;
    const text = value.trim();
    return isMarked(text) || isSure && ENCLOSED.test(text);
  };
  const paths = [...first?.fields.keys() ?? []].slice(0, 60);
  return paths.find((path) =>
    !OF_TEMPLATES.test(lastOf(path)) && topic.live.every(isUnfilled(path))
  ) ?? null;
}
