/** A device that was told to sleep or to shut down, or says that it is about to, and is silent then: that was wanted. */
import { wordsOf } from "../../naming/names.ts";
import { leafOf } from "../../reading/fields.ts";
import { inEnglish } from "../../../../payload/spoken_words.ts";
import { besideOf, type DeviceView, type Reading, type TopicView } from "../../reading/view.ts";
import { isRefused } from "../orders/refusals.ts";
import { isWanting } from "../orders/wishes.ts";

/** What a whole device is told that shall go to rest, with words that may stand around it: `startHibernation`, `shutdown now`. */
const GOES =
  /^(?:(?:start|begin|enter|go|going|goto|to|into|set|force|soft|safe|system|device|robot|host|node|deep|cmd) ){0,4}(?:hibernat(?:e|ed|ing|ion)|deepsleep|sleep|shut ?down|shutting down|power(?:ed)? ?(?:off|down)|stand ?by|suspend(?:ed)?|herunterfahren|ruhezustand|schlafen|tiefschlaf|arreter|eteindre|apagar|hibernar|dormir|spegni(?:mento)?|afsluiten|slaapstand)(?: (?:now|mode|request|system|device|host|node|robot)){0,2}$/;
/** How a fan runs at night, and what else is chosen while a device is on. */
const CHOSEN = /preset|fan|scene|theme|climate|hvac|swing|display|screen/;
/** What presses a button that is called after what it does. */
const PRESSED = /^(?:|1|true|on|press|now|go)$/i;
/** Where it is told how an order went. */
const OUTCOME = /state|status|result|outcome|response|success/;
/** So long after it was told to it may speak. */
const TAKES_MS = 30_000;
const MOST_FIELDS = 100;

/**
 * The topic on which it was told shortly before a time, or said itself last, that it goes to rest; null where it was not, or
 * answered that it does not.
 */
export function sentToRest(
  view: DeviceView,
  lastMs: number,
  o: { withinMs: number },
): string | null {
  const told = view.topics.find((topic) => {
    const last = topic.live.at(-1);
    if (last === undefined || last.at > lastMs + o.withinMs) return false;
    return isWanting(topic, view)
      ? last.at >= lastMs - TAKES_MS && isSent(last, topic) && !isRefusedSince(last.at, view)
      : /^(?:state|event|reply|log)$/.test(topic.role) && last.at >= lastMs - o.withinMs &&
        saysSo(last, topic);
  });
  return told?.topic ?? null;
}

/** Whether an order is one to rest, by what it says or by where it stands. */
function isSent(order: Reading, { segments }: TopicView): boolean {
  const [said = ""] = order.fields.values();
  return restsIn(order).length > 0 ||
    order.fields.size < 2 && PRESSED.test(String(said).trim()) && saysRest(segments.at(-1) ?? "");
}

function isRefusedSince(sinceMs: number, { topics }: DeviceView): boolean {
  return topics.some(({ role, live }) =>
    live.some((one) =>
      one.at >= sinceMs &&
      (role === "reply"
        ? [...one.fields]
        : restsIn(one).flatMap((path) => outcomesBeside(path, one)))
        .some(([, value]) => isRefused(String(value)))
    )
  );
}

/** Whether the last that it told names that it goes to rest, as what it told at first did not. */
function saysSo(last: Reading, { readings }: TopicView): boolean {
  const [first] = readings;
  const before = first === last ? [] : restsIn(first);
  return restsIn(last).some((path) =>
    !before.includes(path) &&
    !outcomesBeside(path, last).some(([, value]) => isRefused(String(value)))
  );
}

function outcomesBeside(path: string, reading: Reading) {
  return besideOf(path, reading).filter(([other]) => OUTCOME.test(leafOf(other)));
}

/** The places of a message at which it names that something goes to rest. */
function restsIn({ fields }: Reading): string[] {
  return [...fields].slice(0, MOST_FIELDS).flatMap(([path, value]) =>
    typeof value === "string" && !CHOSEN.test(leafOf(path)) && saysRest(value) ? [path] : []
  );
}

function saysRest(text: string): boolean {
  return text.length <= 60 && GOES.test(wordsOf(inEnglish(text)).join(" "));
}
