import { everyTime, findingFrom, secondsText, spanText } from "../../evidence.ts";
import type { Finding } from "../../finding_shape.ts";
import { paceOf } from "../../../statistics.ts";
import type { DeviceView, Reading, TopicView } from "../../reading/view.ts";

/** What a program says once, when it has started, and no device says all the time. */
const GREETING =
  /^(?:(?:i am |i'm |system |device |sensor |node |setup |now )?(?:ready|started|starting|booted|booting|boot|restarted|init(?:iali[sz]ed)?|up and running|hello(?: world)?)|(?:setup|init|boot) (?:done|complete|ok)|bereit|gestartet|pr[eê]t|d[eé]marr[eé]|listo|iniciado|pronto|avviato|klaar|gestart|gotowy)[.! ]{0,3}$/i;
/** So often one says it that only ever says it, and not from as far apart as a sign of life. */
const LEAST_AGAIN = 8;
const LONGEST_MS = 60_000;
/** So often those say it of whom all is well; so many need to where they are not numbered. */
const MOST_ONCE = 2;
const LEAST_OTHERS = 2;
const MOST_GROUPS = 200;

/** A topic on which one of several greets, by the level that tells it from the others. */
interface Greeter {
  readonly topic: TopicView;
  readonly at: number;
  readonly said: string;
  readonly greetings: readonly Reading[];
}

/** `reboot_loop` of one of several alike that greets again and again and tells nothing else, where the others greeted once and went on to tell. */
export function greetingsAgain(view: DeviceView): Finding[] {
  for (const group of greetersIn(view)) {
    const again = group.filter(({ topic, greetings, ...one }) =>
      greetings.length >= LEAST_AGAIN && greetings.length === topic.live.length &&
      !tellsMore(view, { topic, ...one }) && paceOf(greetings) <= LONGEST_MS
    );
    const well = group.filter((one) => one.greetings.length <= MOST_ONCE && tellsMore(view, one));
    const [first] = again;
    if (first === undefined || again.length > well.length) continue;
    const alike = well.filter((one) => numbered(one) === numbered(first));
    if (alike.length === 0 && well.length < LEAST_OTHERS) continue;
    const { topic, said, greetings } = first;
    return [findingFrom({
      severity: "error",
      code: "reboot_loop",
      title: `"${topic.topic}" says "${said}" again and again, ${greetings.length} times, every ${
        secondsText(paceOf(greetings))
      }, and tells nothing else: it restarts before it gets to it`,
      summary: `It said so ${spanText(greetings)}; ${well.length} like it, such as "${
        (alike[0] ?? well[0])?.topic.topic
      }", said it once and went on to tell more`,
      ...everyTime(greetings),
      suggestion:
        "Look at its power supply or battery and at what it does right after its start: a sensor that it waits for, a program that crashes, or a sleep that ends at once.",
    })];
  }
  return [];
}

/** Those that say the same greeting on topics that are called alike but for one level. */
function greetersIn(view: DeviceView): Iterable<readonly Greeter[]> {
  const groups = new Map<string, Greeter[]>();
  for (const topic of view.topics) {
    if (/^(?:command|discovery|log|reply)$/.test(topic.role)) continue;
    const said = topic.live.map(greetingIn).find((one) => one !== null) ?? null;
    if (said === null) continue;
    const greetings = topic.live.filter((reading) => greetingIn(reading) === said);
    for (const at of topic.segments.keys()) {
      if (at === 0) continue;
      const key = [...topic.segments.with(at, "+"), said].join("/");
      const group = groups.get(key);
      if (group !== undefined) group.push({ topic, at, said, greetings });
      else if (groups.size < MOST_GROUPS) groups.set(key, [{ topic, at, said, greetings }]);
    }
  }
  return groups.values();
}

/** What one is called but for its number: that of `sensor-2` and `sensor-3` is the same. */
function numbered({ topic, at }: Greeter): string {
  return (topic.segments[at] ?? "").replace(/(?:[\da-f]{2}[:-]?){3,}|\d+/gi, "#");
}

function greetingIn({ fields }: Reading): string | null {
  for (const value of [...fields.values()].slice(0, 8)) {
    if (typeof value === "string" && value.length <= 40 && GREETING.test(value.trim())) {
      return value.trim();
    }
  }
  return null;
}

/** Whether one tells anything else while it is listened: on the same topic, below its own level, or on a topic that ends in its name. */
function tellsMore(
  { topics }: DeviceView,
  { topic, at, said }: Omit<Greeter, "greetings">,
): boolean {
  const isLast = at === topic.segments.length - 1;
  const own = topic.segments.slice(0, at + 1);
  return topic.live.some((reading) => greetingIn(reading) !== said) ||
    topics.some((other) =>
      other !== topic && other.role !== "command" && other.live.length > 0 &&
      (other.segments.length > own.length && own.every((level, i) => other.segments[i] === level) ||
        isLast && other.segments.length === topic.segments.length &&
          other.segments[at] === topic.segments[at])
    );
}
