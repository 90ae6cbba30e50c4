/** Run commands that are told as what they are, beside what comes back of them: `RunCommand` and `Running`. */
import type { Finding } from "../../finding_shape.ts";
import { secondsText } from "../../evidence.ts";
import { isHolder, leafOf } from "../../reading/fields.ts";
import type { DeviceView } from "../../reading/view.ts";
import { ROTATES } from "../effects/drive_rows.ts";
import { type Driver, driversOf, isOn, spanOf } from "../effects/drivers.ts";
import { isHeldBack } from "../effects/held_back.ts";
import { commandsHave, staysFinding } from "./no_effect.ts";
import { isOrderWord } from "./order_words.ts";
import { wordsOf } from "./wishes.ts";
import { WAIT } from "./waits.ts";

/** Words of a command and of what comes back, which say nothing of what runs. */
const OF_RUN = /^(?:is|run(?:s|ning)?|start(?:ed)?|on|ein|betrieb|marche|marcha|active|do|di)$/;
const COMES_BACK =
  /^(?:running|started|active|status|state|stat|sts|feedback|fb|fbk|proof|proven|r(?:ü|ue)ckmeldung|rm|retour|conf(?:irm(?:ed|ation)?)?)$/;
/** What waits, purges, cranks or makes sure first. */
const TAKES_TIME =
  /compres|kompres|chill|heat_?pump|burner|boiler|furnace|gen_?set|generator|engine|turbine|defrost|door|valve/;
/** So often what runs is told to rest after it was started, and where it was commanded all along. */
const LEAST_AFTER = 5;
const LEAST_ALWAYS = 8;

/** The levels of what something is told on and by, in words, without holders. */
function levelsOf({ topic, path }: Driver): (readonly string[])[] {
  return [...topic.segments, ...path.split(/[.[\]]+/)].filter((level) =>
    level !== "" && !isHolder(leafOf(level))
  ).map(wordsOf);
}

/** What runs, by all words but those that tell of a command or of what comes back. */
function subjectOf(levels: readonly (readonly string[])[]): string {
  return levels.map((words) =>
    words.filter((word) => !OF_RUN.test(word) && !COMES_BACK.test(word) && !isOrderWord(word))
      .join("_")
  ).filter((level) => level !== "").join("/");
}

function isSwitch({ said }: Driver): boolean {
  return said.every(({ value }) =>
    isOn(value) !== null && (typeof value !== "number" || value === 0 || value === 1)
  );
}

/** `command_without_reply` of what is told to run all the time, and of which all that comes back says that it does not. */
export function commandedIdle(view: DeviceView): Finding[] {
  const all = driversOf(view).filter(isSwitch).map((driver) => {
    const levels = levelsOf(driver);
    return { driver, subject: subjectOf(levels), near: levels.slice(-2).flat() };
  });
  for (const { driver, subject, near } of all) {
    const own = subject.split("/").slice(-2).join("/");
    if (!near.some(isOrderWord) || !ROTATES.test(own) || TAKES_TIME.test(own)) continue;
    const span = spanOf(driver);
    if (span === null || span.toMs !== Infinity) continue;
    const back = all.filter((other) =>
      other.subject === subject && !other.near.some(isOrderWord) &&
      other.near.some((word) => COMES_BACK.test(word))
    );
    const places = back.map(({ driver: { said } }) => said);
    const after = places.flat().filter(({ at }) => at > span.fromMs);
    const before = places.flat().filter(({ at }) => at <= span.fromMs);
    const toMs = Math.max(...after.map(({ at }) => at));
    const isLong = span.wasOff
      ? after.length >= LEAST_AFTER && toMs - span.fromMs >= WAIT.shownMs
      : after.length >= LEAST_ALWAYS && toMs - span.fromMs >= WAIT.broughtMs;
    const isIdle = [...before, ...after].every(({ value }) => isOn(value) === false);
    const [place] = back;
    if (!isLong || !isIdle || place === undefined || isHeldBack(view)) continue;
    const { topic, path } = place.driver;
    const told = (at: number) =>
      topic.readings.filter((one) => one.at > at && one.fields.has(path));
    return [{
      ...staysFinding({
        who: commandsHave(1),
        label: driver.label,
        wanted: [span.value],
        place: place.driver,
        value: after[0]?.value ?? false,
        asked: driver.topic.readings.filter(({ at }) => at === span.fromMs),
        after: told(span.fromMs),
      }),
      suggestion: `It was told to run for ${
        secondsText(toMs - span.fromMs)
      } and does not: look at its contactor, motor protection, isolator and emergency stop, and at the wire of what comes back.`,
    }];
  }
  return [];
}
